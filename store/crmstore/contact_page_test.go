package crmstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/crmstore"
)

// many inserts n contacts, of whom every tenth has no name, company and address.
func (b bench) many(n int) {
	b.t.Helper()
	b.exec(`insert into crm.contacts (org_id, firstname, lastname, email, company, points, created_at)
		select $1, case when n % 10 > 0 then 'First ' || n % 7 end, case when n % 10 > 0 then (array['berg', 'Berg', 'Ähm', 'de Vries', 'Zorn'])[n % 5 + 1] end,
			case when n % 10 > 0 then 'c' || n * 7919 % $2 || '@example.com' end, case when n % 10 > 0 then 'Company ' || n % 3 end, n % 4,
			timestamptz '2026-01-01' + n % 50 * interval '1 hour'
		from generate_series(1, $2) n`, b.org, n)
}

// pages reads a whole list page by page.
func (b bench) pages(q crm.ContactQuery) (all []crm.Contact, total int) {
	b.t.Helper()
	for q.Page = 1; ; q.Page++ {
		page, err := b.Contacts(b.ctx, b.org, q)
		b.must(err)
		all, total = append(all, page.Items...), page.Total
		if len(page.Items) < q.Limit {
			return all, total
		}
	}
}

// Pages of everybody are read from either end, those of a search are sorted: both must make one list.
func TestPagesMakeOneListInEveryOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many(57)
	for _, order := range []string{"id", "createdAt", "updatedAt", "firstname", "lastname", "email", "company", "points"} {
		var upwards []crm.ContactID
		for _, dir := range []string{"asc", "desc"} {
			for _, search := range []string{"", "is:*"} {
				all, total := b.pages(crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: order, OrderDir: dir, Limit: 10, Search: search}})
				ids := make([]crm.ContactID, len(all))
				for i, contact := range all {
					ids[i] = contact.ID
				}
				if dir == "desc" {
					slices.Reverse(ids)
				}
				if upwards == nil {
					upwards = ids
				}
				if total != 57 || len(all) != 57 || !slices.Equal(ids, upwards) {
					t.Errorf("by %s %s, searching %q: %d of %d contacts, and in another order:\n%v\n%v", order, dir, search, len(all), total, ids, upwards)
				}
			}
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(upwards))); len(distinct) != 57 {
			t.Errorf("by %s: %d different contacts are shown", order, len(distinct))
		}
	}
}

func TestNamesAreOrderedAsPeopleDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"Zorn", "de Vries", "Ähm", "berg", "Berger", "Adler"} {
		_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Lastname: &name})
		b.must(err)
	}
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: "lastname", OrderDir: "asc"}})
	b.must(err)
	var names []string
	for _, contact := range page.Items {
		names = append(names, *contact.Lastname)
	}
	if got := fmt.Sprint(names); got != "[Adler Ähm berg Berger de Vries Zorn]" {
		t.Errorf("names are ordered as %s", got)
	}
}

func TestAListOfVeryManyMatchesStopsCounting(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many(domain.MaxTotal + 60)
	for search, want := range map[string]struct {
		total  int
		capped bool
	}{
		"is:*":       {domain.MaxTotal, true},
		"":           {domain.MaxTotal + 60, false},
		"example":    {(domain.MaxTotal + 60) / 10 * 9, false},
		"firstxyz":   {0, false},
		"is:* !zorn": {(domain.MaxTotal + 60) / 5 * 4, false},
	} {
		q := crm.ContactQuery{PageQuery: domain.PageQuery{Search: search, OrderBy: "lastname", OrderDir: "asc", Limit: 100, Page: 100}}
		page, err := b.Contacts(b.ctx, b.org, q)
		b.must(err)
		if page.Total != want.total || page.TotalCapped != want.capped {
			t.Errorf("%q: %d contacts, capped %v; want %+v", search, page.Total, page.TotalCapped, want)
		}
		exact, err := b.CountContacts(b.ctx, b.org, q)
		b.must(err)
		if exact != want.total && (!want.capped || exact != domain.MaxTotal+60) {
			t.Errorf("%q: %d contacts are counted exactly", search, exact)
		}
	}
	// Beyond what is counted the list goes on, in the same order as everybody's.
	for _, number := range []int{1, 70, 101} {
		q := crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: "lastname", Limit: 100, Page: number}}
		all, err := b.Contacts(b.ctx, b.org, q)
		b.must(err)
		q.Search = "is:*"
		some, err := b.Contacts(b.ctx, b.org, q)
		b.must(err)
		if !slices.EqualFunc(all.Items, some.Items, func(a, b crm.Contact) bool { return a.ID == b.ID }) || len(all.Items) == 0 {
			t.Errorf("page %d of a search for everybody is another one", number)
		}
	}
}

// How many carry a tag is known without counting, contacts in the trash among them.
func TestAListByATagOfVeryManyIsTheSameAsIfItWereCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many(domain.MaxTotal + 60)
	b.exec(`with added as (insert into crm.tags (org_id, name) values ($1, 'all'), ($1, 'few') returning id, name)
		insert into crm.contact_tags (org_id, contact_id, tag_id)
		select $1, c.id, t.id from crm.contacts c, added t where c.org_id = $1 and (t.name = 'all' or c.points = 3)`, b.org)
	b.exec(`with added as (insert into crm.segments (org_id, name, alias) values ($1, 'All', 'all') returning id)
		insert into crm.segment_contacts (org_id, contact_id, segment_id) select $1, c.id, g.id from crm.contacts c, added g where c.org_id = $1`, b.org)
	asked := []crm.ContactQuery{
		{Tag: "ALL"},
		{Segment: "all"},
		{PageQuery: domain.PageQuery{Search: "tag:all"}},
		{PageQuery: domain.PageQuery{Search: "segment:all"}},
		{Tag: "few"},
		{Tag: "all", Segment: "all"},
		{PageQuery: domain.PageQuery{Search: "!tag:few"}},
	}
	b.must(crmstore.New(b.db).ContactsGrew(b.ctx))
	same := func(deleted int) {
		t.Helper()
		live := domain.MaxTotal + 60 - deleted
		for i, q := range asked {
			want := live
			switch i {
			case 4:
				want = (domain.MaxTotal + 60) / 4
			case 6:
				want = live - (domain.MaxTotal+60)/4
			}
			q.OrderBy, q.OrderDir, q.Limit, q.Page = "lastname", "asc", 10, 7
			page, err := b.Contacts(b.ctx, b.org, q)
			b.must(err)
			if page.TotalCapped != (want > domain.MaxTotal) || page.Total != min(want, domain.MaxTotal) {
				t.Errorf("%d in the trash, query %d: %d contacts, capped %v; %d match", deleted, i, page.Total, page.TotalCapped, want)
			}
			q.Search += " is:*" // counts
			counted, err := b.Contacts(b.ctx, b.org, q)
			b.must(err)
			if !slices.EqualFunc(page.Items, counted.Items, func(a, b crm.Contact) bool { return a.ID == b.ID }) || len(page.Items) != 10 {
				t.Errorf("%d in the trash, query %d: the page is another one", deleted, i)
			}
		}
	}
	same(0)
	b.exec(`update crm.all_contacts set deleted_at = now() where id in (select id from crm.contacts where org_id = $1 and points <> 3 order by id limit 50)`, b.org)
	same(50)
	b.exec(`update crm.all_contacts set deleted_at = now() where id in (select id from crm.contacts where org_id = $1 and points <> 3 order by id limit 50)`, b.org)
	same(100)
}

func TestAnotherOrganizationsContactsAreNotCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many(3)
	other, ctx := b.stranger()
	for search, want := range map[string]int{"": 0, "is:*": 0} {
		if n, err := b.CountContacts(ctx, other, crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}}); err != nil || n != want {
			t.Errorf("%q: another organization counts %d contacts, %v", search, n, err)
		}
	}
	_, err := b.CountContacts(ctx, b.org, crm.ContactQuery{})
	b.refused(err, domain.KindForbidden, "may not")
}

// counted asserts that the kept count is what there is.
func (b bench) counted() {
	b.t.Helper()
	kept, err := b.CountContacts(b.ctx, b.org, crm.ContactQuery{})
	b.must(err)
	there, err := b.CountContacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: "is:*"}})
	b.must(err)
	if kept != there {
		b.t.Errorf("%d contacts are counted, %d are there", kept, there)
	}
}

func TestTheCountIsExactAfterEveryKindOfChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, statement := range []string{
		`insert into crm.contacts (org_id, email) select $1, n || '@example.com' from generate_series(1, 500) n`,
		`insert into crm.contacts (org_id, email, deleted_at) select $1, 'd' || n, now() from generate_series(1, 50) n`,
		`insert into crm.contacts (org_id, email) select $1, n || '@example.com' from generate_series(491, 520) n
			on conflict (org_id, email_norm) where email_norm is not null and deleted_at is null do nothing`,
		`insert into crm.contacts (org_id, email) select $1, n || '@example.com' from generate_series(515, 530) n
			on conflict (org_id, email_norm) where email_norm is not null and deleted_at is null do update set points = 1`,
		`update crm.contacts set deleted_at = now() where org_id = $1 and id % 3 = 0`,
		`update crm.all_contacts set deleted_at = now() - interval '1 day' where org_id = $1 and deleted_at is not null`,
		`update crm.all_contacts set deleted_at = null where org_id = $1 and id % 6 = 0`,
		`update crm.contacts set points = points + 1 where org_id = $1`,
		`delete from crm.all_contacts where org_id = $1 and id % 5 = 0`,
		`delete from crm.contacts where org_id = $1 and id % 7 = 0`,
		`delete from crm.contacts where org_id = $1 and id < 0`,
	} {
		b.exec(statement, b.org)
		b.counted()
	}
	b.contact("one@example.com")
	b.counted()
}

func TestTheCountIsExactWhateverHappensAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.many(200)
	errBack := errors.New("back")
	var people sync.WaitGroup
	for n := range 6 {
		rng := rand.New(rand.NewPCG(7, uint64(n)))
		people.Go(func() {
			for i := range 40 {
				err := b.db.InTx(b.ctx, b.org, func(ctx context.Context) error {
					if err := change(ctx, b, rng, fmt.Sprintf("%d-%d@example.org", n, i)); err != nil {
						return err
					}
					if rng.IntN(3) == 0 {
						return errBack
					}
					return nil
				})
				if err != nil && !errors.Is(err, errBack) && domain.KindOf(err) != domain.KindNotFound {
					b.t.Error(err)
				}
			}
		})
	}
	people.Wait()
	b.counted()
}

// change does one of the things that change how many contacts there are.
func change(ctx context.Context, b bench, rng *rand.Rand, email string) error {
	ctx = identity.WithActor(ctx, identity.System(b.org))
	some := rng.IntN(17)
	var err error
	switch rng.IntN(4) {
	case 0:
		_, err = b.CreateContact(ctx, b.org, crm.ContactInput{Email: &email})
	case 1:
		_, err = b.db.Querier(ctx).Exec(ctx, `update crm.contacts set deleted_at = now() where id in
			(select id from crm.contacts where org_id = $1 and id % 17 = $2 order by id for update skip locked)`, b.org, some)
	case 2:
		_, err = b.db.Querier(ctx).Exec(ctx, `update crm.all_contacts set deleted_at = null where id in
			(select id from crm.all_contacts where org_id = $1 and id % 17 = $2 and deleted_at is not null and email is null order by id for update skip locked)`, b.org, some)
	default:
		_, err = b.db.Querier(ctx).Exec(ctx, `insert into crm.contacts (org_id, lastname) select $1, 'Berg' from generate_series(1, 9)`, b.org)
	}
	return err
}
