package main

import (
	"context"

	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/purge"
)

// KeepConfig says for how many days records are kept; 0 is for ever. What an open journey needs is
// kept longer.
type KeepConfig struct {
	Events   int `env:"MAUNTIC_KEEP_EVENTS" default:"730" placeholder:"DAYS" help:"Days to keep opens, clicks and other events; 0: for ever."`
	Messages int `env:"MAUNTIC_KEEP_MESSAGES" default:"1095" placeholder:"DAYS" help:"Days to keep messages, and with them the unsubscribe links in mails; 0: for ever."`
	StepLogs int `env:"MAUNTIC_KEEP_STEP_LOGS" default:"730" placeholder:"DAYS" help:"Days to keep what happened on journeys that have ended; 0: for ever."`
	Inbox    int `env:"MAUNTIC_KEEP_INBOX" default:"30" placeholder:"DAYS" help:"Days to keep captured mails and SMS; 0: for ever."`
	Feedback int `env:"MAUNTIC_KEEP_FEEDBACK" default:"180" placeholder:"DAYS" help:"Days to keep what providers reported; 0: for ever."`
}

// purgeCommand removes what has been kept long enough, as workers do every hour.
type purgeCommand struct {
	DryRun bool `help:"Say what would go, and remove nothing."`
}

// Run says how much of what it removed.
func (c purgeCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		done, err := purge.Run(ctx, db, purge.Keep(cfg.Keep), c.DryRun)
		verb := "Removed"
		if c.DryRun {
			verb = "Would remove"
		}
		for _, one := range done {
			say("%s %d %s that are older than %d days.", verb, one.Rows, one.What, one.Days)
		}
		if len(done) == 0 && err == nil {
			say("Everything is kept for ever.")
		}
		return err
	})
}

// purge does the same in the background.
func (a *app) purge(ctx context.Context) error {
	done, err := purge.Run(ctx, a.DB, purge.Keep(a.Config.Keep), false)
	for _, one := range done {
		if one.Rows > 0 {
			a.Log.InfoContext(ctx, "old records were removed", "what", one.What, "rows", one.Rows, "days", one.Days)
		}
	}
	return err
}
