package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

var selectImport = store.SQL.Select("id", "file_name", "state", "columns", "settings", "bytes", "bytes_done", "next_row",
	"rows_done", "created", "updated", "unchanged", "rejected", "problems", "trial", "undo", "trouble", "headers", "error", "created_by",
	"created_at", "started_at", "ended_at").
	Column("coalesce((select coalesce(nullif(u.name, ''), u.email) from identity.users u where u.id = created_by), '') as creator").
	From("crm.imports")

var importOrder = map[string]string{
	"id": "id", "createdAt": "created_at", "fileName": "lower(file_name)", "state": "state",
	"created": "created", "updated": "updated", "unchanged": "unchanged", "rejected": "rejected",
}

// Import implements crm.Imports.
func (s *Store) Import(ctx context.Context, org domain.OrgID, id crm.ImportID) (crm.Import, error) {
	return s.readImport(ctx, selectImport, org, id)
}

// LockImport implements crm.Imports.
func (s *Store) LockImport(ctx context.Context, org domain.OrgID, id crm.ImportID) (crm.Import, error) {
	return s.readImport(ctx, selectImport.Suffix("for update"), org, id)
}

func (s *Store) readImport(ctx context.Context, query sq.SelectBuilder, org domain.OrgID, id crm.ImportID) (crm.Import, error) {
	imp, err := store.One[crm.Import](ctx, s.db.Querier(ctx), query.Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case store.IsNoRows(err):
		return crm.Import{}, domain.NotFound("There is no import %d.", id)
	case err != nil:
		return crm.Import{}, fmt.Errorf("read import: %w", err)
	}
	return imp, nil
}

// Imports implements crm.Imports.
func (s *Store) Imports(ctx context.Context, org domain.OrgID, q crm.ImportQuery) (domain.Page[crm.Import], error) {
	order, err := store.Order(q.PageQuery, importOrder, "id")
	if err != nil {
		return domain.Page[crm.Import]{}, err
	}
	matches, err := importSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[crm.Import]{}, err
	}
	query := selectImport.Where(sq.Eq{"org_id": org}).Where(matches)
	if q.State != "" {
		query = query.Where(sq.Eq{"state": q.State})
	}
	page, err := store.Page[crm.Import](ctx, s.db.Read(), query, q.PageQuery, order)
	if err != nil {
		return page, fmt.Errorf("list imports: %w", err)
	}
	return page, nil
}

// OpenImports implements crm.Imports.
func (s *Store) OpenImports(ctx context.Context) ([]crm.OpenImport, error) {
	return store.Many[crm.OpenImport](ctx, s.db.Read(), store.SQL.Select("org_id as org", "id").From("crm.imports").
		Where("state in ('checking', 'queued', 'running', 'undoing')").OrderBy("id")) // as the index says it
}

// LastMapping implements crm.Imports.
func (s *Store) LastMapping(ctx context.Context, org domain.OrgID, headers string) (crm.Import, bool, error) {
	imp, err := store.One[crm.Import](ctx, s.db.Querier(ctx), selectImport.Where(sq.Eq{"org_id": org, "headers": headers}).
		Where("state not in ('mapping', 'checking')").Where("started_at is not null").OrderBy("id desc").Limit(1))
	switch {
	case store.IsNoRows(err):
		return crm.Import{}, false, nil
	case err != nil:
		return crm.Import{}, false, fmt.Errorf("look for the last mapping: %w", err)
	}
	return imp, true, nil
}

// InsertImport implements crm.Imports.
func (s *Store) InsertImport(ctx context.Context, org domain.OrgID, i crm.Import) (crm.ImportID, error) {
	id, err := store.Value[crm.ImportID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.imports").
		Columns("org_id", "file_name", "state", "columns", "settings", "bytes_done", "next_row", "headers", "created_by", "created_at").
		Values(org, i.FileName, i.State, i.Columns, i.Settings, i.BytesDone, i.NextRow, i.Headers, i.CreatedBy, i.CreatedAt).
		Suffix("returning id"))
	if err != nil {
		return 0, fmt.Errorf("insert import: %w", err)
	}
	return id, nil
}

// SaveImport implements crm.Imports.
func (s *Store) SaveImport(ctx context.Context, org domain.OrgID, i crm.Import) error {
	if i.Problems == nil {
		i.Problems = []crm.ImportProblem{}
	}
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.imports").
		Set("state", i.State).Set("columns", i.Columns).Set("settings", i.Settings).
		Set("bytes", i.Bytes).Set("bytes_done", i.BytesDone).Set("next_row", i.NextRow).
		Set("rows_done", i.RowsDone).Set("created", i.Created).Set("updated", i.Updated).Set("unchanged", i.Unchanged).
		Set("rejected", i.Rejected).Set("problems", i.Problems).Set("trial", i.Trial).Set("undo", i.Undo).Set("trouble", i.Trouble).Set("headers", i.Headers).
		Set("error", i.Error).Set("started_at", i.StartedAt).Set("ended_at", i.EndedAt).
		Where(sq.Eq{"org_id": org, "id": i.ID}))
	if err != nil {
		return fmt.Errorf("save import: %w", err)
	}
	return nil
}

// AddImportPiece implements crm.Imports.
func (s *Store) AddImportPiece(ctx context.Context, org domain.OrgID, id crm.ImportID, no int, text []byte) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Insert("crm.import_chunks").
		Columns("org_id", "import_id", "no", "data").Values(org, id, no, text))
	if err != nil {
		return fmt.Errorf("store piece of import: %w", err)
	}
	return nil
}

// ImportText implements crm.Imports. It never reads past the end of a piece.
func (s *Store) ImportText(ctx context.Context, org domain.OrgID, id crm.ImportID, offset int64, length int) ([]byte, error) {
	query := store.SQL.Select().Column("substring(data from ? for ?)", offset%crm.ImportPiece+1, length).
		From("crm.import_chunks").Where(sq.Eq{"org_id": org, "import_id": id, "no": offset / crm.ImportPiece})
	texts, err := store.Values[[]byte](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("read text of import: %w", err)
	}
	if len(texts) == 0 {
		return nil, nil
	}
	return texts[0], nil
}

// DropImportText implements crm.Imports.
func (s *Store) DropImportText(ctx context.Context, org domain.OrgID, id crm.ImportID) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("crm.import_chunks").Where(sq.Eq{"org_id": org, "import_id": id}))
	if err != nil {
		return fmt.Errorf("drop text of import: %w", err)
	}
	return nil
}

// AddRejects implements crm.Imports.
func (s *Store) AddRejects(ctx context.Context, org domain.OrgID, id crm.ImportID, rejects []crm.Reject) error {
	if len(rejects) == 0 {
		return nil
	}
	_, err := s.db.Querier(ctx).CopyFrom(ctx, pgx.Identifier{"crm", "import_rejects"},
		[]string{"org_id", "import_id", "row_no", "reason", "raw"},
		pgx.CopyFromSlice(len(rejects), func(i int) ([]any, error) {
			return []any{org, id, rejects[i].RowNo, rejects[i].Reason, rejects[i].Raw}, nil
		}))
	if err != nil {
		return fmt.Errorf("store rejected rows: %w", err)
	}
	return nil
}

// Rejects implements crm.Imports.
func (s *Store) Rejects(ctx context.Context, org domain.OrgID, id crm.ImportID, after int64, limit int) ([]crm.Reject, error) {
	rejects, err := store.Many[crm.Reject](ctx, s.db.Read(), store.SQL.Select("row_no", "reason", "raw").
		From("crm.import_rejects").Where(sq.Eq{"org_id": org, "import_id": id}).Where(sq.Gt{"row_no": after}).
		OrderBy("row_no").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read rejected rows: %w", err)
	}
	return rejects, nil
}
