package crmstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// contactOrder names the orders that people may ask for. Each ends with the id, so that it is total,
// and has an index, so that a page is found without sorting everybody. Empty values are last upwards
// and first downwards: one is the other read backwards.
var contactOrder = map[string][]string{
	"id":        {"id"},
	"createdAt": {"created_at", "id"},
	"updatedAt": {"updated_at", "id"},
	"firstname": {"firstname collate crm.names", "lastname collate crm.names", "id"},
	"lastname":  {"lastname collate crm.names", "firstname collate crm.names", "id"},
	"email":     {"email_norm", "id"},
	"company":   {"company collate crm.names", "id"},
	"points":    {"points", "id"},
}

// listPatience is how long a page of a list may take before we give up: no one is there any more.
const listPatience = 15 * time.Second

// Contacts implements crm.Contacts.
func (s *Store) Contacts(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (domain.Page[crm.Contact], error) {
	var none domain.Page[crm.Contact]
	window := q.PageQuery.Normal()
	if window.OrderBy == "" {
		window.OrderBy = "createdAt"
	}
	columns, ok := contactOrder[window.OrderBy]
	if !ok {
		return none, domain.Invalid("orderBy", "This list can't be ordered by %q.", window.OrderBy)
	}
	query, err := s.Matching(ctx, org, q)
	if err != nil {
		return none, err
	}
	ctx, cancel := context.WithTimeout(ctx, listPatience)
	defer cancel()
	pager := contactPager{q: s.db.Read(), org: org, query: query, columns: columns, window: window}
	if everybody(q) {
		err = pager.ofAll(ctx)
	} else if pager.capped, err = s.surelyMany(ctx, org, q); err == nil {
		err = pager.ofSome(ctx)
	}
	var contacts []crm.Contact
	if err == nil {
		contacts, err = s.contactsInOrder(ctx, org, pager.ids)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return none, domain.Invalid("search", "This search takes too long. Add a condition that fewer contacts meet, or look at an earlier page.")
	case err != nil:
		return none, fmt.Errorf("list contacts: %w", err)
	}
	page := domain.NewPage(contacts, pager.total, window)
	page.TotalCapped = pager.capped
	return page, nil
}

// CountContacts implements crm.Contacts.
func (s *Store) CountContacts(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (int, error) {
	if everybody(q) {
		return countEverybody(ctx, s.db.Read(), org)
	}
	query, err := s.Matching(ctx, org, q)
	if err != nil {
		return 0, err
	}
	total, err := store.Value[int](ctx, s.db.Read(), store.Unprepared(store.SQL.Select("count(*)").FromSelect(query, "matching")))
	if err != nil {
		return 0, fmt.Errorf("count contacts: %w", err)
	}
	return total, nil
}

// everybody says that a query asks for all contacts of an organization.
func everybody(q crm.ContactQuery) bool {
	return q.IDs == nil && strings.TrimSpace(q.Search) == "" && q.Tag == "" && q.Segment == ""
}

func countEverybody(ctx context.Context, q store.Querier, org domain.OrgID) (int, error) {
	total, err := store.Value[int](ctx, q, store.SQL.Select("coalesce(sum(n), 0)::bigint").From("crm.contact_counts").Where(sq.Eq{"org_id": org}))
	if err != nil {
		return 0, fmt.Errorf("count all contacts: %w", err)
	}
	return total, nil
}

// contactsInOrder reads the contacts of a page whole. Tags and marks are read for them only, not for
// those that are skipped.
func (s *Store) contactsInOrder(ctx context.Context, org domain.OrgID, ids []crm.ContactID) ([]crm.Contact, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	contacts, err := store.Many[crm.Contact](ctx, s.db.Read(), selectContact.Where(sq.Eq{"c.org_id": org}).Where("c.id = any(?)", ids))
	if err != nil {
		return nil, err
	}
	place := make(map[crm.ContactID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(contacts, func(a, b crm.Contact) int { return place[a.ID] - place[b.ID] })
	return contacts, nil
}

// contactPager finds the ids of one page, and how many there are in all.
type contactPager struct {
	q       store.Querier
	org     domain.OrgID
	query   sq.SelectBuilder // of the ids that match
	columns []string         // of the order
	window  domain.PageQuery

	ids    []crm.ContactID
	total  int
	capped bool // there are more than total; known beforehand for some
}

// ofAll reads a page of everybody: along the index of the order, from the nearer end.
func (p *contactPager) ofAll(ctx context.Context) (err error) {
	if p.total, err = countEverybody(ctx, p.q, p.org); err != nil {
		return err
	}
	dir, offset := p.window.OrderDir, p.window.Offset()
	limit := min(p.window.Limit, p.total-offset)
	if limit <= 0 {
		return nil
	}
	backwards := offset > p.total/2
	if backwards {
		dir, offset = otherway[dir], p.total-offset-limit
	}
	p.ids, err = store.Values[crm.ContactID](ctx, p.q, p.query.OrderBy(ordered("", p.columns, dir)).Limit(uint64(limit)).Offset(uint64(offset)))
	if backwards {
		slices.Reverse(p.ids)
	}
	return err
}

var otherway = map[string]string{"asc": "desc", "desc": "asc"}

// found is the page of a list that is short enough to be counted.
type found struct {
	Total int
	IDs   []crm.ContactID `db:"ids"`
}

// ofSome reads a page of those who match. Whatever the planner thinks of a word: what is rare is found
// by its index and sorted, what is common is met soon enough on a walk along the order.
func (p *contactPager) ofSome(ctx context.Context) error {
	if !p.capped {
		if err := p.count(ctx); err != nil || !p.capped {
			return err
		}
	}
	p.total = domain.MaxTotal
	if err := p.walk(ctx); err != nil || len(p.ids) == p.window.Limit {
		return err
	}
	return p.sort(ctx)
}

// count reads the page out of all who match, and how many there are, unless they are more than a list counts.
func (p *contactPager) count(ctx context.Context) error {
	names := strings.Join(keys(len(p.columns)), ", ")
	matching := p.query.Columns(p.columns...).Limit(domain.MaxTotal + 1).PlaceholderFormat(sq.Question) // it is part of another
	query := store.SQL.Select("(select count(*) from found) as total").
		Column(fmt.Sprintf("array(select match from found order by %s limit ? offset ?) as ids", ordered("", keys(len(p.columns)), p.window.OrderDir)),
			p.window.Limit, p.window.Offset()).
		PrefixExpr(sq.Expr("with found (match, "+names+") as materialized (?)", matching))
	short, err := store.One[found](ctx, p.q, store.Unprepared(query))
	p.ids, p.total, p.capped = short.IDs, short.Total, short.Total > domain.MaxTotal
	return err
}

// strides is how many contacts a walk looks at, besides five for each that it skips.
const strides = 10_000

// walk goes along the index of the order for a while and keeps those who match. The page stays short
// when they live elsewhere: all Müllers are in the middle of the list by name.
func (p *contactPager) walk(ctx context.Context) (err error) {
	within := uint64(strides + 5*p.window.Offset())
	passed := store.SQL.Select("*").From("crm.contacts").Where(sq.Eq{"org_id": p.org}).
		OrderBy(ordered("", p.columns, p.window.OrderDir)).Limit(within)
	p.ids, err = store.Values[crm.ContactID](ctx, p.q, store.Unprepared(p.query.FromSelect(passed, "c").
		OrderBy(ordered("c.", p.columns, p.window.OrderDir)).Limit(uint64(p.window.Limit)).Offset(uint64(p.window.Offset()))))
	return err
}

// sort reads the page out of all who match, however many they are.
func (p *contactPager) sort(ctx context.Context) (err error) {
	names := keys(len(p.columns))
	p.ids, err = store.Values[crm.ContactID](ctx, p.q, store.Unprepared(store.SQL.Select("match").From("found").
		PrefixExpr(sq.Expr("with found (match, "+strings.Join(names, ", ")+") as materialized (?)", p.query.Columns(p.columns...).PlaceholderFormat(sq.Question))).
		OrderBy(ordered("", names, p.window.OrderDir)).Limit(uint64(p.window.Limit)).Offset(uint64(p.window.Offset()))))
	return err
}

// ordered is the order by these columns, each with a prefix.
func ordered(prefix string, columns []string, dir string) string {
	terms := make([]string, len(columns))
	for i, column := range columns {
		terms[i] = prefix + column + " " + dir
	}
	return strings.Join(terms, ", ")
}

// keys are n names for what is ordered by.
func keys(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("k%d", i+1)
	}
	return names
}
