package identitystore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

const keyColumns = "id, name, prefix, role, created_by, created_at, last_used_at, revoked_at"

var (
	selectKey = store.SQL.Select(keyColumns).From("identity.api_keys")
	keyOrders = map[string]string{"id": "id", "name": "name", "createdAt": "created_at"}
)

// APIKeys implements identity.APIKeys.
func (s *Store) APIKeys(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[identity.APIKey], error) {
	order, err := store.Order(q, keyOrders, "createdAt")
	if err != nil {
		return domain.Page[identity.APIKey]{}, err
	}
	query := selectKey.Where(sq.Eq{"org_id": org})
	if q.Search != "" {
		query = query.Where("strpos(lower(name), lower(?)) > 0", q.Search)
	}
	page, err := store.Page[identity.APIKey](ctx, s.db.Read(), query, q, order)
	if err != nil {
		return domain.Page[identity.APIKey]{}, fmt.Errorf("list API keys: %w", err)
	}
	return page, nil
}

// InsertAPIKey implements identity.APIKeys.
func (s *Store) InsertAPIKey(ctx context.Context, org domain.OrgID, k identity.NewAPIKey) (identity.APIKey, error) {
	key, err := store.One[identity.APIKey](ctx, s.db.Querier(ctx), store.SQL.Insert("identity.api_keys").
		Columns("org_id", "name", "prefix", "key_hash", "role", "created_by").
		Values(org, k.Name, k.Prefix, k.Hash, k.Role, k.CreatedBy).Suffix("returning "+keyColumns))
	if err != nil {
		return identity.APIKey{}, fmt.Errorf("insert API key: %w", err)
	}
	return key, nil
}

// RevokeAPIKey implements identity.APIKeys.
func (s *Store) RevokeAPIKey(ctx context.Context, org domain.OrgID, id identity.APIKeyID) error {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("identity.api_keys").
		Set("revoked_at", sq.Expr("coalesce(revoked_at, now())")).Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case err != nil:
		return fmt.Errorf("revoke API key: %w", err)
	case changed == 0:
		return domain.NotFound("There is no API key %d.", id)
	}
	return nil
}

// KeyOwner implements identity.APIKeys. The use is noted at most once a minute, so that busy
// programs don't fight over a row.
func (s *Store) KeyOwner(ctx context.Context, hash []byte) (identity.KeyOwner, bool, error) {
	const find = `
with found as (
    select id, org_id as org, name, role, last_used_at from identity.api_keys where key_hash = $1 and revoked_at is null
), noted as (
    update identity.api_keys k set last_used_at = now() from found f
    where k.id = f.id and (f.last_used_at is null or f.last_used_at < now() - interval '1 minute')
)
select id, org, name, role from found`
	key, err := store.One[identity.KeyOwner](ctx, s.db.Querier(ctx), sq.Expr(find, hash))
	switch {
	case store.IsNoRows(err):
		return identity.KeyOwner{}, false, nil
	case err != nil:
		return identity.KeyOwner{}, false, fmt.Errorf("find API key: %w", err)
	}
	return key, true, nil
}
