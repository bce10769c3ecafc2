package crmstore

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// fieldIndexPrefix begins the names of all indexes of custom fields.
const fieldIndexPrefix = "contacts_field_"

var plainAlias = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// fieldExpression is what an index of a field holds: its value as text, in small letters. An alias
// is never anything but letters, digits and _, because the table would not take it.
func fieldExpression(alias string) string {
	if !plainAlias.MatchString(alias) {
		panic("not an alias of a field: " + alias)
	}
	return fmt.Sprintf("lower(fields ->> '%s')", alias)
}

// fieldIndexName derives the name of an index from organization and alias; names end at 63 bytes.
func fieldIndexName(org domain.OrgID, alias string, unique bool) string {
	kind := "i"
	if unique {
		kind = "u"
	}
	if len(alias) > 16 {
		alias = fmt.Sprintf("%s_%08x", alias[:16], crc32.ChecksumIEEE([]byte(alias)))
	}
	return fmt.Sprintf("%s%d_%s_%s", fieldIndexPrefix, org, alias, kind)
}

// KeepFieldIndex implements crm.FieldIndexes. A unique index serves searches, too.
func (s *Store) KeepFieldIndex(ctx context.Context, org domain.OrgID, f crm.Field) error {
	states, err := s.indexStates(ctx, org)
	if err != nil {
		return err
	}
	for _, unique := range []bool{true, false} {
		name := fieldIndexName(org, f.Alias, unique)
		valid, there := states[name]
		wanted := unique && f.IsUnique || !unique && f.IsIndexed && !f.IsUnique
		if wanted && there && valid || !wanted && !there {
			continue
		}
		if there {
			if err := s.dropIndex(ctx, name); err != nil {
				return err
			}
		}
		if wanted {
			if err := s.buildIndex(ctx, org, f, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// buildIndex builds without keeping anybody from writing. A statement that fails leaves an index
// that is not valid.
func (s *Store) buildIndex(ctx context.Context, org domain.OrgID, f crm.Field, name string) error {
	unique := ""
	if f.IsUnique {
		unique = "unique"
	}
	expression := fieldExpression(f.Alias)
	_, err := s.db.Pool().Exec(ctx, fmt.Sprintf(
		`create %s index concurrently %s on crm.all_contacts (%s text_pattern_ops) where org_id = %d and deleted_at is null and %s is not null`,
		unique, name, expression, org, expression))
	if err == nil {
		return nil
	}
	err = errors.Join(err, s.dropIndex(ctx, name))
	if store.IsUnique(err, "") {
		conflict := domain.Conflict("Two contacts share a value of “%s”, so it can't identify contacts.", f.Label)
		conflict.Field = "isUnique"
		return conflict
	}
	return fmt.Errorf("build index of field: %w", err)
}

// dropTime bounds the clean-up after a caller has gone.
const dropTime = time.Minute

func (s *Store) dropIndex(ctx context.Context, name string) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), dropTime)
	defer stop()
	if _, err := s.db.Pool().Exec(ctx, "drop index concurrently if exists crm."+name); err != nil {
		return fmt.Errorf("drop index of field: %w", err)
	}
	return nil
}

// indexStates says by name which indexes of an organization's fields are there, and whether they are valid.
func (s *Store) indexStates(ctx context.Context, org domain.OrgID) (map[string]bool, error) {
	rows, err := s.db.Pool().Query(ctx, `select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid
		where i.indrelid = 'crm.all_contacts'::regclass and c.relname like $1`, strings.ReplaceAll(fmt.Sprintf("%s%d_", fieldIndexPrefix, org), "_", `\_`)+"%")
	if err != nil {
		return nil, fmt.Errorf("read indexes of fields: %w", err)
	}
	states := map[string]bool{}
	var (
		name  string
		valid bool
	)
	if _, err := pgx.ForEachRow(rows, []any{&name, &valid}, func() error { states[name] = valid; return nil }); err != nil {
		return nil, fmt.Errorf("read indexes of fields: %w", err)
	}
	return states, nil
}

// FieldIndexes implements crm.FieldIndexes.
func (s *Store) FieldIndexes(ctx context.Context, org domain.OrgID, fields []crm.Field) (map[string]crm.IndexState, error) {
	found, err := s.indexStates(ctx, org)
	if err != nil {
		return nil, err
	}
	states := map[string]crm.IndexState{}
	for _, f := range fields {
		if !f.IsUnique && !f.IsIndexed {
			continue
		}
		switch valid, there := found[fieldIndexName(org, f.Alias, f.IsUnique)]; {
		case valid:
			states[f.Alias] = crm.IndexReady
		case there:
			states[f.Alias] = crm.IndexBuilding
		default:
			states[f.Alias] = crm.IndexMissing
		}
	}
	return states, nil
}
