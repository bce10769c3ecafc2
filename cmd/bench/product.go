package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/temporal"
)

// environment is the throw-away Postgres and Temporal server to measure on.
type environment struct {
	database  string
	temporal  string
	namespace string
	log       *slog.Logger
}

// product is Mauntic's engine with a provider that answers at once.
type product struct {
	org       domain.OrgID
	pool      *pgxpool.Pool
	temporal  client.Client
	contacts  *crm.Service
	messages  *messaging.Service
	campaigns *campaign.Service
	signer    *messaging.Signer
	log       *slog.Logger
}

// poolSize leaves room for the local activities and the emails under way.
const poolSize = 24

// install makes a database and wires the services on it.
func install(ctx context.Context, env environment) (*product, error) {
	if env.database == "" || env.temporal == "" {
		return nil, errors.New("TEST_DATABASE_URL and TEST_TEMPORAL_ADDRESS are not set: run this with `make bench`")
	}
	pool, err := newDatabase(ctx, env.database)
	if err != nil {
		return nil, err
	}
	connected, err := temporal.Dial(ctx, temporal.Connection{Address: env.temporal, Namespace: env.namespace, Log: env.log})
	if err != nil {
		pool.Close()
		return nil, err
	}
	p := &product{pool: pool, temporal: connected, log: env.log}
	if err := p.wire(ctx, env); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func newDatabase(ctx context.Context, server string) (*pgxpool.Pool, error) {
	name := fmt.Sprintf("bench_%d", time.Now().UnixNano())
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return nil, fmt.Errorf("connect to Postgres: %w", err)
	}
	_, err = conn.Exec(ctx, "create database "+name)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return nil, fmt.Errorf("create database: %w", err)
	}
	pool, err := pgxpool.New(ctx, fmt.Sprintf("%s dbname=%s pool_max_conns=%d", server, name, poolSize))
	if err != nil {
		return nil, err
	}
	if _, _, err := store.Migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func (p *product) wire(ctx context.Context, env environment) error {
	db := store.New(p.pool)
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: bytes.Repeat([]byte("k"), 32)}})
	if err != nil {
		return err
	}
	p.signer = signer
	p.contacts = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db, Starter: p})
	p.messages = messaging.New(messaging.Deps{
		Store: messagingstore.New(db), Tx: db, Contacts: p.contacts, Provider: instant{}, SMS: instant{}, Signer: signer,
		BaseURL: "http://127.0.0.1", Log: env.log,
	})
	p.campaigns = campaign.New(campaign.Deps{
		Store: campaignstore.New(db), Tx: db, Workflows: temporal.NewStarter(p.temporal, env.namespace),
		CRM: p.contacts, Messaging: p.messages, Log: env.log,
	})
	p.contacts.Listen(p.campaigns)
	p.messages.GuardBy(p.campaigns, p.messages.SenderGate())
	p.org, err = store.Value[domain.OrgID](ctx, db.Pool(), store.SQL.Insert("identity.organizations").
		Columns("name", "from_name", "from_email", "postal_address").Values("Bench", "Bench", "bench@example.com", "1 Main Street").
		Suffix("returning id"))
	return err
}

func (p *product) close() {
	p.temporal.Close()
	p.pool.Close()
}

// work runs starter and workers until stop is called.
func (p *product) work(ctx context.Context) (stop func(), err error) {
	workers := temporal.NewWorkers(p.temporal, temporal.Activities{
		Campaign:  &activities.Campaign{Service: p.campaigns},
		CRM:       &activities.CRM{Service: p.contacts},
		Messaging: &activities.Messaging{Service: p.messages},
		Webhook:   &activities.Webhook{Service: p.campaigns},
	})
	if err := workers.Start(); err != nil {
		return nil, err
	}
	stopStarter := p.startWorkflows(ctx)
	return func() { stopStarter(); workers.Stop() }, nil
}

// startWorkflows runs the starter and the router, without workers, until stop is called.
func (p *product) startWorkflows(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { p.campaigns.RunStarter(ctx) })
	loops.Go(func() { p.campaigns.RunRouter(ctx) })
	return func() { cancel(); loops.Wait() }
}

var _ crm.ImportStarter = (*product)(nil)

// StartImport implements crm.ImportStarter: it imports the file here and now.
func (p *product) StartImport(ctx context.Context, org domain.OrgID, id crm.ImportID) error {
	_, err := p.contacts.RunImport(ctx, org, id, func(crm.Import) error { return ctx.Err() })
	return err
}

// addContacts imports n new contacts, tagged with tag, and returns how many rows a second that took.
func (p *product) addContacts(ctx context.Context, tag string, n int) (float64, error) {
	file := new(strings.Builder)
	file.WriteString("email,firstname,lastname,company,phone\n")
	for i := range n {
		fmt.Fprintf(file, "%s-%d@example.com,First %d,Last %d,Company %d,+4930%07d\n", tag, i, i, i, i%1000, i)
	}
	began := time.Now()
	imported, err := p.contacts.UploadImport(ctx, p.org, crm.ImportUpload{
		FileName: tag + ".csv", File: strings.NewReader(file.String()), Tags: []string{tag},
	})
	if err != nil {
		return 0, err
	}
	if _, err := p.contacts.StartImport(ctx, p.org, imported.ID, crm.ImportStart{}); err != nil {
		return 0, err
	}
	return perSecond(n, began), nil
}

// publish makes a campaign of these steps.
func (p *product) publish(ctx context.Context, steps string) (campaign.ID, error) {
	flow, err := campaign.ParseFlow([]byte(`{"root":[` + steps + `]}`))
	if err != nil {
		return 0, err
	}
	made, err := p.campaigns.CreateCampaign(ctx, p.org, campaign.Input{Name: "Bench", Flow: flow})
	if err != nil {
		return 0, err
	}
	_, err = p.campaigns.Publish(ctx, p.org, made.ID)
	return made.ID, err
}

// enter puts the contacts with a tag into a campaign.
func (p *product) enter(ctx context.Context, id campaign.ID, tag string) error {
	_, err := p.campaigns.AddContacts(ctx, p.org, id, campaign.Entry{Tag: tag, Source: "api"})
	return err
}

// until waits until no journey of the campaign is short of a state. It looks seldom, because each
// look takes time from what is measured.
func (p *product) until(ctx context.Context, id campaign.ID, state campaign.JourneyState) error {
	for {
		var more bool
		err := p.pool.QueryRow(ctx, `select exists (select from campaign.journeys where campaign_id = $1 and state = any($2))`, id, notYet[state]).Scan(&more)
		if err != nil || !more {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

var notYet = map[campaign.JourneyState][]string{
	campaign.JourneyOpen:  {"pending"},
	campaign.JourneyEnded: {"pending", "open"},
}

// instant is a provider that takes every message at once.
type instant struct{}

func (instant) Name() string { return "instant" }

func (instant) Send(_ context.Context, m messaging.Outgoing) (string, error) { return m.Sid, nil }

func (instant) SendSMS(_ context.Context, m messaging.OutgoingSMS) (string, error) { return m.Sid, nil }
