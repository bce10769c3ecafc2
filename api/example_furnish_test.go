package api_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/storetest"
)

const (
	adasPassword = "correct horse battery staple" // as the contract says
	welcomeFlow  = `{"root":[{"id":"send","kind":"send_email","name":"Send the welcome","settings":{"email":5}},
		{"id":"wait","kind":"wait","name":"Wait two days","settings":{"for":{"amount":2,"unit":"days"}}}]}`
	fairFile = "Vorname,Nachname,E-Mail\nEva,Lang,eva.lang@example.com\nTim,Kurz,tim.kurz@example.com\n"
)

// callers are the cookies of those who ask.
type callers struct {
	ada      string // operates the installation; user 7
	vera     string // only looks
	stranger string // operates, and belongs to another organization
	shop     string // the API key of a program
}

// furniture puts into a database what the examples of the contract speak of, under the ids that they name.
type furniture struct {
	*site
	ctx context.Context //nolint:containedctx // it lives for one function
	org domain.OrgID
}

func furnish(t *testing.T, db *store.DB) callers {
	t.Helper()
	f := &furniture{site: newSite(t, db)}
	f.next("identity.users", 7)
	f.org = 1
	_, _, err := f.identity.FirstStart(t.Context(), identity.FirstStart{OrgName: "Northwind Bikes", Email: "ada@example.com", Password: adasPassword})
	f.must(err)
	f.ctx = identity.WithActor(t.Context(), identity.Actor{Org: f.org, User: 7, Name: "Ada Lovelace", Role: identity.RoleSuperadmin})
	f.user(f.org, "vera@example.com", identity.RoleViewer)
	f.user(storetest.Org(t, db, "Other"), "stranger@example.com", identity.RoleSuperadmin)
	key := f.settings()
	f.next("crm.all_contacts", 4711)
	f.next("crm.events", 311)
	f.fields()
	f.contacts()
	f.around()
	f.works()
	f.letters()
	f.next("identity.sessions", 12)
	f.logIn("ada@example.com") // session 12
	return callers{ada: f.logIn("ada@example.com"), vera: f.logIn("vera@example.com"), stranger: f.logIn("stranger@example.com"), shop: key}
}

func (f *furniture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *furniture) sql(statement string, args ...any) {
	f.t.Helper()
	_, err := f.db.Pool().Exec(f.t.Context(), statement, args...)
	f.must(err)
}

// next says which id the next row of a table gets.
func (f *furniture) next(table string, id int) {
	f.t.Helper()
	f.sql(fmt.Sprintf("alter table %s alter column id restart with %d", table, id))
}

func (f *furniture) user(org domain.OrgID, email string, role identity.Role) {
	f.t.Helper()
	_, _, err := f.identity.CreateUser(identity.WithActor(f.t.Context(), identity.System(org)), org, identity.UserInput{Email: email, Name: email, Role: role, Password: adasPassword})
	f.must(err)
}

// settings returns the key of a program.
func (f *furniture) settings() string {
	f.t.Helper()
	_, err := f.identity.UpdateOrganization(f.ctx, f.org, identity.OrganizationInput{
		FromName: new("Northwind Bikes"), FromEmail: new("hello@example.com"), PostalAddress: new("Hafenstr. 12, 20457 Hamburg"),
	})
	f.must(err)
	f.next("identity.api_keys", 4)
	_, key, err := f.identity.CreateAPIKey(f.ctx, f.org, identity.APIKeyInput{Name: "Shop", Role: identity.RoleUser})
	f.must(err)
	f.next("identity.invitations", 7)
	_, err = f.identity.Invite(f.ctx, f.org, identity.InvitationInput{Email: "alan@example.com", Name: "Alan Turing", Role: identity.RoleUser})
	f.must(err)
	f.next("messaging.rules", 2)
	_, err = f.messaging.CreateRule(f.ctx, f.org, messaging.RuleInput{Kind: messaging.RuleCap, Channel: messaging.ChannelEmail, Action: messaging.ActionSkip, Messages: 3, Per: messaging.PerWeek})
	f.must(err)
	f.next("messaging.sender_domains", 2)
	_, err = f.messaging.AddSenderDomain(f.ctx, f.org, "example.com", "")
	f.must(err)
	f.next("messaging.stops", 9)
	f.sql(`insert into messaging.stops (org_id, scope, subject, level, rule, reason, sent, faults) values ($1, 'domain', 'example.com', 'paused', 'bounces', 'Too many.', 1200, 73)`, f.org)
	f.next("messaging.suppressions", 55)
	_, err = f.messaging.Suppress(f.ctx, f.org, messaging.SuppressionInput{Address: "gone@example.com", Comment: "Asked us to stop by phone."})
	f.must(err)
	return key
}

func (f *furniture) fields() {
	f.t.Helper()
	sizes := []crm.FieldOption{{Value: "s", Label: "Small"}, {Value: "m", Label: "Medium"}}
	for id, in := range map[int]crm.FieldInput{
		4: {Alias: "newsletters", Label: "Newsletters", Type: crm.FieldMultiselect, Options: []crm.FieldOption{{Value: "weekly"}}},
		6: {Alias: "size", Label: "Size", Type: crm.FieldSelect, Options: sizes},
		9: {Alias: "born", Label: "Born", Type: crm.FieldDate},
	} {
		f.next("crm.fields", id)
		_, err := f.crm.CreateField(f.ctx, f.org, in)
		f.must(err)
	}
}

func (f *furniture) contacts() {
	f.t.Helper()
	f.next("crm.all_tags", 7)
	_, err := f.crm.CreateTag(f.ctx, f.org, "newsletter", "Asked for the monthly letter.")
	f.must(err)
	f.next("crm.all_tags", 9)
	_, err = f.crm.CreateTag(f.ctx, f.org, "letter", "")
	f.must(err)
	for _, in := range []crm.ContactInput{
		{Firstname: new("Eva"), Lastname: new("Lang"), Email: new("eva.lang@example.com"), Phone: new("+49 30 901820"), Tags: []string{"newsletter"}, Fields: map[string]any{"size": "m"}},
		{Firstname: new("Tim"), Email: new("tim@example.com")},
	} {
		_, err := f.crm.CreateContact(f.ctx, f.org, in)
		f.must(err)
	}
	f.next("crm.all_segments", 3)
	_, err = f.crm.CreateSegment(f.ctx, f.org, crm.SegmentInput{Name: "Spring fair", Alias: "spring-fair"})
	f.must(err)
	_, err = f.crm.AddToSegment(f.ctx, f.org, 3, []crm.ContactID{4711}, "")
	f.must(err)
	f.sql("update crm.all_contacts set updated_at = '2026-11-25T14:05:00Z' where id = 4711") // the example says so
}

// around adds what is known around a contact.
func (f *furniture) around() {
	f.t.Helper()
	f.next("crm.notes", 12)
	_, err := f.crm.AddNote(f.ctx, f.org, 4711, crm.NoteInput{Type: crm.NoteCall, Text: "Wants an offer."})
	f.must(err)
	f.next("crm.attachments", 5)
	_, err = f.crm.AddAttachment(f.ctx, f.org, 4711, "offer.txt", strings.NewReader("An offer."))
	f.must(err)
	f.next("crm.consents", 31)
	_, err = f.crm.RecordConsent(f.ctx, f.org, 4711, crm.ConsentInput{Purpose: "email", State: crm.Granted, Source: crm.ByForm})
	f.must(err)
	_, err = f.crm.RecordEvents(f.ctx, f.org, []crm.EventInput{{Contact: 4711, Type: "order.paid", Data: map[string]any{"order": "2026-0814"}}})
	f.must(err)
	f.next("crm.views", 21)
	_, err = f.crm.CreateView(f.ctx, f.org, crm.ViewInput{Name: "Readers", Search: "tag:newsletter", Columns: []string{"email"}, IsShared: true})
	f.must(err)
}

// works adds an import that waits for its mapping, and an export that is done.
func (f *furniture) works() {
	f.t.Helper()
	f.next("crm.imports", 18)
	_, err := f.crm.UploadImport(f.ctx, f.org, crm.ImportUpload{FileName: "spring-fair.csv", File: strings.NewReader(fairFile)})
	f.must(err)
	f.next("crm.jobs", 88)
	job, err := f.crm.StartExport(f.ctx, f.org, crm.ContactQuery{}, crm.Export{})
	f.must(err)
	_, err = f.crm.RunJob(f.system(), f.org, job.ID, func(crm.Job) error { return nil })
	f.must(err)
}

func (f *furniture) system() context.Context {
	return identity.WithActor(f.t.Context(), identity.System(f.org))
}

// letters adds an email and an SMS, a message that was sent, and a campaign with somebody in it.
func (f *furniture) letters() {
	f.t.Helper()
	f.next("messaging.emails", 5)
	_, err := f.messaging.CreateEmail(f.ctx, f.org, messaging.EmailInput{Name: "Welcome", Subject: "Welcome, {{ contact.firstname }}", HTML: "<p>Hello</p>"})
	f.must(err)
	f.next("messaging.sms", 3)
	_, err = f.messaging.CreateSMS(f.ctx, f.org, messaging.SMSInput{Name: "Offer", Body: "Hi {{ contact.firstname }}"})
	f.must(err)
	f.next("messaging.messages", 98211)
	f.next("messaging.inbox", 340)
	_, err = f.messaging.SendTest(f.ctx, f.org, 5, messaging.TestSend{To: "ada@example.com", As: new(crm.ContactID(4711))})
	f.must(err)
	f.sql(`insert into messaging.feedback (org_id, provider, key, message_id, kind, at, raw) values ($1, 'ses', 'k', 98211, 'delivered', now(), '{"Kind":"delivered","Provider":"ses","At":"2026-11-24T09:31:09Z"}')`, f.org)
	f.sql("update messaging.emails set revision = 4")
	f.sql("update messaging.sms set revision = 4")
	f.next("campaign.campaigns", 12)
	draft := f.draft("Welcome")
	_, err = f.campaign.Publish(f.ctx, f.org, draft)
	f.must(err)
	f.next("campaign.journeys", 30412)
	_, err = f.campaign.AddContacts(f.ctx, f.org, draft, campaign.Entry{Contacts: []crm.ContactID{4711}, Source: "api"})
	f.must(err)
	_, err = f.campaign.Advance(f.system(), campaign.Advance{Org: f.org, Journey: 30412, Seq: 1, Now: time.Now()})
	f.must(err)
	f.sql("update campaign.campaigns set draft_revision = 4")
}

func (f *furniture) draft(name string) campaign.ID {
	f.t.Helper()
	flow, err := campaign.ParseFlow(bytes.TrimSpace([]byte(welcomeFlow)))
	f.must(err)
	made, err := f.campaign.CreateCampaign(f.ctx, f.org, campaign.Input{Name: name, Flow: flow})
	f.must(err)
	return made.ID
}

// furniture is for preparations on a furnished site.
func (s *site) furniture() *furniture {
	ctx := identity.WithActor(s.t.Context(), identity.Actor{Org: 1, User: 7, Name: "Ada Lovelace", Role: identity.RoleSuperadmin})
	return &furniture{site: s, ctx: ctx, org: 1}
}
