package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/messagingstore"
)

// hooksCommand is about the addresses to which providers post what became of messages.
type hooksCommand struct {
	Show showHooksCommand `cmd:"" default:"1" help:"Print the addresses to which providers post."`
	Arm  armHooksCommand  `cmd:"" help:"Let Amazon SNS confirm a new subscription within the next ten minutes."`
}

type showHooksCommand struct{}

// Run prints the addresses and who is expected there.
func (showHooksCommand) Run(cfg *Config) error {
	signer, err := cfg.signer()
	if err != nil {
		return err
	}
	say("Twilio      %s%s/inbound", cfg.BaseURL, signer.HookPath("twilio"))
	say("            Enter it where the number or messaging service asks for incoming messages. Reports about SMS need no setting.")
	say("Amazon SNS  %s%s", cfg.BaseURL, signer.HookPath("ses"))
	if len(cfg.SES.TopicARN) == 0 {
		say("            Nobody is expected there: set MAUNTIC_SES_TOPIC_ARN to the topic of the configuration set.")
		return nil
	}
	say("            Expected from %s.", strings.Join(cfg.SES.TopicARN, ", "))
	say("            To subscribe it to the topic, run `mauntic hooks arm` first.")
	return nil
}

// signer reads the key of this installation, whether it is running or not.
func (c *Config) signer() (*messaging.Signer, error) {
	path, err := c.dataDirPath()
	if err != nil {
		return nil, err
	}
	key, err := c.signingKey(&dataDir{path: path})
	if err != nil {
		return nil, err
	}
	return messaging.NewSigner([]messaging.Key{{ID: 1, Secret: key}})
}

type armHooksCommand struct{}

// Run expects a new subscription for a while.
func (armHooksCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		org, err := onlyOrganization(ctx, db)
		if err != nil {
			return err
		}
		service := messaging.New(messaging.Deps{Store: messagingstore.New(db), Tx: db})
		until, err := service.ArmHooks(identity.WithActor(ctx, identity.System(org)), org)
		if err != nil {
			return fmt.Errorf("arm hooks: %w", err)
		}
		say("A subscription that Amazon SNS asks to confirm by %s is confirmed.", until.Local().Format("15:04"))
		return nil
	})
}
