package campaignstore

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// The next entry number comes from the contact's last journey in this campaign, by the re-entry
// rule; the unique key makes two callers at once add a contact only once.
const insertJourneys = `
with wanted as (%s),
last as (
    select w.id, l.entry, l.state from wanted w
    left join lateral (select j.entry, j.state from campaign.journeys j
        where j.org_id = $1 and j.campaign_id = $2 and j.contact_id = w.id
        order by j.entry desc limit 1) l on true
),
inserted as (
    insert into campaign.journeys (org_id, campaign_id, version, contact_id, entry, workflow_id, engine, state, source, reason, bulk)
    select $1, $2, $3, id, coalesce(entry, 0) + 1, 'journey/' || $1 || '/' || $2 || '/' || id || '/' || coalesce(entry, 0) + 1,
        $4, 'pending', $5, $6, (select count(*) > 100 from wanted)
    from last
    where entry is null or $7 = 'always' or ($7 = 'after_exit' and state = 'ended')
    order by id
    on conflict do nothing
    returning contact_id
),
counted as (
    insert into campaign.step_counters as c (org_id, campaign_id, step_id, shard, here)
    select $1, $2, '', 0, count(*) from inserted
    on conflict (org_id, campaign_id, step_id, shard) do update set here = c.here + excluded.here
)%s
select (select count(*) from wanted) as wanted, (select count(*) from inserted) as added`

// noteHeldBack keeps who was named and held back.
const noteHeldBack = `,
held_back as (
    insert into campaign.refusals as r (org_id, campaign_id, contact_id, why, source, reason)
    select $1, $2, id, case state when 'ended' then 'been_before' else 'inside' end, $5, $6
    from last where not exists (select from inserted i where i.contact_id = last.id) order by id
    ` + onRefusedAgain + `
)`

// The contacts that are wanted, by what $8 names.
const (
	wantedContacts = `select id from crm.contacts where org_id = $1 and id = any($8)`

	wantedTag = `select c.id from crm.contact_tags t join crm.tags g on g.org_id = t.org_id and g.id = t.tag_id
    join crm.contacts c on c.org_id = t.org_id and c.id = t.contact_id
    where t.org_id = $1 and g.name_norm = lower($8)`

	wantedSegment = `select c.id from crm.segment_contacts s join crm.contacts c on c.org_id = s.org_id and c.id = s.contact_id
    where s.org_id = $1 and s.segment_id = $8`

	wantedEveryone = `select id from crm.contacts where org_id = $1`
)

// InsertJourneys implements campaign.Journeys. However many contacts are wanted, they stay in the database.
func (s *Store) InsertJourneys(ctx context.Context, org domain.OrgID, c campaign.Campaign, e campaign.Entry) (campaign.Added, error) {
	args := []any{org, c.ID, c.Version, campaign.Engine, e.Source, e.Reason, c.Reentry}
	wanted, note := wantedEveryone, ""
	switch {
	case e.Tag != "":
		wanted, args = wantedTag, append(args, e.Tag)
	case e.SegmentID != 0:
		wanted, args = wantedSegment, append(args, e.SegmentID)
	case e.Search != "":
		found, places, err := s.finding(ctx, org, e.Search, len(args))
		if err != nil {
			return campaign.Added{}, err
		}
		wanted, args = found, append(args, places...)
	case !e.Everyone:
		wanted, note, args = wantedContacts, noteHeldBack, append(args, e.Contacts)
	}
	type counts struct{ Wanted, Added int }
	query := sq.Expr(fmt.Sprintf(insertJourneys, wanted, note), args...)
	if e.Search != "" {
		query = store.Unprepared(query) // each search is a statement of its own
	}
	sum, err := store.One[counts](ctx, s.db.Querier(ctx), query)
	if store.IsForeignKey(err) {
		return campaign.Added{}, domain.Conflict("One of these contacts was deleted at this moment. Nobody was added; try again.")
	}
	if err != nil {
		return campaign.Added{}, fmt.Errorf("insert journeys: %w", err)
	}
	return campaign.Added{Added: sum.Added, AlreadyIn: sum.Wanted - sum.Added, NotFound: max(named(e.Contacts)-sum.Wanted, 0)}, nil
}

// named counts the contacts that are named, each once.
func named(contacts []crm.ContactID) int {
	unique := make(map[crm.ContactID]bool, len(contacts))
	for _, id := range contacts {
		unique[id] = true
	}
	return len(unique)
}

var placeholder = regexp.MustCompile(`\$\d+`)

// finding is the statement of a search, with its places numbered behind those that are taken, and what
// fills them.
func (s *Store) finding(ctx context.Context, org domain.OrgID, search string, taken int) (string, []any, error) {
	asked := crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}}
	matching, err := s.contacts.Matching(ctx, org, asked.Viewed(ctx))
	if err != nil {
		return "", nil, err
	}
	statement, args, err := matching.ToSql()
	if err != nil {
		return "", nil, fmt.Errorf("build search: %w", err)
	}
	return placeholder.ReplaceAllStringFunc(statement, func(place string) string {
		n, _ := strconv.Atoi(place[1:]) // digits, says the pattern
		return "$" + strconv.Itoa(n+taken)
	}), args, nil
}
