package crm

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// TrashDays is for how many days a deleted contact can be restored. Then it is removed for ever.
const TrashDays = 30

// TrashedContact is a contact that was deleted and can be restored.
type TrashedContact struct {
	ID        ContactID
	Firstname *string
	Lastname  *string
	Email     *string
	Phone     *string
	Company   *string
	DeletedAt time.Time
	DeletedBy *identity.UserID
	Deleter   string     // name of who deleted it; "" for programs
	TakenBy   *ContactID // a contact that has the email address meanwhile
	Fields    map[string]any
}

// Name is what people called the contact.
func (c TrashedContact) Name() ContactName {
	return NameOf(c.ID, c.Firstname, c.Lastname, c.Email, c.Phone)
}

// DaysLeft is for how many more days the contact can be restored; at least 0.
func (c TrashedContact) DaysLeft(now time.Time) int {
	left := c.DeletedAt.AddDate(0, 0, TrashDays).Sub(now)
	return max(0, int((left+24*time.Hour-1)/(24*time.Hour)))
}

// Trash keeps deleted contacts. All of it is about contacts that are in the trash, except TrashContacts.
type Trash interface {
	Trash(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[TrashedContact], error)
	// TrashContacts deletes contacts and returns which of the ids were there.
	TrashContacts(ctx context.Context, org domain.OrgID, ids []ContactID, by *identity.UserID, at time.Time) ([]ContactID, error)
	// LockTrash reads deleted contacts in the order of their ids, and keeps others from changing them.
	LockTrash(ctx context.Context, org domain.OrgID, ids []ContactID) ([]TrashedContact, error)
	RestoreContacts(ctx context.Context, org domain.OrgID, ids []ContactID) error
	// EraseContacts removes deleted contacts with all that is known of them, and returns which.
	EraseContacts(ctx context.Context, org domain.OrgID, ids []ContactID) ([]ContactID, error)
}

// DeleteContact moves a contact to the trash: it is listed, found, exported and written to nowhere any
// more, and its journeys end when they next go on. RestoreContacts brings it back within 30 days.
func (s *Service) DeleteContact(ctx context.Context, org domain.OrgID, id ContactID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		deleted, err := s.store.TrashContacts(ctx, org, []ContactID{id}, identity.ActorFrom(ctx).Author(), s.now())
		if err != nil {
			return err
		}
		if len(deleted) == 0 {
			return domain.NotFound("There is no contact %d.", id)
		}
		return s.append(ctx, org, Event{Contact: id, Type: EventContactDeleted, Data: origin(ctx, "")})
	})
}

// Trash returns a page of the deleted contacts, the last deleted first. Search is in the language of package
// search, with TrashCommands.
func (s *Service) Trash(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[TrashedContact], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[TrashedContact]{}, err
	}
	return s.store.Trash(ctx, org, q)
}

// RestoreContact brings a deleted contact back. It is a Conflict when another contact has its email
// address meanwhile, or the value of a field that identifies contacts; NotFound when it is not in the trash.
func (s *Service) RestoreContact(ctx context.Context, org domain.OrgID, id ContactID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		found, err := s.store.LockTrash(ctx, org, []ContactID{id})
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return domain.NotFound("Contact %d is not in the trash.", id)
		case found[0].TakenBy != nil:
			return domain.Conflict("Contact %d has the email address %s meanwhile. Change that one's address, then restore this one.", *found[0].TakenBy, *found[0].Email)
		}
		set, err := s.FieldSet(ctx, org)
		if err != nil {
			return err
		}
		if err := s.checkUnique(ctx, org, id, set, found[0].Fields); err != nil {
			return err
		}
		if err := s.store.RestoreContacts(ctx, org, []ContactID{id}); err != nil {
			return err
		}
		return s.append(ctx, org, Event{Contact: id, Type: EventContactRestored, Data: origin(ctx, "")})
	})
}

// EraseContact removes a contact from the trash with all that is known of it: fields, tags, events,
// notes, files, journeys. What was sent to it stays in the ledger without its name.
func (s *Service) EraseContact(ctx context.Context, org domain.OrgID, id ContactID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	erased, err := s.store.EraseContacts(ctx, org, []ContactID{id})
	if err == nil && len(erased) == 0 {
		err = domain.NotFound("Contact %d is not in the trash.", id)
	}
	return err
}

// trash deletes the contacts of a batch.
func (b *bulkBatch) trash(ctx context.Context) ([]JobContact, error) {
	deleted, err := b.store.TrashContacts(ctx, b.org, b.ids, b.job.CreatedBy, b.now())
	if err != nil {
		return nil, err
	}
	outcomes := outcomesOf(b.ids, deleted, skipGone)
	return outcomes, b.tellAll(ctx, outcomes, EventContactDeleted, nothing)
}

// restore brings contacts back from the trash, except those of which others have the email address or an
// identifying value. Of two with the same, the one comes back that was deleted last.
func (b *bulkBatch) restore(ctx context.Context) ([]JobContact, error) {
	found, err := b.store.LockTrash(ctx, b.org, b.ids)
	if err != nil {
		return nil, err
	}
	taken, err := b.takenFrom(ctx, found)
	if err != nil {
		return nil, err
	}
	var back []ContactID
	for _, c := range found {
		if taken[c.ID] == "" {
			back = append(back, c.ID)
		}
	}
	if err := b.store.RestoreContacts(ctx, b.org, back); err != nil {
		return nil, err
	}
	outcomes := outcomesOf(b.ids, back, skipNotTrashed)
	for i, o := range outcomes {
		if why := taken[o.Contact]; why != "" {
			outcomes[i].Skipped = why
		}
	}
	return outcomes, b.tellAll(ctx, outcomes, EventContactRestored, nothing)
}

// takenFrom says of deleted contacts why they can't come back: somebody has what only they may have.
func (b *bulkBatch) takenFrom(ctx context.Context, found []TrashedContact) (map[ContactID]domain.Kept, error) {
	set, err := b.FieldSet(ctx, b.org)
	if err != nil {
		return nil, err
	}
	keys := uniqueKeys{set}
	var asked UniqueValues
	for _, c := range found {
		asked.addAll(keys, c.contact())
	}
	holders, err := b.store.HoldersOf(ctx, b.org, asked)
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for _, holder := range holders {
		for _, key := range keys.of(holder) {
			held[key] = true
		}
	}
	taken := map[ContactID]domain.Kept{}
	// The last deleted first; of those that went together, the newest.
	for _, c := range slices.Backward(slices.SortedStableFunc(slices.Values(found), func(x, y TrashedContact) int { return x.DeletedAt.Compare(y.DeletedAt) })) {
		for _, key := range keys.of(c.contact()) {
			if held[key] && strings.HasPrefix(key, importCustom) {
				taken[c.ID] = skipValueTaken
			} else if held[key] {
				taken[c.ID] = skipEmailTaken
			}
		}
		if taken[c.ID] == "" {
			for _, key := range keys.of(c.contact()) {
				held[key] = true
			}
		}
	}
	return taken, nil
}

// contact is what identifies the contact.
func (c TrashedContact) contact() Contact { return Contact{ID: c.ID, Email: c.Email, Fields: c.Fields} }

// erase removes contacts from the trash for ever.
func (b *bulkBatch) erase(ctx context.Context) ([]JobContact, error) {
	erased, err := b.store.EraseContacts(ctx, b.org, b.ids)
	return outcomesOf(b.ids, erased, skipNotTrashed), err
}

func nothing(JobContact) map[string]any { return nil }

// outcomesOf says which of the ids were changed; the others were passed over.
func outcomesOf(ids, changed []ContactID, why domain.Kept) []JobContact {
	done := make(map[ContactID]bool, len(changed))
	for _, id := range changed {
		done[id] = true
	}
	all := make([]JobContact, len(ids))
	for i, id := range ids {
		all[i] = JobContact{Contact: id}
		if !done[id] {
			all[i].Skipped = why
		}
	}
	return all
}
