package crmstore_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/storetest"
)

var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// bench is what every test of this package stands on: the use cases on a database of their own.
type bench struct {
	*crm.Service
	t     testing.TB
	db    *store.DB
	org   domain.OrgID
	ctx   context.Context
	heard *listener
}

// setup returns the use cases for an organization in which the program itself is calling.
func setup(t testing.TB) bench {
	t.Helper()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	heard := &listener{}
	service := crm.New(crm.Deps{
		Store: crmstore.New(db), Tx: db, Listener: heard, Starter: starter{}, Jobs: starter{},
		Clock: func() time.Time { return today },
	})
	return bench{Service: service, t: t, db: db, org: org, ctx: identity.WithActor(context.Background(), identity.System(org)), heard: heard}
}

// stranger returns another organization and a context in which somebody of it is calling.
func (b bench) stranger() (domain.OrgID, context.Context) {
	org := storetest.Org(b.t, b.db, "Other")
	return org, identity.WithActor(context.Background(), identity.System(org))
}

// in returns the same bench for another organization.
func (b bench) in(t testing.TB, name string) bench {
	b.t, b.org = t, storetest.Org(t, b.db, name)
	b.ctx = identity.WithActor(context.Background(), identity.System(b.org))
	return b
}

// contact stores a contact with an email address.
func (b bench) contact(email string) crm.Contact {
	b.t.Helper()
	contact, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: &email})
	b.must(err)
	return contact
}

// field defines a custom field.
func (b bench) field(in crm.FieldInput) crm.Field {
	b.t.Helper()
	field, err := b.CreateField(b.ctx, b.org, in)
	b.must(err)
	return field
}

func (b bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// refused asserts that err is of a kind and says something.
func (b bench) refused(err error, kind domain.Kind, says string) {
	b.t.Helper()
	if domain.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		b.t.Fatalf("got error %v, want %s that says %q", err, kind, says)
	}
}

// events returns the types of a contact's events, oldest first.
func (b bench) events(id crm.ContactID) string {
	b.t.Helper()
	timeline, err := b.Timeline(b.ctx, b.org, id, 0, 100)
	b.must(err)
	types := make([]string, len(timeline))
	for i, event := range timeline {
		types[len(types)-1-i] = event.Type
	}
	return strings.Join(types, " ")
}

// listener remembers what it heard.
type listener struct{ events []crm.Event }

func (l *listener) EventsAppended(_ context.Context, _ domain.OrgID, events []crm.Event) {
	l.events = append(l.events, events...)
}

type starter struct{}

func (starter) StartImport(context.Context, domain.OrgID, crm.ImportID) error { return nil }

func (starter) StartJob(context.Context, domain.OrgID, crm.JobID) error { return nil }
