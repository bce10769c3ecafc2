package identitystore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

const organizationColumns = "id, name, time_zone, from_name, from_email, reply_to, postal_address, created_at, updated_at"

var selectOrganization = store.SQL.Select(organizationColumns).From("identity.organizations")

// Organization implements identity.Organizations.
func (s *Store) Organization(ctx context.Context, org domain.OrgID) (identity.Organization, error) {
	o, err := store.One[identity.Organization](ctx, s.db.Querier(ctx), selectOrganization.Where(sq.Eq{"id": org}))
	return o, organizationError("read organization", err)
}

// AllOrganizations implements identity.Organizations.
func (s *Store) AllOrganizations(ctx context.Context) ([]identity.Organization, error) {
	all, err := store.Many[identity.Organization](ctx, s.db.Querier(ctx), selectOrganization.OrderBy("id"))
	if err != nil {
		return nil, fmt.Errorf("list organizations: %w", err)
	}
	return all, nil
}

// SaveOrganization implements identity.Organizations.
func (s *Store) SaveOrganization(ctx context.Context, o identity.Organization) (identity.Organization, error) {
	saved, err := store.One[identity.Organization](ctx, s.db.Querier(ctx), store.SQL.Update("identity.organizations").
		Set("name", o.Name).Set("time_zone", o.TimeZone).
		Set("from_name", o.FromName).Set("from_email", o.FromEmail).Set("reply_to", o.ReplyTo).
		Set("postal_address", o.PostalAddress).Set("updated_at", sq.Expr("now()")).
		Where(sq.Eq{"id": o.ID}).Suffix("returning "+organizationColumns))
	return saved, organizationError("save organization", err)
}

// firstOrganizationLock keeps two first starts apart.
const firstOrganizationLock = 7_370_612

// InsertFirstOrganization implements identity.Organizations. Call it in a transaction, which holds
// off other first starts until it ends.
func (s *Store) InsertFirstOrganization(ctx context.Context, o identity.Organization) (domain.OrgID, bool, error) {
	q := s.db.Querier(ctx)
	if _, err := q.Exec(ctx, "select pg_advisory_xact_lock($1)", firstOrganizationLock); err != nil {
		return 0, false, fmt.Errorf("lock first start: %w", err)
	}
	values := store.SQL.Select().Column("?, ?, ?, ?", o.Name, o.TimeZone, o.FromName, o.FromEmail).
		Where("not exists (select from identity.organizations)")
	id, err := store.Value[domain.OrgID](ctx, q, store.SQL.Insert("identity.organizations").
		Columns("name", "time_zone", "from_name", "from_email").Select(values).Suffix("returning id"))
	switch {
	case store.IsNoRows(err):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("insert first organization: %w", err)
	}
	return id, true, nil
}

func organizationError(doing string, err error) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no such organization.")
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
