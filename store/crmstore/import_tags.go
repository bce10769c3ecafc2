package crmstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain/crm"
)

const tagIDs = `select id, name_norm from crm.tags where org_id = $1 and name_norm = any($2)`

// makeTags makes those tags of contacts that don't exist.
func (r *importRun) makeTags(ctx context.Context) error {
	names := map[string]string{}
	for _, contact := range r.contacts {
		for _, name := range contact.Tags {
			if norm := strings.ToLower(name); names[norm] == "" {
				names[norm] = name
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	// Two imports that create the same tags don't wait for each other crosswise: they are in order.
	norms := sortedKeys(names)
	wanted := make([]string, len(norms))
	for i, norm := range norms {
		wanted[i] = names[norm]
	}
	if _, err := r.q.Exec(ctx, createTags, r.org, wanted); err != nil {
		return fmt.Errorf("create tags: %w", err)
	}
	return r.findTags(ctx, norms)
}

func (r *importRun) findTags(ctx context.Context, norms []string) error {
	rows, err := r.q.Query(ctx, tagIDs, r.org, norms)
	if err != nil {
		return err
	}
	r.tags = make(map[string]int64, len(norms))
	var id int64
	var norm string
	_, err = pgx.ForEachRow(rows, []any{&id, &norm}, func() error {
		r.tags[norm] = id
		return nil
	})
	if err != nil {
		return fmt.Errorf("find tags: %w", err)
	}
	return nil
}

const giveTags = `insert into crm.contact_tags (org_id, contact_id, tag_id)
	select $1, contact, tag from unnest($2::bigint[], $3::bigint[]) given (contact, tag)
	on conflict do nothing returning contact_id, tag_id`

// giveTags copies the tags of new contacts; others may have got one of them meanwhile.
func (r *importRun) giveTags(ctx context.Context) error {
	r.given = make([][]int64, len(r.contacts))
	var fresh [][]any
	var contacts []crm.ContactID
	var tags []int64
	place := map[crm.ContactID]int{}
	for i, contact := range r.contacts {
		for _, name := range contact.Tags {
			tag := r.tags[strings.ToLower(name)]
			if contact.New {
				fresh = append(fresh, []any{r.org, contact.Contact.ID, tag})
				r.given[i] = append(r.given[i], tag)
				continue
			}
			contacts, tags, place[contact.Contact.ID] = append(contacts, contact.Contact.ID), append(tags, tag), i
		}
	}
	if len(fresh) > 0 {
		if _, err := r.q.CopyFrom(ctx, pgx.Identifier{"crm", "contact_tags"}, []string{"org_id", "contact_id", "tag_id"}, pgx.CopyFromRows(fresh)); err != nil {
			return fmt.Errorf("copy tags of contacts: %w", err)
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	rows, err := r.q.Query(ctx, giveTags, r.org, contacts, tags)
	if err != nil {
		return err
	}
	var contact crm.ContactID
	var tag int64
	_, err = pgx.ForEachRow(rows, []any{&contact, &tag}, func() error {
		r.given[place[contact]] = append(r.given[place[contact]], tag)
		return nil
	})
	if err != nil {
		return fmt.Errorf("add tags: %w", err)
	}
	return nil
}
