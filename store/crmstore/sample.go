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
    and (g.description = $2 or exists (select from crm.contact_tags t join crm.all_contacts c on c.org_id = t.org_id and c.id = t.contact_id
        where t.org_id = g.org_id and t.tag_id = g.id and c.is_sample))
    and not exists (select from crm.contact_tags t join crm.all_contacts c on c.org_id = t.org_id and c.id = t.contact_id
        where t.org_id = g.org_id and t.tag_id = g.id and not c.is_sample)`

const deleteSampleSegments = `
delete from crm.all_segments g where g.org_id = $1 and g.alias = any($2)
    and not exists (select from crm.segment_contacts m join crm.all_contacts c on c.org_id = m.org_id and c.id = m.contact_id
        where m.org_id = g.org_id and m.segment_id = g.id and not c.is_sample)`

const deleteSampleFields = `
delete from crm.fields f where f.org_id = $1 and f.settings ->> 'sample' = 'true'
    and not exists (select from crm.all_contacts c where c.org_id = f.org_id and not c.is_sample and jsonb_exists(c.fields, f.alias))`

// Those before $2 are gone already: their places in the index would be looked through again.
const deleteSomeSamples = `
with doomed as (
    select id from crm.all_contacts where org_id = $1 and is_sample and id > $2 order by id limit 2000
), gone as (
    delete from crm.all_contacts c using doomed where c.org_id = $1 and c.id = doomed.id
)
select coalesce(max(id), 0) from doomed`

// DeleteSamples implements crm.Samples. Contacts go in batches, each with all that hangs on it; what is
// gone when it fails stays gone, and asked again it removes the rest.
func (s *Store) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	err := s.db.InTx(ctx, org, func(ctx context.Context) error {
		for _, nouns := range []sq.Sqlizer{
			sq.Expr(deleteSampleTags, org, sampleNote), sq.Expr(deleteSampleSegments, org, sampleAliases()), sq.Expr(deleteSampleFields, org),
		} {
			if _, err := store.Exec(ctx, s.db.Querier(ctx), nouns); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete what sample contacts have: %w", err)
	}
	for last, more := int64(0), true; more; {
		err := s.db.RepeatDeadlocked(ctx, func() error {
			next, err := store.Value[int64](ctx, s.db.Querier(ctx), sq.Expr(deleteSomeSamples, org, last))
			last, more = next, next > 0
			return err
		})
		if err != nil {
			return fmt.Errorf("delete sample contacts: %w", err)
		}
	}
	return nil
}
