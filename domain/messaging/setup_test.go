package messaging_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// bench is what every test of this package stands on: the use cases on a database of their own,
// and a provider that does what a test wants.
type bench struct {
	*messaging.Service
	t        testing.TB
	db       *store.DB
	crm      *crm.Service
	provider *provider
	texts    messaging.SMSProvider // nil: provider
	org      domain.OrgID
	ctx      context.Context
	clock    func() time.Time   // nil: the real one
	mail     messaging.Provider // nil: provider
	dns      messaging.DNS
	verify   bool
}

func setup(t testing.TB) *bench {
	t.Helper()
	db := storetest.New(t)
	b := &bench{t: t, db: db, provider: &provider{}, org: storetest.Org(t, db, "Acme")}
	b.ctx = identity.WithActor(context.Background(), identity.System(b.org))
	b.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	b.Service = b.another()
	return b
}

// another makes a second service on the same database, as after a restart.
func (b *bench) another() *messaging.Service {
	b.t.Helper()
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte("0123456789abcdef0123456789abcdef")}})
	b.must(err)
	mail := b.mail
	if mail == nil {
		mail = b.provider
	}
	return messaging.New(messaging.Deps{
		Store: messagingstore.New(b.db), Tx: b.db, Contacts: b.crm, Provider: mail, SMS: b.smsProvider(), Signer: signer,
		BaseURL: "https://mail.example.com", Log: slog.New(slog.DiscardHandler), Clock: b.clock,
		DNS: b.dns, VerifySenders: b.verify,
	})
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) contact(in crm.ContactInput) crm.Contact {
	b.t.Helper()
	contact, err := b.crm.CreateContact(b.ctx, b.org, in)
	b.must(err)
	return contact
}

// anna is a contact with an address.
func (b *bench) anna() crm.Contact {
	return b.contact(crm.ContactInput{Firstname: new("Anna"), Lastname: new("Berg"), Email: new("anna@example.com")})
}

func welcome() messaging.EmailInput {
	return messaging.EmailInput{
		Name: "Welcome", Subject: "Hello {{ contact.firstname }}",
		HTML: `<html><body><p>Hi {{ firstname }}, <a href="https://example.com/start?a=1&amp;b=2">start</a></p></body></html>`,
	}
}

func (b *bench) email(in messaging.EmailInput) messaging.Email {
	b.t.Helper()
	email, err := b.CreateEmail(b.ctx, b.org, in)
	b.must(err)
	return email
}

var keys struct {
	sync.Mutex
	last int
}

// decide decides a marketing message and returns it.
func (b *bench) decide(contact crm.ContactID, email messaging.EmailID) messaging.Message {
	b.t.Helper()
	keys.Lock()
	keys.last++
	key := fmt.Sprintf("journey/%d", keys.last)
	keys.Unlock()
	message, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: key, Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: contact, Email: email, Campaign: 5,
	})
	b.must(err)
	return message
}

func (b *bench) message(id messaging.MessageID) messaging.Message {
	b.t.Helper()
	message, err := b.Message(b.ctx, b.org, id)
	b.must(err)
	return message
}

// events returns how many events of a type a contact has.
func (b *bench) events(contact crm.ContactID, kind string) []crm.Event {
	b.t.Helper()
	all, err := b.crm.Timeline(b.ctx, b.org, contact, 0, 100)
	b.must(err)
	var found []crm.Event
	for _, event := range all {
		if event.Type == kind {
			found = append(found, event)
		}
	}
	return found
}

// provider is a provider that keeps what it gets and answers as a test wants.
type provider struct {
	mu    sync.Mutex
	mails []messaging.Outgoing
	sms   []messaging.OutgoingSMS
	err   error
	// during runs inside each call.
	during func(messaging.Outgoing)
}

func (p *provider) Name() string { return "test" }

func (p *provider) Send(_ context.Context, m messaging.Outgoing) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, m)
	if p.during != nil {
		p.during(m)
	}
	return fmt.Sprintf("id-%d", len(p.mails)), p.err
}

func (p *provider) SendSMS(_ context.Context, m messaging.OutgoingSMS) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sms = append(p.sms, m)
	return fmt.Sprintf("sms-%d", len(p.sms)), p.err
}

// smsProvider is the test's own, or the one that also takes the mails.
func (b *bench) smsProvider() messaging.SMSProvider {
	if b.texts != nil {
		return b.texts
	}
	return b.provider
}

// hold holds all messages while it is on.
type hold struct {
	on    bool
	until time.Time
}

func (h *hold) Judge(context.Context, domain.OrgID, messaging.Message, crm.Contact) (messaging.Verdict, error) {
	return messaging.Verdict{Hold: h.on, Until: h.until, Reason: "The campaign is paused."}, nil
}
