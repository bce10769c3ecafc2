package crm

import (
	"context"
	"math"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

func (b *bulkBatch) setOwner(ctx context.Context) ([]JobContact, error) {
	return b.updated(ctx, "ownerId", func(Contact) (ContactPatch, domain.Kept) { return ContactPatch{OwnerID: &b.change.Owner}, "" })
}

// returnOwner gives contacts back to who owned them, unless that is nobody any more.
func (b *bulkBatch) returnOwner(ctx context.Context) ([]JobContact, error) {
	before, err := b.before(ctx)
	if err != nil {
		return nil, err
	}
	return b.updated(ctx, "ownerId", func(c Contact) (ContactPatch, domain.Kept) {
		if ownerOf(c) != b.change.Owner {
			return ContactPatch{}, skipChanged
		}
		number, _ := before[c.ID].(float64)
		owner := identity.UserID(number)
		if owner != 0 {
			if err := b.checkOwner(ctx, b.org, &owner); err != nil {
				return ContactPatch{}, "The owner before is not in this organization any more."
			}
		}
		return ContactPatch{OwnerID: &owner}, ""
	})
}

func ownerOf(c Contact) identity.UserID {
	if c.OwnerID == nil {
		return 0
	}
	return *c.OwnerID
}

func (b *bulkBatch) setField(ctx context.Context) ([]JobContact, error) {
	patch, err := fieldPatch(map[string]string{b.change.Field: b.change.Value})
	if err != nil {
		return nil, err
	}
	return b.updated(ctx, b.change.Field, func(Contact) (ContactPatch, domain.Kept) { return patch, "" })
}

// returnField gives a field back what it held, where it still holds what the job has set.
func (b *bulkBatch) returnField(ctx context.Context) ([]JobContact, error) {
	before, err := b.before(ctx)
	if err != nil {
		return nil, err
	}
	set, err := b.FieldSet(ctx, b.org)
	if err != nil {
		return nil, err
	}
	patch, err := fieldPatch(map[string]string{b.change.Field: b.change.Value})
	if err != nil {
		return nil, err
	}
	return b.updated(ctx, b.change.Field, func(c Contact) (ContactPatch, domain.Kept) {
		if again, err := patch.apply(c, set); err != nil || len(changedFields(c, again)) > 0 {
			return ContactPatch{}, skipChanged
		}
		old := before[c.ID]
		if _, custom := set.Field(b.change.Field); custom {
			return ContactPatch{Fields: map[string]any{b.change.Field: old}}, ""
		}
		text, _ := old.(string)
		back, err := fieldPatch(map[string]string{b.change.Field: text})
		if err != nil {
			return ContactPatch{}, skipChanged
		}
		return back, ""
	})
}

// updated is patch with the event of UpdateContact.
func (b *bulkBatch) updated(ctx context.Context, field string, patchOf func(Contact) (ContactPatch, domain.Kept)) ([]JobContact, error) {
	outcomes, err := b.patch(ctx, field, patchOf)
	if err != nil {
		return nil, err
	}
	return outcomes, b.tellAll(ctx, outcomes, EventContactUpdated, func(JobContact) map[string]any { return map[string]any{"fields": []string{field}} })
}

func (b *bulkBatch) addPoints(ctx context.Context) ([]JobContact, error) {
	return b.points(ctx, func(c Contact) int { return c.Points + b.change.Points })
}

// returnPoints takes back the difference that the job has made; what was earned since stays.
func (b *bulkBatch) returnPoints(ctx context.Context) ([]JobContact, error) {
	before, err := b.before(ctx)
	if err != nil {
		return nil, err
	}
	return b.points(ctx, func(c Contact) int {
		old, _ := before[c.ID].(float64)
		return c.Points - (bounded(int(old)+b.change.Points) - int(old))
	})
}

func (b *bulkBatch) points(ctx context.Context, want func(Contact) int) ([]JobContact, error) {
	after := map[ContactID]int{}
	outcomes, err := b.patch(ctx, "points", func(c Contact) (ContactPatch, domain.Kept) {
		points := bounded(want(c))
		if points == c.Points {
			return ContactPatch{}, skipPointsBound
		}
		after[c.ID] = points
		return ContactPatch{Points: &points}, ""
	})
	if err != nil {
		return nil, err
	}
	return outcomes, b.tellAll(ctx, outcomes, EventPointsChanged, func(o JobContact) map[string]any {
		return map[string]any{"before": o.Before, "after": after[o.Contact]}
	})
}

// bounded cuts points to what a contact can have, as ChangePoints does.
func bounded(points int) int { return max(math.MinInt32, min(math.MaxInt32, points)) }
