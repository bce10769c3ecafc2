package crm

import (
	"context"
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
	Company   *string
	DeletedAt time.Time
	DeletedBy *identity.UserID
	Deleter   string     // name of who deleted it; "" for programs
	TakenBy   *ContactID // a contact that has the email address meanwhile
}

// Name is what people called the contact.
func (c TrashedContact) Name() string {
	return Contact{ID: c.ID, Firstname: c.Firstname, Lastname: c.Lastname, Email: c.Email}.Name()
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
		var by *identity.UserID
		if user := identity.ActorFrom(ctx).User; user != 0 {
			by = &user
		}
		deleted, err := s.store.TrashContacts(ctx, org, []ContactID{id}, by, s.now())
		if err != nil {
			return err
		}
		if len(deleted) == 0 {
			return domain.NotFound("There is no contact %d.", id)
		}
		return s.append(ctx, org, Event{Contact: id, Type: EventContactDeleted, Data: origin(ctx, "")})
	})
}

// Trash returns a page of the deleted contacts, the last deleted first. Search looks into names, email
// address and company.
func (s *Service) Trash(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[TrashedContact], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[TrashedContact]{}, err
	}
	if err := checkSearch(q.Search); err != nil {
		return domain.Page[TrashedContact]{}, err
	}
	return s.store.Trash(ctx, org, q)
}

// RestoreContact brings a deleted contact back. It is a Conflict when another contact has its email
// address meanwhile; NotFound when it is not in the trash.
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

// restore brings contacts back from the trash. Of two with the same email address, the one that was
// deleted last.
func (b *bulkBatch) restore(ctx context.Context) ([]JobContact, error) {
	found, err := b.store.LockTrash(ctx, b.org, b.ids)
	if err != nil {
		return nil, err
	}
	latest := map[string]TrashedContact{}
	for _, c := range found {
		if c.Email != nil && !c.DeletedAt.Before(latest[strings.ToLower(*c.Email)].DeletedAt) {
			latest[strings.ToLower(*c.Email)] = c
		}
	}
	var back []ContactID
	taken := map[ContactID]bool{}
	for _, c := range found {
		if c.TakenBy != nil || c.Email != nil && latest[strings.ToLower(*c.Email)].ID != c.ID {
			taken[c.ID] = true
			continue
		}
		back = append(back, c.ID)
	}
	if err := b.store.RestoreContacts(ctx, b.org, back); err != nil {
		return nil, err
	}
	outcomes := outcomesOf(b.ids, back, skipNotTrashed)
	for i, o := range outcomes {
		if taken[o.Contact] {
			outcomes[i].Skipped = skipEmailTaken
		}
	}
	return outcomes, b.tellAll(ctx, outcomes, EventContactRestored, nothing)
}

// erase removes contacts from the trash for ever.
func (b *bulkBatch) erase(ctx context.Context) ([]JobContact, error) {
	erased, err := b.store.EraseContacts(ctx, b.org, b.ids)
	return outcomesOf(b.ids, erased, skipNotTrashed), err
}

func nothing(JobContact) map[string]any { return nil }

// outcomesOf says which of the ids were changed; the others were passed over.
func outcomesOf(ids, changed []ContactID, why string) []JobContact {
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
