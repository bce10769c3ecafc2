// Package world puts the contexts together on a real Postgres, for tests and benchmarks that need
// more than one of them.
package world

import (
	"context"
	"sync"
	"testing"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/activities/provider/egress"
	"github.com/mauntic/mauntic/activities/provider/webhook"
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
	"github.com/mauntic/mauntic/store/storetest"
)

// World is an organization with everything that serves it.
type World struct {
	DB        *store.DB
	Org       domain.OrgID
	Identity  *identity.Service
	CRM       *crm.Service
	Messaging *messaging.Service
	Campaign  *campaign.Service
	Provider  *Provider
	Logs      *Logs
}

// New makes a world on a database of its own, whose workflows run where w says.
func New(t testing.TB, w campaign.Workflows) *World {
	t.Helper()
	db := storetest.New(t)
	return On(t, db, storetest.Org(t, db, "Acme"), w)
}

// On makes a world for an organization that exists.
func On(t testing.TB, db *store.DB, org domain.OrgID, w campaign.Workflows) *World {
	t.Helper()
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte("a secret of thirty-two bytes ...")}})
	if err != nil {
		t.Fatal(err)
	}
	world := &World{DB: db, Org: org, Provider: &Provider{}, Logs: &Logs{}}
	log := world.Logs.Logger()
	world.Identity = identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	world.CRM = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	world.Messaging = messaging.New(messaging.Deps{
		Store: messagingstore.New(db), Tx: db, Contacts: world.CRM, Provider: world.Provider, SMS: world.Provider, Signer: signer,
		BaseURL: "http://mauntic.test", Log: log,
	})
	world.Campaign = campaign.New(campaign.Deps{
		Tx: db, Store: campaignstore.New(db), Workflows: w, CRM: world.CRM, Messaging: world.Messaging, Log: log,
		Users: world.Identity, Web: loopback(t), SigningKey: []byte("another secret of thirty-two bytes"),
	})
	world.Messaging.TellOf(world.Campaign)
	world.CRM.Listen(world.Campaign)
	world.CRM.AskUses(world.Campaign, world.Messaging)
	world.Messaging.GuardBy(world.Campaign, world.Messaging.SenderGate(), world.Messaging.RuleGate())
	world.Messaging.PauseBy(world.Campaign)
	world.Messaging.FindCampaignsBy(world.Campaign)
	return world
}

// loopback is a web of which only this machine can be called.
func loopback(t testing.TB) campaign.Web {
	t.Helper()
	allowed, err := egress.ParseAllowed("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	client := egress.New(egress.Options{Allow: []egress.Allowed{allowed}})
	t.Cleanup(client.Close)
	return webhook.New(client)
}

// Ctx is a context in which the program itself is calling for the organization.
func (w *World) Ctx() context.Context {
	return identity.WithActor(context.Background(), identity.System(w.Org))
}

// Activities are what a worker of this world carries out.
func (w *World) Activities() (*activities.Campaign, *activities.Messaging) {
	return &activities.Campaign{Service: w.Campaign}, &activities.Messaging{Service: w.Messaging}
}

// Contact makes a contact with an address of its own.
func (w *World) Contact(t testing.TB, in crm.ContactInput) crm.Contact {
	t.Helper()
	contact, err := w.CRM.CreateContact(w.Ctx(), w.Org, in)
	if err != nil {
		t.Fatalf("create contact: %v", err)
	}
	return contact
}

// Field defines a custom field of contacts.
func (w *World) Field(t testing.TB, in crm.FieldInput) crm.Field {
	t.Helper()
	field, err := w.CRM.CreateField(w.Ctx(), w.Org, in)
	if err != nil {
		t.Fatalf("create field: %v", err)
	}
	return field
}

// Email makes an email that can be sent.
func (w *World) Email(t testing.TB, name string) messaging.Email {
	t.Helper()
	email, err := w.Messaging.CreateEmail(w.Ctx(), w.Org, messaging.EmailInput{
		Name: name, Subject: name, HTML: `<p>Hello {{ contact.firstname }}</p><p><a href="https://example.com/offer">Offer</a></p>`,
	})
	if err != nil {
		t.Fatalf("create email: %v", err)
	}
	return email
}

// SMS makes an SMS that can be sent.
func (w *World) SMS(t testing.TB, name string) messaging.SMS {
	t.Helper()
	sms, err := w.Messaging.CreateSMS(w.Ctx(), w.Org, messaging.SMSInput{Name: name, Body: "Hello {{ contact.firstname }}: https://example.com/offer"})
	if err != nil {
		t.Fatalf("create SMS: %v", err)
	}
	return sms
}

// Publish makes an active campaign of a flow document.
func (w *World) Publish(t testing.TB, name, document string) campaign.Campaign {
	t.Helper()
	flow, err := campaign.ParseFlow([]byte(document))
	if err != nil {
		t.Fatalf("read flow: %v", err)
	}
	draft, err := w.Campaign.CreateCampaign(w.Ctx(), w.Org, campaign.Input{Name: name, Flow: flow})
	if err != nil {
		t.Fatalf("create campaign: %v", err)
	}
	published, err := w.Campaign.Publish(w.Ctx(), w.Org, draft.ID)
	if err != nil {
		t.Fatalf("publish campaign: %v", err)
	}
	return published
}

// Enter puts contacts into a campaign and returns their journeys in the contacts' order.
func (w *World) Enter(t testing.TB, id campaign.ID, contacts ...crm.ContactID) []campaign.JourneyItem {
	t.Helper()
	_, err := w.Campaign.AddContacts(w.Ctx(), w.Org, id, campaign.Entry{Contacts: contacts, Source: "manual"})
	if err != nil {
		t.Fatalf("add contacts: %v", err)
	}
	journeys := make([]campaign.JourneyItem, len(contacts))
	for i, contact := range contacts {
		page, err := w.Campaign.Journeys(w.Ctx(), w.Org, campaign.JourneyQuery{Campaign: id, Contact: contact})
		if err != nil || len(page.Items) == 0 {
			t.Fatalf("find journey of contact %d: %v", contact, err)
		}
		journeys[i] = page.Items[0]
	}
	return journeys
}

// Log returns what happened on a journey as "label: outcome".
func (w *World) Log(t testing.TB, id campaign.JourneyID) []string {
	t.Helper()
	entries, err := w.Campaign.StepLog(w.Ctx(), w.Org, id)
	if err != nil {
		t.Fatalf("read step log: %v", err)
	}
	lines := make([]string, len(entries))
	for i, entry := range entries {
		lines[i] = entry.Label.English() + ": " + entry.Outcome.English()
	}
	return lines
}

// Provider takes every email and SMS at once and remembers it, unless Answer says otherwise.
type Provider struct {
	Answer func(m messaging.Outgoing) error

	mu   sync.Mutex
	sent []messaging.Outgoing
	sms  []messaging.OutgoingSMS
}

// Name implements messaging.Provider.
func (*Provider) Name() string { return "test" }

// Send implements messaging.Provider.
func (p *Provider) Send(_ context.Context, m messaging.Outgoing) (string, error) {
	if p.Answer != nil {
		if err := p.Answer(m); err != nil {
			return "", err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return "test-" + m.Sid, nil
}

// Sent returns the emails taken so far.
func (p *Provider) Sent() []messaging.Outgoing {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]messaging.Outgoing(nil), p.sent...)
}

// SendSMS implements messaging.SMSProvider.
func (p *Provider) SendSMS(_ context.Context, m messaging.OutgoingSMS) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sms = append(p.sms, m)
	return "test-" + m.Sid, nil
}

// SentSMS returns the SMS taken so far.
func (p *Provider) SentSMS() []messaging.OutgoingSMS {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]messaging.OutgoingSMS(nil), p.sms...)
}
