package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

var selectView = store.SQL.Select("v.id", "v.list", "v.name", "v.search", "v.order_by", "v.order_dir", "v.columns", "v.owner_id",
	"coalesce(nullif(u.name, ''), u.email, '') as owner_name", "v.is_shared", "v.created_at", "v.updated_at").
	From("crm.views v").LeftJoin("identity.users u on u.id = v.owner_id")

// Views implements crm.Views.
func (s *Store) Views(ctx context.Context, org domain.OrgID, list crm.ViewList, user identity.UserID) ([]crm.View, error) {
	views, err := store.Many[crm.View](ctx, s.db.Read(), selectView.
		Where(sq.Eq{"v.org_id": org, "v.list": list, "v.deleted_at": nil}).Where(sq.Or{sq.Eq{"v.owner_id": user}, sq.Expr("v.is_shared")}).
		OrderByClause("(v.owner_id is distinct from ?), lower(v.name), v.id", user))
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	return views, nil
}

// View implements crm.Views.
func (s *Store) View(ctx context.Context, org domain.OrgID, id crm.ViewID) (crm.View, error) {
	return s.view(ctx, org, id, sq.Eq{"v.deleted_at": nil})
}

// DeletedView implements crm.Views.
func (s *Store) DeletedView(ctx context.Context, org domain.OrgID, id crm.ViewID) (crm.View, error) {
	return s.view(ctx, org, id, sq.NotEq{"v.deleted_at": nil})
}

func (s *Store) view(ctx context.Context, org domain.OrgID, id crm.ViewID, state sq.Sqlizer) (crm.View, error) {
	view, err := store.One[crm.View](ctx, s.db.Querier(ctx), selectView.Where(sq.Eq{"v.org_id": org, "v.id": id}).Where(state))
	switch {
	case store.IsNoRows(err):
		return crm.View{}, noView(id)
	case err != nil:
		return crm.View{}, fmt.Errorf("read view: %w", err)
	}
	return view, nil
}

// InsertView implements crm.Views.
func (s *Store) InsertView(ctx context.Context, org domain.OrgID, v crm.View) (crm.ViewID, error) {
	id, err := store.Value[crm.ViewID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.views").
		Columns("org_id", "list", "name", "search", "order_by", "order_dir", "columns", "owner_id", "is_shared", "created_at", "updated_at").
		Values(org, v.List, v.Name, v.Search, v.OrderBy, v.OrderDir, v.Columns, v.OwnerID, v.IsShared, v.CreatedAt, v.UpdatedAt).
		Suffix("returning id"))
	switch {
	case store.IsUnique(err, viewNameUnique):
		return 0, viewNameTaken(v.Name)
	case err != nil:
		return 0, fmt.Errorf("insert view: %w", err)
	}
	return id, nil
}

// SaveView implements crm.Views.
func (s *Store) SaveView(ctx context.Context, org domain.OrgID, v crm.View) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.views").
		Set("name", v.Name).Set("search", v.Search).Set("order_by", v.OrderBy).Set("order_dir", v.OrderDir).Set("columns", v.Columns).
		Set("is_shared", v.IsShared).Set("updated_at", v.UpdatedAt).Where(sq.Eq{"org_id": org, "id": v.ID}))
	switch {
	case store.IsUnique(err, viewNameUnique):
		return viewNameTaken(v.Name)
	case err != nil:
		return fmt.Errorf("save view: %w", err)
	}
	return nil
}

// DeleteView implements crm.Views.
func (s *Store) DeleteView(ctx context.Context, org domain.OrgID, id crm.ViewID) error {
	return s.markView(ctx, org, id, sq.Expr("now()"))
}

// RestoreView implements crm.Views.
func (s *Store) RestoreView(ctx context.Context, org domain.OrgID, id crm.ViewID) error {
	return s.markView(ctx, org, id, nil)
}

func (s *Store) markView(ctx context.Context, org domain.OrgID, id crm.ViewID, deletedAt any) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.views").Set("deleted_at", deletedAt).Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case store.IsUnique(err, viewNameUnique):
		return domain.Conflict("There is another view of this name meanwhile. Rename that one first.")
	case err != nil:
		return fmt.Errorf("delete or restore view: %w", err)
	}
	return nil
}

const viewNameUnique = "views_name_unique"

func viewNameTaken(name string) error {
	conflict := domain.Conflict("There is a view called %q already.", name)
	conflict.Field = "name"
	return conflict
}

func noView(id crm.ViewID) error { return domain.NotFound("There is no view %d.", id) }
