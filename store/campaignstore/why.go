package campaignstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

const onRefusedAgain = `on conflict (org_id, campaign_id, contact_id) do update
    set why = excluded.why, source = excluded.source, reason = excluded.reason, times = r.times + 1, refused_at = now()`

const noteRefused = `
insert into campaign.refusals as r (org_id, campaign_id, contact_id, why, source, reason)
select $1, $2, id, $4, $5, $6 from crm.contacts where org_id = $1 and id = any($3) order by id
` + onRefusedAgain

// NoteRefused implements campaign.Refusals.
func (s *Store) NoteRefused(ctx context.Context, org domain.OrgID, id campaign.ID, e campaign.Entry, why campaign.RefusedBecause) error {
	if _, err := s.db.Querier(ctx).Exec(ctx, noteRefused, org, id, e.Contacts, why, e.Source, e.Reason); err != nil {
		return fmt.Errorf("insert refusals: %w", err)
	}
	return nil
}

// Refusals implements campaign.Refusals.
func (s *Store) Refusals(ctx context.Context, org domain.OrgID, contact crm.ContactID) ([]campaign.Refusal, error) {
	found, err := store.Many[campaign.Refusal](ctx, s.db.Read(), store.SQL.
		Select("campaign_id as campaign", "contact_id as contact", "why", "source", "reason", "times", "refused_at as at").
		From("campaign.refusals").Where(sq.Eq{"org_id": org, "contact_id": contact}).OrderBy("refused_at desc", "campaign_id"))
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	return found, nil
}

// ZoneOf implements campaign.WhyNotes.
func (s *Store) ZoneOf(ctx context.Context, org domain.OrgID) (string, error) {
	return store.Value[string](ctx, s.db.Read(), store.SQL.Select("time_zone").From("identity.organizations").Where(sq.Eq{"id": org}))
}

// LastEntry implements campaign.WhyNotes. Journeys are numbered as they are entered.
func (s *Store) LastEntry(ctx context.Context, org domain.OrgID, id campaign.ID) (time.Time, error) {
	at, err := store.Value[time.Time](ctx, s.db.Read(), store.SQL.Select("created_at").From("campaign.journeys").
		Where(sq.Eq{"org_id": org, "campaign_id": id}).OrderBy("id desc").Limit(1))
	switch {
	case store.IsNoRows(err):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, fmt.Errorf("find last entry: %w", err)
	}
	return at, nil
}

// The name of the channel's event is in its data; the newest one made the mark.
const marks = `
select d.channel, d.reason, d.comment, d.created_at as at, coalesce(u.name, '') as by_user, m.id as by_message,
    coalesce(e.data->>'origin', '') as origin
from crm.do_not_contact d
left join lateral (select data from crm.events e where e.org_id = d.org_id and e.contact_id = d.contact_id
    and e.type = 'contact.do_not_contact_set' and e.data->>'channel' = d.channel order by e.id desc limit 1) e on true
left join identity.users u on u.id = (e.data->>'userId')::bigint
left join messaging.messages m on m.org_id = d.org_id and m.sid = d.origin
where d.org_id = $1 and d.contact_id = $2
order by d.channel`

// Marks implements campaign.WhyNotes.
func (s *Store) Marks(ctx context.Context, org domain.OrgID, contact crm.ContactID) ([]campaign.Mark, error) {
	found, err := store.Many[campaign.Mark](ctx, s.db.Read(), sq.Expr(marks, org, contact))
	if err != nil {
		return nil, fmt.Errorf("read do-not-contact marks: %w", err)
	}
	return found, nil
}

// Few versions are published, so all of an organization are looked at.
const senders = `
select v.campaign_id as campaign, c.name, c.state, v.version, v.published_at
from campaign.versions v
join campaign.campaigns c on c.org_id = v.org_id and c.id = v.campaign_id
where v.org_id = $1
    and jsonb_path_exists(v.flow, '$.** ? ((@.kind == "send_email" && $email > 0 && @.settings.email == $email)
        || (@.kind == "send_sms" && $sms > 0 && @.settings.sms == $sms))', jsonb_build_object('email', $2::bigint, 'sms', $3::bigint))
order by v.campaign_id desc, v.version desc`

// Senders implements campaign.WhyNotes.
func (s *Store) Senders(ctx context.Context, org domain.OrgID, email messaging.EmailID, sms messaging.SMSID) ([]campaign.Sender, error) {
	found, err := store.Many[campaign.Sender](ctx, s.db.Read(), sq.Expr(senders, org, email, sms))
	if err != nil {
		return nil, fmt.Errorf("find versions that send a text: %w", err)
	}
	return found, nil
}
