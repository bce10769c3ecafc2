package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

const deleteSampleTags = `
delete from crm.tags g where g.org_id = $1
    and exists (select from crm.contact_tags t join crm.all_contacts c on c.org_id = t.org_id and c.id = t.contact_id
        where t.org_id = g.org_id and t.tag_id = g.id and c.is_sample)
    and not exists (select from crm.contact_tags t join crm.all_contacts c on c.org_id = t.org_id and c.id = t.contact_id
        where t.org_id = g.org_id and t.tag_id = g.id and not c.is_sample)`

// DeleteSamples implements crm.Samples.
func (s *Store) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	return s.db.InTx(ctx, org, func(ctx context.Context) error {
		if _, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(deleteSampleTags, org)); err != nil {
			return fmt.Errorf("delete sample tags: %w", err)
		}
		_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("crm.all_contacts").Where(sq.Eq{"org_id": org, "is_sample": true}))
		if err != nil {
			return fmt.Errorf("delete sample contacts: %w", err)
		}
		return nil
	})
}
