package messagingstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// senderDomainColumns leave the private key out on purpose.
const senderDomainColumns = `id, name, selector, public_key, bounce_domain, provider, records, dkim_ok, aligned, checked_at, created_at, updated_at`

var selectSenderDomain = store.SQL.Select(senderDomainColumns).From("messaging.sender_domains")

// SenderDomains implements messaging.SenderDomains.
func (s *Store) SenderDomains(ctx context.Context, org domain.OrgID) ([]messaging.SenderDomain, error) {
	domains, err := store.Many[messaging.SenderDomain](ctx, s.db.Querier(ctx), selectSenderDomain.Where(sq.Eq{"org_id": org}).OrderBy("name"))
	if err != nil {
		return nil, fmt.Errorf("list sender domains: %w", err)
	}
	return domains, nil
}

// SenderDomain implements messaging.SenderDomains.
func (s *Store) SenderDomain(ctx context.Context, org domain.OrgID, id messaging.SenderDomainID) (messaging.SenderDomain, error) {
	d, err := store.One[messaging.SenderDomain](ctx, s.db.Querier(ctx), selectSenderDomain.Where(sq.Eq{"org_id": org, "id": id}))
	return d, noSenderDomain(err, "read sender domain", id)
}

// InsertSenderDomain implements messaging.SenderDomains.
func (s *Store) InsertSenderDomain(ctx context.Context, org domain.OrgID, n messaging.NewSenderDomain) (messaging.SenderDomain, error) {
	const insert = `
insert into messaging.sender_domains (org_id, name, selector, public_key, private_key, bounce_domain)
select $1, $2, $3, $4, $5, $6
where not exists (select from messaging.sender_domains where name = $2 and org_id <> $1 and dkim_ok)
returning ` + senderDomainColumns
	rows, err := s.db.Querier(ctx).Query(ctx, insert, org, n.Name, n.Selector, n.PublicKey, n.PrivateKey, n.BounceDomain)
	if err != nil {
		return messaging.SenderDomain{}, fmt.Errorf("insert sender domain: %w", err)
	}
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[messaging.SenderDomain])
	switch {
	case store.IsUnique(err, "sender_domains_name_unique"):
		return d, domain.Conflict("The domain %s is already there.", n.Name)
	case store.IsNoRows(err):
		return d, domain.Conflict("The domain %s belongs to another organization of this installation.", n.Name)
	case err != nil:
		return d, fmt.Errorf("insert sender domain: %w", err)
	}
	return d, nil
}

// SaveDomainCheck implements messaging.SenderDomains.
func (s *Store) SaveDomainCheck(ctx context.Context, org domain.OrgID, id messaging.SenderDomainID, c messaging.DomainCheck) (messaging.SenderDomain, error) {
	if c.Records == nil {
		c.Records = []messaging.DNSRecord{}
	}
	d, err := store.One[messaging.SenderDomain](ctx, s.db.Querier(ctx), store.SQL.Update("messaging.sender_domains").
		Set("provider", c.Provider).Set("bounce_domain", c.BounceDomain).Set("records", c.Records).
		Set("dkim_ok", c.DKIMOK).Set("aligned", c.Aligned).Set("checked_at", sq.Expr("now()")).Set("updated_at", sq.Expr("now()")).
		Where(sq.Eq{"org_id": org, "id": id}).Suffix("returning "+senderDomainColumns))
	return d, noSenderDomain(err, "save check of sender domain", id)
}

// DeleteSenderDomain implements messaging.SenderDomains.
func (s *Store) DeleteSenderDomain(ctx context.Context, org domain.OrgID, id messaging.SenderDomainID) error {
	deleted, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("messaging.sender_domains").Where(sq.Eq{"org_id": org, "id": id}))
	if err == nil && deleted == 0 {
		return domain.NotFound("There is no sender domain %d.", id)
	}
	if err != nil {
		return fmt.Errorf("delete sender domain: %w", err)
	}
	return nil
}

// FromAddresses implements messaging.SenderDomains.
func (s *Store) FromAddresses(ctx context.Context, org domain.OrgID) ([]string, error) {
	const addresses = `
select from_email from identity.organizations where id = $1 and from_email <> ''
union select from_email from messaging.emails where org_id = $1 and from_email <> '' order by 1`
	rows, err := s.db.Querier(ctx).Query(ctx, addresses, org)
	if err != nil {
		return nil, fmt.Errorf("list sender addresses: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list sender addresses: %w", err)
	}
	return list, nil
}

// DomainKey implements messaging.SenderDomains.
func (s *Store) DomainKey(ctx context.Context, org domain.OrgID, name string) (selector string, sealed []byte, err error) {
	type row struct {
		Selector   string
		PrivateKey []byte
	}
	found, err := store.One[row](ctx, s.db.Querier(ctx),
		store.SQL.Select("selector, private_key").From("messaging.sender_domains").Where(sq.Eq{"org_id": org, "name": name}))
	switch {
	case store.IsNoRows(err):
		return "", nil, nil
	case err != nil:
		return "", nil, fmt.Errorf("read key of sender domain: %w", err)
	}
	return found.Selector, found.PrivateKey, nil
}

// DueDomains implements messaging.SenderDomains. The mark of the check is set before the check, so
// that several processes share the work and a domain whose check fails does not hold up the rest.
func (s *Store) DueDomains(ctx context.Context, ready, unready time.Time, limit int) ([]messaging.DueDomain, error) {
	const take = `
update messaging.sender_domains set checked_at = now()
where id in (
	select id from messaging.sender_domains
	where checked_at is null or checked_at < case when dkim_ok and aligned then $1::timestamptz else $2::timestamptz end
	order by checked_at nulls first limit $3 for update skip locked)
returning org_id as org, id`
	rows, err := s.db.Querier(ctx).Query(ctx, take, ready, unready, limit)
	if err != nil {
		return nil, fmt.Errorf("take due sender domains: %w", err)
	}
	due, err := pgx.CollectRows(rows, pgx.RowToStructByName[messaging.DueDomain])
	if err != nil {
		return nil, fmt.Errorf("take due sender domains: %w", err)
	}
	return due, nil
}

func noSenderDomain(err error, doing string, id messaging.SenderDomainID) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no sender domain %d.", id)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
