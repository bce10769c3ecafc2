package crm

import (
	"context"
	"maps"
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// Why contacts are passed over.
var (
	skipGone        = domain.Keep("The contact is deleted.")
	skipHasTags     = domain.Keep("The contact has these tags already.")
	skipLacksTags   = domain.Keep("The contact has none of these tags.")
	skipInSegment   = domain.Keep("The contact is in the segment already.")
	skipNoSegment   = domain.Keep("The contact is not in the segment.")
	skipSame        = domain.Keep("It is so already.")
	skipForbidden   = domain.Keep("The channel is forbidden already.")
	skipAllowed     = domain.Keep("The channel is allowed already.")
	skipTheirWish   = domain.Keep("They unsubscribed themselves, or messages to them came back. Allow that contact by contact.")
	skipChanged     = domain.Keep("It was changed again since.")
	skipNotTrashed  = domain.Keep("The contact is not in the trash.")
	skipEmailTaken  = domain.Keep("Another contact has the email address meanwhile.")
	skipValueTaken  = domain.Keep("Another contact has the value of a field that identifies contacts meanwhile.")
	skipPointsBound = domain.Keep("The contact has as many points as there can be.")
)

// Bulks changes many contacts in one statement each. Contacts that are deleted or another
// organization's are passed over.
type Bulks interface {
	// CountTargets says how many contacts a query finds, in the trash or outside of it.
	CountTargets(ctx context.Context, org domain.OrgID, q ContactQuery, trash bool) (int, error)
	// FewTargets says whether a job is about so many contacts at most.
	FewTargets(ctx context.Context, org domain.OrgID, j Job, most int) (bool, error)
	// LockContacts reads contacts whole, in the order of their ids, and keeps others from changing them
	// until the transaction ends.
	LockContacts(ctx context.Context, org domain.OrgID, ids []ContactID) ([]Contact, error)
	// SaveContacts is SaveContact for many, whose email addresses don't change.
	SaveContacts(ctx context.Context, org domain.OrgID, contacts []Contact) error
	// TagMany gives tags to contacts, or takes them away, and returns what really changed.
	TagMany(ctx context.Context, org domain.OrgID, change TagPairs) (map[ContactID][]string, error)
	// ForbidMany sets a mark on contacts that have none for its channel, and returns which.
	ForbidMany(ctx context.Context, org domain.OrgID, ids []ContactID, mark DoNotContact) ([]ContactID, error)
	// AllowMany removes marks that people here have set for a channel, of one origin only unless that
	// is "", and returns them.
	AllowMany(ctx context.Context, org domain.OrgID, ids []ContactID, channel Channel, origin string) (map[ContactID]DoNotContact, error)
}

// TagPairs says which contact gets, or loses, which tag: the i-th contact the i-th name.
type TagPairs struct {
	Add      bool
	Contacts []ContactID
	Names    []string
}

// bulkBatch is a change of some contacts, in one transaction.
type bulkBatch struct {
	*Service
	org    domain.OrgID
	job    Job
	change BulkChange
	ids    []ContactID
}

// data begins the data of an event: what made the change.
func (b *bulkBatch) data() map[string]any {
	data := map[string]any{"origin": "job", "jobId": b.job.ID}
	if b.job.CreatedBy != nil {
		data["userId"] = *b.job.CreatedBy
	}
	return data
}

// tellAll writes one event for each contact that was changed.
func (b *bulkBatch) tellAll(ctx context.Context, outcomes []JobContact, kind string, data func(JobContact) map[string]any) error {
	var events []Event
	for _, outcome := range outcomes {
		if outcome.Skipped != "" {
			continue
		}
		event := Event{Contact: outcome.Contact, Type: kind, Data: b.data()}
		maps.Copy(event.Data, data(outcome))
		events = append(events, event)
	}
	_, err := b.AppendEvents(ctx, b.org, events)
	return err
}

// outcomes says what became of each contact of the batch: those in changed were changed, those that
// are gone or that the change did not apply to were passed over.
func (b *bulkBatch) outcomes(ctx context.Context, why domain.Kept, changed func(ContactID) (before any, ok bool)) ([]JobContact, error) {
	there, err := b.store.FindContacts(ctx, b.org, b.ids, nil)
	if err != nil {
		return nil, err
	}
	all := make([]JobContact, len(b.ids))
	for i, id := range b.ids {
		all[i] = JobContact{Contact: id}
		before, ok := changed(id)
		switch {
		case ok:
			all[i].Before = before
		case !there.IDs[id]:
			all[i].Skipped = skipGone
		default:
			all[i].Skipped = why
		}
	}
	return all, nil
}

// before returns what the job that is taken back has changed on the contacts of the batch.
func (b *bulkBatch) before(ctx context.Context) (map[ContactID]any, error) {
	changes, err := b.store.JobChanges(ctx, b.org, *b.job.Undoes, b.ids)
	if err != nil {
		return nil, err
	}
	before := make(map[ContactID]any, len(changes))
	for _, change := range changes {
		before[change.Contact] = change.Before
	}
	return before, nil
}

// segment adds the contacts to a segment, or removes them, with the events of that.
func (b *bulkBatch) segment(ctx context.Context, why domain.Kept, do func(context.Context, domain.OrgID, SegmentChange) ([]Event, error)) ([]JobContact, error) {
	segment, err := b.store.Segment(ctx, b.org, b.change.Segment)
	if err != nil {
		return nil, err
	}
	data := b.data()
	data["segmentId"], data["segment"] = segment.ID, segment.Name
	events, err := do(ctx, b.org, SegmentChange{Segment: segment, Contacts: b.ids, Origin: "job", Data: data, At: b.now()})
	if err != nil {
		return nil, err
	}
	b.tell(ctx, b.org, events)
	changed := make(map[ContactID]bool, len(events))
	for _, event := range events {
		changed[event.Contact] = true
	}
	return b.outcomes(ctx, why, func(id ContactID) (any, bool) { return nil, changed[id] })
}

func (b *bulkBatch) enterSegment(ctx context.Context) ([]JobContact, error) {
	return b.segment(ctx, skipInSegment, b.store.AddToSegment)
}

func (b *bulkBatch) leaveSegment(ctx context.Context) ([]JobContact, error) {
	return b.segment(ctx, skipNoSegment, b.store.RemoveFromSegment)
}

// patch applies a patch of its own to each contact, by the rules of UpdateContact, and keeps what
// the field held before.
func (b *bulkBatch) patch(ctx context.Context, field string, patchOf func(Contact) (patch ContactPatch, skip domain.Kept)) ([]JobContact, error) {
	set, err := b.FieldSet(ctx, b.org)
	if err != nil {
		return nil, err
	}
	contacts, err := b.store.LockContacts(ctx, b.org, b.ids)
	if err != nil {
		return nil, err
	}
	changed := map[ContactID]any{}
	skipped := map[ContactID]domain.Kept{}
	var save []Contact
	for _, contact := range contacts {
		patch, skip := patchOf(contact)
		if skip != "" {
			skipped[contact.ID] = skip
			continue
		}
		after, err := patch.apply(contact, set)
		if domain.KindOf(err) == domain.KindInvalid {
			skipped[contact.ID] = domain.PhraseOf(err).Kept()
			continue
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(changedFields(contact, after), field) {
			skipped[contact.ID] = skipSame
			continue
		}
		after.UpdatedAt = b.now()
		save = append(save, after)
		changed[contact.ID], _ = contact.Field(field)
	}
	if err := b.store.SaveContacts(ctx, b.org, save); err != nil {
		return nil, err
	}
	outcomes, err := b.outcomes(ctx, skipSame, func(id ContactID) (any, bool) {
		before, ok := changed[id]
		return before, ok
	})
	for i := range outcomes {
		if why := skipped[outcomes[i].Contact]; why != "" {
			outcomes[i].Skipped = why
		}
	}
	return outcomes, err
}
