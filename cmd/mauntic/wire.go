package main

import (
	"context"
	"log/slog"
	"strings"

	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/activities/provider/dns"
	"github.com/mauntic/mauntic/activities/provider/egress"
	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/activities/provider/ses"
	"github.com/mauntic/mauntic/activities/provider/smtp"
	"github.com/mauntic/mauntic/activities/provider/webhook"
	"github.com/mauntic/mauntic/cmd/mauntic/metrics"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/temporal"
	"github.com/mauntic/mauntic/ui/words"
)

// parts are what the services are built on.
type parts struct {
	Config     *Config
	DB         *store.DB
	Temporal   client.Client // nil: nothing may start a workflow
	SigningKey []byte
	DataDir    *dataDir         // nil where nothing may be kept
	Metrics    *metrics.Metrics // nil: nothing is measured
	Log        *slog.Logger
}

// app is the product, put together but not running.
type app struct {
	parts
	observed
	identity  *identity.Service
	crm       *crm.Service
	messaging *messaging.Service
	campaign  *campaign.Service
	egress    *egress.Client // for addresses that people typed in
	pacer     *messaging.Pacer
	signer    *messaging.Signer
	returns   *messaging.ReturnAddress // nil: mail does not come back to us
	events    sesEvents
}

// wire puts the services together.
func wire(ctx context.Context, p parts) (*app, error) {
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: p.SigningKey}})
	if err != nil {
		return nil, err
	}
	outside, err := egressClient(p.Config)
	if err != nil {
		return nil, err
	}
	letters := messagingstore.New(p.DB)
	provider, err := mailProvider(ctx, p.Config, letters)
	if err != nil {
		return nil, err
	}
	texts, err := smsProvider(p.Config, signer, letters)
	if err != nil {
		return nil, err
	}
	a := &app{parts: p, identity: wireIdentity(p.DB, p.Config.BaseURL), egress: outside, signer: signer}
	if a.returns, err = p.Config.returnAddress(signer); err != nil {
		return nil, err
	}
	a.crm = crm.New(crm.Deps{Store: crmstore.New(p.DB), Tx: p.DB, Starter: a.imports(), Jobs: a.jobs(), Files: p.Config.files()})
	a.messaging = messaging.New(messaging.Deps{
		Store: p.Metrics.Ledger(letters, p.DB), Tx: p.DB, Contacts: a.crm, Provider: p.Metrics.Provider(provider), SMS: p.Metrics.SMSProvider(texts), Signer: signer,
		BaseURL: p.Config.BaseURL, Return: a.returns, Log: p.Log, DNS: dns.New(p.Config.DNSServer),
		VerifySenders: provider.Name() != "inbox" && !p.Config.AllowUnverifiedSenders,
		Unknown:       messaging.UnknownWindows{Transactional: p.Config.UnknownTransactional, Marketing: p.Config.UnknownMarketing},
	})
	if a.events, err = a.wireSESEvents(ctx); err != nil {
		return nil, err
	}
	a.campaign = campaign.New(campaign.Deps{
		Tx: p.DB, Store: campaignstore.New(p.DB), Workflows: a.workflows(),
		CRM: a.crm, Messaging: a.messaging, Users: a.identity, Web: webhook.New(outside), SigningKey: p.SigningKey, Log: p.Log,
	})
	a.identity.MailBy(a.messaging)
	a.messaging.TellOf(a.campaign)
	a.crm.Listen(a.campaign)
	a.crm.AskUses(a.campaign, a.messaging)
	a.pacer = a.messaging.NewPacer(temporal.NewThrottle(a.Temporal, p.Config.Temporal.Namespace), map[messaging.Channel]float64{
		messaging.ChannelEmail: p.Config.EmailRate, messaging.ChannelSMS: p.Config.SMSRate,
	})
	a.messaging.GuardBy(a.campaign, a.pacer, a.messaging.RuleGate())
	a.operations = a.wireOperations()
	a.messaging.GuardBy(a.messaging.SenderGate())
	a.messaging.PauseBy(a.campaign)
	a.messaging.FindCampaignsBy(a.campaign)
	return a, nil
}

func wireIdentity(db *store.DB, baseURL string) *identity.Service {
	return identity.New(identity.Deps{Store: identitystore.New(db), Tx: db, BaseURL: baseURL, Translate: words.Translate})
}

// workflows starts and wakes journeys.
func (a *app) workflows() campaign.Workflows {
	if a.Temporal == nil {
		return nil
	}
	return temporal.NewStarter(a.Temporal, a.Config.Temporal.Namespace)
}

// imports starts imports.
func (a *app) imports() crm.ImportStarter {
	if a.Temporal == nil {
		return nil
	}
	return temporal.NewImportStarter(a.Temporal)
}

// jobs starts work on many contacts.
func (a *app) jobs() crm.JobStarter {
	if a.Temporal == nil {
		return nil
	}
	return temporal.NewJobStarter(a.Temporal)
}

// workers carry out what Temporal hands to this process.
func (a *app) workers() *temporal.Workers {
	return temporal.NewWorkers(a.Temporal, temporal.Activities{
		Campaign:  &activities.Campaign{Service: a.campaign},
		CRM:       &activities.CRM{Service: a.crm},
		Messaging: &activities.Messaging{Service: a.messaging},
		Webhook:   &activities.Webhook{Service: a.campaign},
	})
}

// mailProvider returns what MAUNTIC_MAIL names.
func mailProvider(ctx context.Context, cfg *Config, keeper inbox.Keeper) (messaging.Provider, error) {
	scheme, _, _ := strings.Cut(cfg.Mail, ":")
	switch scheme {
	case "inbox":
		return inbox.New(keeper), nil
	case "ses":
		provider, err := ses.New(ctx, ses.Config{Region: cfg.SES.Region, ConfigurationSet: cfg.SES.ConfigurationSet, Endpoint: cfg.SES.Endpoint})
		if err != nil {
			return nil, noRegion("MAUNTIC_MAIL is ses", err)
		}
		return provider, nil
	case "smtp", "smtps":
		provider, err := smtp.New(cfg.Mail)
		if err != nil {
			return nil, domain.Unavailable("MAUNTIC_MAIL can't be used: %v.", err)
		}
		return provider, nil
	}
	return nil, domain.Unavailable("MAUNTIC_MAIL must be inbox, smtp://user:password@host:587 or ses.")
}

// egressClient makes the client that calls what people typed in.
func egressClient(cfg *Config) (*egress.Client, error) {
	var options egress.Options
	for _, text := range cfg.EgressAllow {
		allowed, err := egress.ParseAllowed(text)
		if err != nil {
			return nil, domain.Unavailable("MAUNTIC_EGRESS_ALLOW can't be used: %v.", err)
		}
		options.Allow = append(options.Allow, allowed)
	}
	return egress.New(options), nil
}
