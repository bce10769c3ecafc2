package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

func (b *bulkBatch) addTags(ctx context.Context) ([]JobContact, error) {
	return b.tags(ctx, b.eachTag(true), skipHasTags)
}

func (b *bulkBatch) removeTags(ctx context.Context) ([]JobContact, error) {
	return b.tags(ctx, b.eachTag(false), skipLacksTags)
}

// takeTags takes away the tags that the job has added.
func (b *bulkBatch) takeTags(ctx context.Context) ([]JobContact, error) {
	pairs, err := b.tagsBefore(ctx, false)
	if err != nil {
		return nil, err
	}
	return b.tags(ctx, pairs, skipChanged)
}

// giveTags gives back the tags that the job has removed.
func (b *bulkBatch) giveTags(ctx context.Context) ([]JobContact, error) {
	pairs, err := b.tagsBefore(ctx, true)
	if err != nil {
		return nil, err
	}
	return b.tags(ctx, pairs, skipChanged)
}

// eachTag pairs every contact of the batch with every tag of the change.
func (b *bulkBatch) eachTag(add bool) TagPairs {
	pairs := TagPairs{Add: add}
	for _, id := range b.ids {
		for _, name := range b.change.Tags {
			pairs.Contacts, pairs.Names = append(pairs.Contacts, id), append(pairs.Names, name)
		}
	}
	return pairs
}

// tagsBefore pairs contacts with the tags that were changed on each.
func (b *bulkBatch) tagsBefore(ctx context.Context, add bool) (TagPairs, error) {
	pairs := TagPairs{Add: add}
	before, err := b.before(ctx)
	for id, names := range before {
		list, _ := names.([]any)
		for _, name := range list {
			if name, ok := name.(string); ok {
				pairs.Contacts, pairs.Names = append(pairs.Contacts, id), append(pairs.Names, name)
			}
		}
	}
	return pairs, err
}

func (b *bulkBatch) tags(ctx context.Context, pairs TagPairs, why domain.Kept) ([]JobContact, error) {
	changed, err := b.store.TagMany(ctx, b.org, pairs)
	if err != nil {
		return nil, err
	}
	outcomes, err := b.outcomes(ctx, why, func(id ContactID) (any, bool) {
		names, ok := changed[id]
		return names, ok
	})
	if err != nil {
		return nil, err
	}
	what := "removed"
	if pairs.Add {
		what = "added"
	}
	return outcomes, b.tellAll(ctx, outcomes, EventTagsChanged, func(o JobContact) map[string]any { return map[string]any{what: o.Before} })
}
