package crmstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/searchsql"
)

// named holds the numbers of the tags and segments that a search names. They become part of its
// statement, so that the planner knows whether it is about half of the contacts or about a handful.
type named map[search.Term][]int64

// names looks up what a search names.
func (s *Store) names(ctx context.Context, org domain.OrgID, x search.Expr) (found named, err error) {
	found = named{}
	for _, t := range search.Terms(x) {
		switch {
		case t.Any():
		case t.Command == "tag":
			found[t], err = s.tagIDs(ctx, org, t)
		case t.Command == "segment":
			found[t], err = s.segmentIDs(ctx, org, t)
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *Store) tagIDs(ctx context.Context, org domain.OrgID, t search.Term) ([]int64, error) {
	ids, err := store.Values[int64](ctx, s.db.Querier(ctx), store.SQL.Select("id").From("crm.tags").Where(sq.Eq{"org_id": org}).
		Where(searchsql.EqualTo("name_norm", t)))
	if err != nil {
		return nil, fmt.Errorf("look up tags: %w", err)
	}
	return ids, nil
}

// segmentIDs knows segments by number and alias. An alias has a letter in it, so the two can't be mistaken.
func (s *Store) segmentIDs(ctx context.Context, org domain.OrgID, t search.Term) ([]int64, error) {
	query := store.SQL.Select("id").From("crm.segments").Where(sq.Eq{"org_id": org})
	if id, err := strconv.ParseInt(strings.TrimSpace(t.Value), 10, 64); err == nil {
		query = query.Where(sq.Eq{"id": id})
	} else {
		query = query.Where(searchsql.EqualTo("alias", t))
	}
	ids, err := store.Values[int64](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("look up segments: %w", err)
	}
	return ids, nil
}

// carries matches contacts with one of these tags.
func carries(org domain.OrgID, tags []int64) sq.Sqlizer {
	return isIn("crm.contact_tags", "tag_id", org, tags)
}

// belongs matches contacts in one of these segments.
func belongs(org domain.OrgID, segments []int64) sq.Sqlizer {
	return isIn("crm.segment_contacts", "segment_id", org, segments)
}

// isIn asks for a row of each contact that is looked at: a list of all those who have one, made before,
// may be a million long.
func isIn(table, column string, org domain.OrgID, ids []int64) sq.Sqlizer {
	switch len(ids) {
	case 0:
		return sq.Expr("false")
	case 1:
		return sq.Expr("exists (select from "+table+" x where x.org_id = ? and x.contact_id = c.id and x."+column+" = ?)", org, ids[0])
	}
	return sq.Expr("exists (select from "+table+" x where x.org_id = ? and x.contact_id = c.id and x."+column+" = any(?))", org, ids)
}

// narrowed adds what a query asks for besides its search.
func (s *Store) narrowed(ctx context.Context, org domain.OrgID, query sq.SelectBuilder, q crm.ContactQuery) (sq.SelectBuilder, error) {
	if q.Tag != "" {
		tags, err := s.tagIDs(ctx, org, search.Term{Value: q.Tag, Literal: true})
		if err != nil {
			return query, err
		}
		query = query.Where(carries(org, tags))
	}
	if q.Segment != "" {
		segments, err := s.segmentIDs(ctx, org, search.Term{Value: q.Segment, Literal: true})
		if err != nil {
			return query, err
		}
		query = query.Where(belongs(org, segments))
	}
	return query, nil
}

// lone is the only thing that a query asks for: a tag or a segment. Not ok: it asks for more, or for less.
func lone(q crm.ContactQuery) (asked search.Term, ok bool) {
	text := strings.TrimSpace(q.Search)
	switch {
	case q.IDs != nil:
		return asked, false
	case text == "" && q.Segment == "":
		return search.Term{Command: "tag", Value: q.Tag, Literal: true}, true
	case text == "" && q.Tag == "":
		return search.Term{Command: "segment", Value: q.Segment, Literal: true}, true
	case q.Tag != "" || q.Segment != "":
		return asked, false
	}
	x, err := search.Parse(text, crm.ContactCommands(nil)) // what it does not know is no tag
	if err != nil {
		return asked, false
	}
	asked, ok = x.(search.Term)
	return asked, ok && !asked.Any()
}

// moreThanCounted says whether a group has more contacts than a list counts. With very many in the trash
// nobody knows without counting.
const moreThanCounted = `select n.n - d.n > $4 and d.n <= $4
	from (select coalesce(sum(n), 0)::bigint n from crm.group_sizes where org_id = $1 and kind = $2 and group_id = $3) n,
		lateral (select count(*) n from (select from crm.all_contacts where org_id = $1 and deleted_at is not null and n.n > $4 limit $4 + 1) x) d`

// surelyMany says that a query is known, without counting, to match more contacts than a list counts.
// False says nothing.
func (s *Store) surelyMany(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (many bool, err error) {
	asked, ok := lone(q)
	if !ok {
		return false, nil
	}
	found, err := s.names(ctx, org, asked)
	if ids := found[asked]; err != nil || len(ids) != 1 { // of several, some have the same contacts
		return false, err
	}
	many, err = store.Value[bool](ctx, s.db.Read(), sq.Expr(moreThanCounted, org, asked.Command, found[asked][0], domain.MaxTotal))
	if err != nil {
		return false, fmt.Errorf("look up how many contacts there are: %w", err)
	}
	return many, nil
}
