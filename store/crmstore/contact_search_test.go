package crmstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// exec runs a statement whose parameters are what the rules would refuse or keep to themselves.
func (b bench) exec(sql string, args ...any) {
	b.t.Helper()
	_, err := b.db.Pool().Exec(b.ctx, sql, args...)
	b.must(err)
}

// user makes a member of the organization.
func (b bench) user(name, email string) identity.UserID {
	b.t.Helper()
	var id identity.UserID
	b.must(b.db.Pool().QueryRow(b.ctx, `with u as (insert into identity.users (name, email) values ($1, $2) returning id)
		insert into identity.org_members (org_id, user_id, role) select $3, id, 'user' from u returning user_id`, name, email, b.org).Scan(&id))
	return id
}

// crowd is a small world in which every command finds some contacts and leaves others out. The contacts
// are named by the local part of their email address, the one without is "ghost".
func crowd(t *testing.T) (b bench, anna identity.UserID) {
	t.Helper()
	b = setup(t)
	b.exec("update identity.organizations set time_zone = 'Asia/Tokyo' where id = $1", b.org)
	anna = b.user("Anna Sales", "anna.sales@acme.example")
	ben := b.user("Ben Support", "ben@acme.example")
	b.exec(`insert into crm.fields (org_id, alias, label, type, options, settings) values
		($1, 'city', 'City', 'text', '[]', '{}'), ($1, 'orders', 'Orders', 'number', '[]', '{}'),
		($1, 'vip', 'VIP', 'boolean', '[]', '{"yes": "Oh yes", "no": "No way"}'), ($1, 'birthday', 'Birthday', 'date', '[]', '{}'),
		($1, 'seen', 'Seen', 'datetime', '[]', '{}'),
		($1, 'plan', 'Plan', 'select', '[{"value": "free", "label": "For free"}, {"value": "pro", "label": "Pro"}]', '{}'),
		($1, 'likes', 'Likes', 'multiselect', '[{"value": "tea", "label": "Tea"}, {"value": "coffee", "label": "Coffee"}]', '{}')`, b.org)
	add := func(in crm.ContactInput, stored string) {
		contact, err := b.CreateContact(b.ctx, b.org, in)
		b.must(err)
		if stored != "" { // as the rules for the types keep it
			b.exec("update crm.contacts set fields = $3 where org_id = $1 and id = $2", b.org, contact.ID, stored)
		}
	}
	add(crm.ContactInput{
		Email: new("maria@example.com"), Firstname: new("Maria"), Lastname: new("Lindt"), Phone: new("+49 30 901820"), Company: new("Acme 100%"),
		Position: new("Editor"), Stage: new("Lead"), Points: new(5), OwnerID: &anna, Tags: []string{"News", "big customers"},
	}, `{"city": "Köln", "orders": 3, "vip": true, "birthday": "1990-05-01", "seen": "2026-01-31T15:30:00Z", "plan": "free", "likes": ["tea", "coffee"]}`)
	add(crm.ContactInput{
		Email: new("jo@shop.example"), Firstname: new("Jo"), Lastname: new("Lindtner"), Company: new("Bolt"), Points: new(15), OwnerID: &ben,
		Tags: []string{"newsroom"},
	}, `{"city": "Bonn", "orders": 12.5, "vip": false, "birthday": "2001-12-24", "seen": "2026-01-31T14:30:00Z", "plan": "pro", "likes": ["tea"]}`)
	add(crm.ContactInput{Email: new("oddbird@example.com"), Stage: new("Customer")}, `{"city": ""}`)
	add(crm.ContactInput{Company: new("Nobody Inc")}, "")
	b.exec("update crm.contacts set locale = 'de-AT', created_at = '2026-01-31T15:30:00Z' where org_id = $1 and email = 'maria@example.com'", b.org)
	b.exec("update crm.contacts set locale = 'den', created_at = '2026-01-31T14:30:00Z' where org_id = $1 and email = 'jo@shop.example'", b.org)
	b.exec("update crm.contacts set is_sample = true, updated_at = now() - interval '100 days' where org_id = $1 and email = 'oddbird@example.com'", b.org)
	id := func(email string) crm.ContactID {
		page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: "email:" + email}})
		b.must(err)
		return page.Items[0].ID
	}
	b.must(b.SetDoNotContact(b.ctx, b.org, id("maria@"), crm.DoNotContact{Channel: crm.SMS, Reason: crm.Manual}))
	b.must(b.SetDoNotContact(b.ctx, b.org, id("jo@"), crm.DoNotContact{Channel: crm.Email, Reason: crm.Manual}))
	segment, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Spring fair"})
	b.must(err)
	_, err = b.AddToSegment(b.ctx, b.org, segment.ID, []crm.ContactID{id("jo@")}, "")
	b.must(err)
	b.exec("insert into crm.notes (org_id, contact_id, type, text, happened_at) values ($1, $2, 'call', 'Called.', now())", b.org, id("oddbird"))
	b.exec("insert into crm.imports (id, org_id, file_name, state) overriding system value values (12, $1, 'people.csv', 'done')", b.org)
	b.exec("insert into crm.import_contacts (org_id, import_id, contact_id, created, at) values ($1, 12, $2, true, now())", b.org, id("maria@"))
	return b, anna
}

// found returns who matches, by name and in the order of their numbers.
func (b bench) found(q crm.ContactQuery) string {
	b.t.Helper()
	q.OrderBy, q.OrderDir = "id", "asc"
	page, err := b.Contacts(b.ctx, b.org, q)
	b.must(err)
	names := make([]string, len(page.Items))
	for i, contact := range page.Items {
		names[i] = "ghost"
		if contact.Email != nil {
			names[i], _, _ = strings.Cut(*contact.Email, "@")
		}
	}
	if page.Total != len(names) {
		b.t.Errorf("%q: %d are counted, %d are listed", q.Search, page.Total, len(names))
	}
	return strings.Join(names, " ")
}

func TestEveryCommandFindsItsContacts(t *testing.T) {
	t.Parallel()
	b, anna := crowd(t)
	everybody := "maria jo oddbird ghost"
	for _, c := range [][2]string{
		{"", everybody},
		{"lindt", "maria jo"},
		{"LINDT maria", "maria"},
		{"maria OR oddbird", "maria oddbird"},
		{"+lindt", "maria"},
		{`"maria lindt"`, "maria"},
		{"!lindt", "oddbird ghost"},
		{"100%", "maria"},
		{"_", ""},
		{"jo", "jo"},
		{"ar", ""}, // one or two letters begin a word
		{"ma", "maria"},
		{"(maria OR jo) !(tag:news)", "jo"},
		{"tag:news", "maria"},
		{"tag:NEWS*", "maria jo"},
		{`tag:"big customers"`, "maria"},
		{"tag:*", "maria jo"},
		{"!tag:*", "oddbird ghost"},
		{"tag:!news", "jo oddbird ghost"},
		{"segment:spring-fair", "jo"},
		{"segment:spring*", "jo"},
		{"!segment:spring-fair", "maria oddbird ghost"},
		{"owner:anna", "maria"},
		{"owner:ben@acme.example", "jo"},
		{fmt.Sprintf("owner:%d", anna), "maria"},
		{"owner:*", "maria jo"},
		{"!owner:anna", "jo oddbird ghost"},
		{"is:mine", "maria"},
		{"owner:me", "maria"},
		{"is:unowned", "oddbird ghost"},
		{"is:sample", "oddbird"},
		{"is:anonymous", "ghost"},
		{"stage:lead", "maria"},
		{"stage:cust*", "oddbird"},
		{"!stage:*", "jo ghost"},
		{"has:email", "maria jo oddbird"},
		{"!has:phone", "jo oddbird ghost"},
		{"has:company", "maria jo ghost"},
		{"has:tags", "maria jo"},
		{"has:notes", "oddbird"},
		{"dnc:email", "jo"},
		{"dnc:sms", "maria"},
		{"dnc:any", "maria jo"},
		{"!dnc:any", "oddbird ghost"},
		{"points:5", "maria"},
		{"points:>5", "jo"},
		{"points:>=5", "maria jo"},
		{"points:<1", "oddbird ghost"},
		{"points:>4.5", "maria jo"},
		{"points:<5.5", "maria oddbird ghost"},
		{"points:5.5", ""},
		{"points:<9999999999", "maria jo oddbird ghost"},
		{"created:2026-01-31", "jo"}, // it is February already where the organization is, for maria
		{"created:2026-02-01", "maria"},
		{"created:>2026-01-31 created:<=2026-02-01", "maria"},
		{"created:<2026-02-01", "jo"},
		{"created:today", "oddbird ghost"},
		{"created:>=-7d", "oddbird ghost"},
		{"updated:<-99d", "oddbird"},
		{"email:*@example.com", "maria oddbird"},
		{"email:shop", "jo"},
		{"email:jo*", "jo"},
		{"!email:*", "ghost"},
		{"name:lindt", "maria jo"},
		{`name:"maria lindt"`, "maria"},
		{"name:*lindt", "maria"},
		{"firstname:jo", "jo"},
		{"lastname:*tner", "jo"},
		{"phone:901820", "maria"},
		{"phone:+4930901820", "maria"},
		{"!phone:*", "jo oddbird ghost"},
		{"company:acme", "maria"},
		{`company:"100%"`, "maria"},
		{"position:edit", "maria"},
		{"locale:de", "maria"},
		{"locale:de*", "maria jo"},
		{"import_id:12", "maria"},
		{"import_id:3,12", "maria"},
		{"city:köln", "maria"},
		{"city:*", "maria jo"},
		{"!city:*", "oddbird ghost"},
		{"orders:3", "maria"},
		{"orders:>3.5", "jo"},
		{"vip:yes", "maria"},
		{`vip:"no way"`, "jo"},
		{"!vip:yes", "jo oddbird ghost"},
		{"birthday:1990-05-01", "maria"},
		{"birthday:>2000-01-01", "jo"},
		{"seen:2026-02-01", "maria"},
		{"seen:<=2026-01-31", "jo"},
		{"plan:free", "maria"},
		{"plan:Pro", "jo"},
		{"plan:!pro", "maria oddbird ghost"},
		{"likes:coffee", "maria"},
		{"likes:tea", "maria jo"},
		{"!likes:*", "oddbird ghost"},
	} {
		q := crm.ContactQuery{PageQuery: domain.PageQuery{Search: c[0]}, Viewer: anna}
		if got := b.found(q); got != c[1] {
			t.Errorf("%q finds %q, want %q", c[0], got, c[1])
		}
	}
}

func TestNumbersOfContactsAreSearchedBesideOtherConditions(t *testing.T) {
	t.Parallel()
	b, _ := crowd(t)
	all, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: "id", OrderDir: "asc"}})
	b.must(err)
	search := fmt.Sprintf("ids:%d,%d", all.Items[0].ID, all.Items[1].ID)
	b.same(b.found(crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}}), "maria jo")
	b.same(b.found(crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}, Tag: "news"}), "maria")
	b.same(b.found(crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}, IDs: []crm.ContactID{all.Items[1].ID}}), "jo")
	b.same(b.found(crm.ContactQuery{PageQuery: domain.PageQuery{Search: "!" + search}}), "oddbird ghost")
}

func (b bench) same(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("got %q, want %q", got, want)
	}
}

func TestMineAreThoseOfWhoeverAsks(t *testing.T) {
	t.Parallel()
	b, anna := crowd(t)
	mine := crm.ContactQuery{PageQuery: domain.PageQuery{Search: "is:mine"}}
	b.same(b.found(mine), "") // the program owns nobody
	b.ctx = identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: anna, Role: identity.RoleUser})
	b.same(b.found(mine), "maria")
	if kept := mine.Viewed(b.ctx).Viewed(identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: anna + 1})); kept.Viewer != anna {
		t.Errorf("the query of %d became that of %d", anna, kept.Viewer)
	}
}

func TestSearchesDoNotCrossOrganizations(t *testing.T) {
	t.Parallel()
	b, anna := crowd(t)
	other := b.in(t, "Other")
	other.contact("eve@example.com")
	ids, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{})
	b.must(err)
	for _, search := range []string{
		"maria", fmt.Sprintf("ids:%d", ids.Items[0].ID), "tag:news", "tag:*", "segment:spring-fair", "segment:*", "owner:anna", "is:mine",
		fmt.Sprintf("owner:%d", anna), "dnc:any", "import_id:12", "has:notes", "maria OR tag:news",
	} {
		if got := other.found(crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}, Viewer: anna}); got != "" {
			t.Errorf("%q finds %q of another organization", search, got)
		}
	}
	_, err = other.Contacts(other.ctx, other.org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: "city:köln"}})
	b.refused(err, domain.KindInvalid, "no search command “city:”")
}

func TestASearchThatCannotBeReadIsInvalid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for search, says := range map[string]string{
		"tga:news":       "Did you mean “tag:”?",
		"(anna":          "bracket at position 1",
		"is:green":       "does not know “green”",
		"points:many":    "not a number",
		"created:>later": "not a date",
	} {
		_, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}})
		b.refused(err, domain.KindInvalid, says)
	}
}

func TestAHiddenFieldAndOneNamedLikeACommandAreNoCommands(t *testing.T) {
	t.Parallel()
	commands := crm.ContactCommands([]crm.Field{{Alias: "city", IsPublished: true}, {Alias: "secret"}, {Alias: "tag", IsPublished: true}})
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) || commands.Find("city") == nil || commands.Find("secret") != nil {
		t.Errorf("commands are %v", names)
	}
}
