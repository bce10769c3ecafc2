package crmstore_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// samples makes sample contacts until there are n.
func (b bench) samples(n int) (added int) {
	b.t.Helper()
	added, err := b.AddSamples(b.ctx, b.org, crm.SampleOrder{Contacts: n, Seed: 1})
	b.must(err)
	return added
}

// number counts what a statement with the organization as its parameter selects.
func (b bench) number(sql string) (n int) {
	b.t.Helper()
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from "+sql, b.org).Scan(&n))
	return n
}

func TestSampleContactsAreBelievableAndNobodys(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if added := b.samples(600); added != 600 {
		t.Errorf("%d contacts were added", added)
	}
	b.counted()
	for what, sql := range map[string]string{
		"not marked":             `crm.contacts where org_id = $1 and not is_sample`,
		"with a real address":    `crm.contacts where org_id = $1 and email not like '%@%.example'`,
		"from the future":        `crm.contacts where org_id = $1 and created_at > '2026-11-23 09:00Z'`,
		"older than two years":   `crm.contacts where org_id = $1 and created_at < timestamptz '2026-11-23 09:00Z' - interval '734 days'`,
		"events from the future": `crm.events where org_id = $1 and occurred_at > '2026-11-23 09:00Z'`,
	} {
		if n := b.number(sql); n != 0 {
			t.Errorf("%d are %s", n, what)
		}
	}
	half, err := b.CountContacts(b.ctx, b.org, crm.ContactQuery{Tag: "newsletter"})
	b.must(err)
	few, err := b.CountContacts(b.ctx, b.org, crm.ContactQuery{Tag: "partner"})
	b.must(err)
	if half < 200 || few == 0 || few > 50 {
		t.Errorf("common and rare tags are alike: %d and %d contacts have one", half, few)
	}
	if b.number("crm.events where org_id = $1") == 0 || b.number("crm.segment_contacts where org_id = $1") == 0 {
		t.Error("nobody did anything, or is in a segment")
	}
	// What the rules would refuse, the next form that somebody saves would.
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{Limit: 100}})
	b.must(err)
	for _, contact := range page.Items {
		_, err := b.UpdateContact(b.ctx, b.org, contact.ID, crm.ContactPatch{
			Firstname: contact.Firstname, Email: contact.Email, Phone: contact.Phone, TimeZone: contact.TimeZone, Fields: contact.Fields, Points: new(contact.Points + 1),
		})
		b.must(err)
	}
}

func TestSampleContactsAreMadeOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.samples(20)
	if again := b.samples(20); again != 0 {
		t.Errorf("%d contacts were added again", again)
	}
	if more := b.samples(35); more != 15 {
		t.Errorf("%d contacts were added, not 15", more)
	}
	twin := b.in(t, "Twin")
	twin.samples(35)
	names := func(b bench) string {
		var all string
		b.must(b.db.Pool().QueryRow(b.ctx, "select string_agg(search || points, ',' order by email) from crm.contacts where org_id = $1 and email < 'm'", b.org).Scan(&all))
		return all
	}
	fresh := setup(t)
	fresh.samples(35)
	if names(twin) != names(fresh) {
		t.Error("the same seed makes different people")
	}
	if added, err := fresh.AddSamples(fresh.ctx, fresh.org, crm.SampleOrder{Contacts: 35, Seed: 2}); err != nil || added != 35 {
		t.Errorf("another seed makes %d other people, %v", added, err)
	}
}

func TestNonsenseNumbersOfSamplesAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, n := range []int{0, -5, crm.MaxSamples + 1} {
		_, err := b.AddSamples(b.ctx, b.org, crm.SampleOrder{Contacts: n})
		b.refused(err, domain.KindInvalid, "Ask for 1 to")
	}
	_, ctx := b.stranger()
	_, err := b.AddSamples(ctx, b.org, crm.SampleOrder{Contacts: 1})
	b.refused(err, domain.KindForbidden, "may not")
}

func TestRemovingSamplesLeavesWhatIsOnesOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.in(t, "Other")
	other.samples(5)
	own, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("own@example.com"), Tags: []string{"VIP"}})
	b.must(err)
	b.samples(2100) // more than a batch
	b.exec(`update crm.contacts set fields = '{"city": "Köln"}' where org_id = $1 and id = $2`, b.org, own.ID)
	b.must(b.DeleteSamples(b.ctx, b.org))
	b.counted()
	left := map[string]int{
		"crm.all_contacts": 1, "crm.all_tags": 1, "crm.all_segments": 0, "crm.fields": 1, "crm.contact_tags": 1, "crm.segment_contacts": 0,
	}
	for table, want := range left {
		if n := b.number(table + " where org_id = $1"); n != want {
			t.Errorf("%s has %d rows, not %d", table, n, want)
		}
	}
	if n := other.number("crm.contacts where org_id = $1"); n != 5 {
		t.Errorf("another organization has %d sample contacts left", n)
	}
	b.must(b.DeleteSamples(b.ctx, b.org))
	if again := b.samples(3); again != 3 {
		t.Errorf("%d samples were made again", again)
	}
}
