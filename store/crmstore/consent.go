package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

var selectConsent = store.SQL.
	Select("k.id", "k.contact_id as contact", "k.purpose", "k.state", "k.source", "k.detail", "k.wording",
		"coalesce(host(k.ip), '') as ip", "k.user_id", `coalesce(nullif(u.name, ''), u.email, '') as "user"`, "k.happened_at", "k.created_at").
	From("crm.consents k").LeftJoin("identity.users u on u.id = k.user_id")

// InsertConsent implements crm.Consents.
func (s *Store) InsertConsent(ctx context.Context, org domain.OrgID, c crm.Consent) (crm.ConsentID, error) {
	id, err := store.Value[crm.ConsentID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.consents").
		Columns("org_id", "contact_id", "purpose", "state", "source", "detail", "wording", "ip", "user_id", "happened_at", "created_at").
		Values(org, c.Contact, c.Purpose, c.State, c.Source, c.Detail, c.Wording, sq.Expr("nullif(?, '')::inet", c.IP), c.UserID, c.HappenedAt, c.CreatedAt).
		Suffix("returning id"))
	switch {
	case store.IsForeignKey(err):
		return 0, noContact(c.Contact)
	case err != nil:
		return 0, fmt.Errorf("insert consent: %w", err)
	}
	return id, nil
}

// InsertConsents implements crm.Consents.
func (s *Store) InsertConsents(ctx context.Context, org domain.OrgID, contacts []crm.ContactID, c crm.Consent) error {
	if len(contacts) == 0 {
		return nil
	}
	_, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(`insert into crm.consents (org_id, contact_id, purpose, state, source, detail, wording, user_id, happened_at, created_at)
		select $1::bigint, contact, $3::text, $4::text, $5::text, $6::text, $7::text, $8::bigint, $9::timestamptz, $10::timestamptz from unnest($2::bigint[]) contact`,
		org, contacts, c.Purpose, c.State, c.Source, c.Detail, c.Wording, c.UserID, c.HappenedAt, c.CreatedAt))
	if err != nil {
		return fmt.Errorf("insert consents: %w", err)
	}
	return nil
}

// Consents implements crm.Consents.
func (s *Store) Consents(ctx context.Context, org domain.OrgID, contact crm.ContactID, before crm.ConsentID, limit int) ([]crm.Consent, error) {
	query := selectConsent.Where(sq.Eq{"k.org_id": org, "k.contact_id": contact}).OrderBy("k.id desc").Limit(uint64(limit))
	if before > 0 {
		query = query.Where(sq.Lt{"k.id": before})
	}
	consents, err := store.Many[crm.Consent](ctx, s.db.Read(), query)
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	return consents, nil
}
