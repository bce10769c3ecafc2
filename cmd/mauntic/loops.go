package main

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/identitystore"
)

// loop is work that nobody asks for: it goes on until its context ends.
type loop struct {
	name string
	run  func(ctx context.Context)
}

// loops are the loops of a process with workers. Several processes may run them.
func (a *app) loops() []loop {
	sessions, answers := identitystore.NewSessions(a.DB), store.NewAnswers(a.DB)
	return []loop{
		{"journey starter", a.campaign.RunStarter},
		{"journey reconciler", a.campaign.RunReconciler},
		{"event count", a.every(20*time.Second, "count events", a.crm.CountEvents)},
		{"import resumer", a.every(time.Minute, "resume imports", a.crm.ResumeImports)},
		{"job resumer", a.every(time.Minute, "resume jobs", a.crm.ResumeJobs)},
		{"import cleaner", a.every(time.Hour, "forget what imports keep for undoing", a.crm.ForgetImports)},
		{"message sweep", a.every(30*time.Second, "settle messages without an answer", func(ctx context.Context) error {
			_, err := a.messaging.Sweep(ctx)
			return err
		})},
		{"SMS sweep", a.every(5*time.Minute, "ask what became of SMS", func(ctx context.Context) error {
			_, err := a.messaging.SettleSMS(ctx)
			return err
		})},
		{"pacer", a.every(time.Minute, "keep to the rates of the providers", a.pacer.Refresh)},
		{"message resend", a.every(5*time.Second, "send messages again", a.messaging.Resend)},
		{"reputation watch", a.every(10*time.Second, "watch the rates of bounces and complaints", a.messaging.WatchReputation)},
		{"sender domain check", a.every(5*time.Minute, "check sender domains", a.messaging.RecheckSenderDomains)},
		{"session purge", a.every(time.Hour, "remove old sessions", func(ctx context.Context) error {
			_, err := sessions.Purge(ctx)
			return err
		})},
		{"forgotten passwords", a.every(3*time.Second, "mail the links of forgotten passwords", a.identity.MailResets)},
		{"access purge", a.every(time.Hour, "remove old tries to sign in", a.identity.PurgeAccess)},
		{"purge", a.every(time.Hour, "remove old records", a.purge)},
		{"answer purge", a.every(time.Hour, "remove old answers", func(ctx context.Context) error {
			_, err := answers.Purge(ctx)
			return err
		})},
	}
}

// every does something now and then. A failure is logged: the next round may do better.
func (a *app) every(pause time.Duration, what string, do func(ctx context.Context) error) func(ctx context.Context) {
	return func(ctx context.Context) {
		for ctx.Err() == nil {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				a.Log.WarnContext(ctx, what, "error", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}
