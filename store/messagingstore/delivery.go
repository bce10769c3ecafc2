package messagingstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const selectDraft = `select ` + messageColumns + `,
	now() as now, o.name as organization, o.from_name as org_from_name, o.from_email as org_from_email, o.reply_to as org_reply_to,
	o.postal_address, o.time_zone,
	e.name as email_name, e.from_name, e.from_email, e.reply_to, e.subject, e.preheader, e.html, e.text, e.revision, e.is_sample,
	e.created_at as email_created_at, e.updated_at as email_updated_at,
	x.name as sms_name, x.body as sms_body, x.valid_minutes as sms_valid_minutes, x.revision as sms_revision, x.is_sample as sms_is_sample,
	x.created_at as sms_created_at, x.updated_at as sms_updated_at
from messaging.messages m
join identity.organizations o on o.id = m.org_id
left join messaging.emails e on e.org_id = m.org_id and e.id = m.email_id
left join messaging.sms x on x.org_id = m.org_id and x.id = m.sms_id
where m.org_id = $1 and m.id = $2`

type draftRow struct {
	messaging.Message

	Now                                   time.Time
	Organization, PostalAddress, TimeZone string
	OrgFromName, OrgFromEmail, OrgReplyTo string
	EmailName, FromName, FromEmail        *string
	ReplyTo, Subject, Preheader           *string
	HTML, Text                            *string
	Revision                              *int
	IsSample                              *bool
	EmailCreatedAt, EmailUpdatedAt        *time.Time
	SMSName, SMSBody                      *string
	SMSValidMinutes, SMSRevision          *int
	SMSIsSample                           *bool
	SMSCreatedAt, SMSUpdatedAt            *time.Time
}

// Draft implements messaging.Ledger.
func (s *Store) Draft(ctx context.Context, org domain.OrgID, id messaging.MessageID) (messaging.Draft, error) {
	rows, err := s.db.Querier(ctx).Query(ctx, selectDraft, org, id)
	if err != nil {
		return messaging.Draft{}, fmt.Errorf("read message: %w", err)
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[draftRow])
	if err != nil {
		return messaging.Draft{}, noMessage(err, "read message", id)
	}
	draft := messaging.Draft{
		Message: row.Message, Now: row.Now,
		Sender: messaging.Sender{
			Organization: row.Organization, FromName: row.OrgFromName, FromEmail: row.OrgFromEmail,
			ReplyTo: row.OrgReplyTo, PostalAddress: row.PostalAddress, TimeZone: row.TimeZone,
		},
	}
	if row.Message.Email != nil {
		draft.Email = &messaging.Email{
			ID: *row.Message.Email, Name: *row.EmailName, FromName: *row.FromName, FromEmail: *row.FromEmail, ReplyTo: *row.ReplyTo,
			Subject: *row.Subject, Preheader: *row.Preheader, HTML: *row.HTML, Text: *row.Text, Revision: *row.Revision,
			IsSample: *row.IsSample, CreatedAt: *row.EmailCreatedAt, UpdatedAt: *row.EmailUpdatedAt,
		}
	}
	if row.Message.SMS != nil {
		draft.SMS = &messaging.SMS{
			ID: *row.Message.SMS, Name: *row.SMSName, Body: *row.SMSBody, ValidMinutes: *row.SMSValidMinutes, Revision: *row.SMSRevision,
			IsSample: *row.SMSIsSample, CreatedAt: *row.SMSCreatedAt, UpdatedAt: *row.SMSUpdatedAt,
		}
	}
	return draft, nil
}

// claim holds the decision to send against what is true now: the state, the contact's address, and
// do-not-contact for marketing; and the suppression list against the address on the wire.
const claim = `
update messaging.messages m
set state = 'calling', call_deadline = now() + $6, attempts = attempts + 1, claimed_at = now(), address = $4, provider = $5, sender_domain = $7,
	reason = '', not_before = null, updated_at = now()
where m.org_id = $1 and m.id = $2 and m.state = 'ready'
	and ($3 in ('test', 'internal') or exists (select from crm.contacts c where c.org_id = $1 and c.id = m.contact_id
		and case m.channel when 'sms' then c.phone_e164 else c.email end = $4))
	and ($3 <> 'marketing' or not exists (
		select from crm.do_not_contact d where d.org_id = $1 and d.contact_id = m.contact_id and d.channel = m.channel))
	and ($3 = 'test' or not exists (
		select from messaging.suppressions s
		where s.org_id = $1 and s.channel = m.channel and (s.address = $8 or s.hash = any($9))
			and ` + inForce + ` and ($3 = 'marketing' or s.stops = 'all')))`

const keepLinks = `insert into messaging.links (org_id, key, url) select $1, unnest($2::bytea[]), unnest($3::text[]) on conflict do nothing`

const keepShorts = `
insert into messaging.short_links (org_id, message_id, token, key) select $1, $2, unnest($3::bytea[]), unnest($4::bytea[]) on conflict do nothing`

// Claim implements messaging.Ledger.
func (s *Store) Claim(ctx context.Context, org domain.OrgID, c messaging.Claim) (bool, error) {
	var claimed bool
	batch := &pgx.Batch{}
	batch.Queue(claim, org, c.Message, c.Class, c.Address, c.Provider, c.Deadline,
		c.Domain, c.To.Address, c.To.Hashes).Exec(func(tag pgconn.CommandTag) error {
		claimed = tag.RowsAffected() == 1
		return nil
	})
	if len(c.Links) > 0 {
		keys, urls := make([][]byte, len(c.Links)), make([]string, len(c.Links))
		for i, link := range c.Links {
			keys[i], urls[i] = link.Key[:], link.URL
		}
		batch.Queue(keepLinks, org, keys, urls)
	}
	if len(c.Shorts) > 0 {
		tokens, keys := make([][]byte, len(c.Shorts)), make([][]byte, len(c.Shorts))
		for i, short := range c.Shorts {
			tokens[i], keys[i] = short.Token[:], short.Key[:]
		}
		batch.Queue(keepShorts, org, c.Message, tokens, keys)
	}
	if err := s.db.Querier(ctx).SendBatch(ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("claim message: %w", err)
	}
	return claimed, nil
}
