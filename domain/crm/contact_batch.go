package crm

import (
	"context"
	"errors"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// MaxContactBatch is how many contacts may be changed in one batch.
const MaxContactBatch = 200

// BatchAction says what an item of a batch does.
type BatchAction string

// The actions.
const (
	BatchCreate BatchAction = "create"
	BatchUpdate BatchAction = "update"
	BatchUpsert BatchAction = "upsert" // by email address
	BatchDelete BatchAction = "delete"
)

// BatchItem is one change of a batch.
type BatchItem struct {
	Action     BatchAction
	ID         ContactID    // of the contact to update or delete
	Input      ContactInput // to create or upsert
	Patch      ContactPatch // to update
	RemoveTags []string     // from a contact that is there; Input.Tags are added
}

// BatchResult says what became of an item.
type BatchResult struct {
	Contact *Contact // as it is now; nil after a deletion or an error
	Created bool
	Err     error // why it was not done; ErrNotDone when that is another item's fault
}

// ErrNotDone is the error of items that were taken back because another one failed.
var ErrNotDone = domain.Conflict("This was not done, because another item of the batch was refused.")

// ChangeContacts carries out up to 200 changes in their order, each by its own use case, and returns
// a result for each. With whole, all are done or none. The error is about the batch itself, or
// something that is not the caller's fault.
func (s *Service) ChangeContacts(ctx context.Context, org domain.OrgID, items []BatchItem, whole bool) ([]BatchResult, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return nil, err
	}
	if len(items) == 0 || len(items) > MaxContactBatch {
		return nil, domain.Invalid("items", "Send between 1 and %d items at once; these are %d.", MaxContactBatch, len(items))
	}
	results := make([]BatchResult, len(items))
	each := func(ctx context.Context) error {
		for i, item := range items {
			err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
				results[i], err = s.changeOne(ctx, org, item)
				return err
			})
			if err != nil && domain.KindOf(err) == "" {
				return err
			}
			if results[i].Err = err; err != nil && whole {
				return errRefused
			}
		}
		return nil
	}
	if !whole {
		return results, each(ctx)
	}
	err := s.tx.InTx(ctx, org, each)
	if !errors.Is(err, errRefused) {
		return results, err
	}
	for i := range results {
		if results[i].Err == nil {
			results[i] = BatchResult{Err: ErrNotDone}
		}
	}
	return results, nil
}

// errRefused rolls a batch back.
var errRefused = errors.New("an item of the batch was refused")

func (s *Service) changeOne(ctx context.Context, org domain.OrgID, item BatchItem) (BatchResult, error) {
	var result BatchResult
	var contact Contact
	var err error
	switch item.Action {
	case BatchCreate:
		result.Created = true
		contact, err = s.CreateContact(ctx, org, item.Input)
	case BatchUpsert:
		contact, result.Created, err = s.UpsertContact(ctx, org, item.Input)
	case BatchUpdate:
		contact, err = s.changeContact(ctx, org, item.ID, item.Patch, TagChange{Add: item.Input.Tags, Remove: item.RemoveTags})
	case BatchDelete:
		return result, s.DeleteContact(ctx, org, item.ID)
	default:
		err = domain.Invalid("action", "The action must be create, update, upsert or delete.")
	}
	if err != nil {
		return BatchResult{}, err
	}
	result.Contact = &contact
	return result, nil
}
