package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// origin names the job in marks, so that undoing finds its own.
func (b *bulkBatch) origin(id JobID) string { return fmt.Sprintf("job %d", id) }

// forbid marks contacts that have no mark for the channel. A mark that is there keeps its reason:
// that somebody unsubscribed must not be forgotten.
func (b *bulkBatch) forbid(ctx context.Context) ([]JobContact, error) {
	mark := DoNotContact{Channel: b.change.Channel, Reason: Manual, Comment: b.change.Comment, Origin: b.origin(b.job.ID)}
	marked, err := b.store.ForbidMany(ctx, b.org, b.ids, mark)
	if err != nil {
		return nil, err
	}
	changed := make(map[ContactID]bool, len(marked))
	for _, id := range marked {
		changed[id] = true
	}
	outcomes, err := b.outcomes(ctx, skipForbidden, func(id ContactID) (any, bool) { return nil, changed[id] })
	if err != nil {
		return nil, err
	}
	if err := b.logConsents(ctx, outcomes, Withdrawn, mark.Comment); err != nil {
		return nil, err
	}
	return outcomes, b.tellAll(ctx, outcomes, EventDoNotContactSet, func(JobContact) map[string]any { return mark.data() })
}

// allow removes marks that people here have set. Those of contacts who unsubscribed, and of addresses
// that bounced, are removed one by one, by somebody who knows why.
func (b *bulkBatch) allow(ctx context.Context) ([]JobContact, error) {
	return b.clear(ctx, "", skipTheirWish)
}

// withdraw removes the marks that the job has set.
func (b *bulkBatch) withdraw(ctx context.Context) ([]JobContact, error) {
	return b.clear(ctx, b.origin(*b.job.Undoes), skipChanged)
}

func (b *bulkBatch) clear(ctx context.Context, origin string, why domain.Kept) ([]JobContact, error) {
	marked, err := b.store.LockContacts(ctx, b.org, b.ids)
	if err != nil {
		return nil, err
	}
	free := map[ContactID]bool{}
	for _, contact := range marked {
		free[contact.ID] = contact.MayReceive(b.change.Channel)
	}
	cleared, err := b.store.AllowMany(ctx, b.org, b.ids, b.change.Channel, origin)
	if err != nil {
		return nil, err
	}
	outcomes, err := b.outcomes(ctx, why, func(id ContactID) (any, bool) {
		mark, ok := cleared[id]
		return mark, ok
	})
	for i, o := range outcomes {
		if o.Skipped != "" && free[o.Contact] {
			outcomes[i].Skipped = skipAllowed
		}
	}
	if err != nil {
		return nil, err
	}
	if err := b.logConsents(ctx, outcomes, Granted, ""); err != nil {
		return nil, err
	}
	return outcomes, b.tellAll(ctx, outcomes, EventDoNotContactCleared, func(JobContact) map[string]any {
		return map[string]any{"channel": b.change.Channel}
	})
}

// forbidAgain sets the marks that the job has removed, with what they said.
func (b *bulkBatch) forbidAgain(ctx context.Context) ([]JobContact, error) {
	before, err := b.before(ctx)
	if err != nil {
		return nil, err
	}
	groups := map[DoNotContact][]ContactID{} // one statement for those whose marks say the same
	for id, old := range before {
		mark, err := markOf(old)
		if err != nil {
			return nil, err
		}
		groups[mark] = append(groups[mark], id)
	}
	changed := map[ContactID]DoNotContact{}
	for mark, ids := range groups {
		marked, err := b.store.ForbidMany(ctx, b.org, ids, mark)
		if err != nil {
			return nil, err
		}
		for _, id := range marked {
			changed[id] = mark
		}
	}
	outcomes, err := b.outcomes(ctx, skipForbidden, func(id ContactID) (any, bool) {
		_, ok := changed[id]
		return nil, ok
	})
	if err != nil {
		return nil, err
	}
	if err := b.logConsents(ctx, outcomes, Withdrawn, ""); err != nil {
		return nil, err
	}
	return outcomes, b.tellAll(ctx, outcomes, EventDoNotContactSet, func(o JobContact) map[string]any { return changed[o.Contact].data() })
}

// logConsents writes into the consent log of the contacts that were changed what became of the channel.
func (b *bulkBatch) logConsents(ctx context.Context, outcomes []JobContact, state ConsentState, detail string) error {
	var ids []ContactID
	for _, outcome := range outcomes {
		if outcome.Skipped == "" {
			ids = append(ids, outcome.Contact)
		}
	}
	consent := Consent{
		Purpose: string(b.change.Channel), State: state, Source: ByCampaign, Detail: cmp.Or(detail, fmt.Sprintf("Action on many contacts, job %d", b.job.ID)),
		UserID: b.job.CreatedBy, HappenedAt: b.now(), CreatedAt: b.now(),
	}
	if b.job.CreatedBy != nil {
		consent.Source = ByPerson
	}
	return b.store.InsertConsents(ctx, b.org, ids, consent)
}

// markOf reads a mark that was kept as JSON.
func markOf(kept any) (DoNotContact, error) {
	var mark DoNotContact
	text, err := json.Marshal(kept)
	if err == nil {
		err = json.Unmarshal(text, &mark)
	}
	mark.CreatedAt = time.Time{}
	return mark, err
}

// data is what an event says about a mark.
func (d DoNotContact) data() map[string]any {
	data := map[string]any{"channel": d.Channel, "reason": d.Reason}
	if d.Comment != "" {
		data["comment"] = d.Comment
	}
	return data
}
