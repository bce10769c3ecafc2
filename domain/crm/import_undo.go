package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

const (
	// importUndoDays is how long an import can be undone: as long as deleted contacts are kept.
	importUndoDays = 30
	// importUndoRows is how many contacts are put back in one transaction.
	importUndoRows = 1000
)

// ImportUndo is how far the undoing of an import is, and what it did.
type ImportUndo struct {
	Was       ImportState      `json:"was"`      // what the import was before
	Changed   bool             `json:"changed"`  // also contacts go that were changed after they were imported
	After     ContactID        `json:"after"`    // where to go on
	Total     int64            `json:"total"`    // contacts that the import made or changed, and that are still known
	Done      int64            `json:"done"`     // of those
	Before    int64            `json:"before"`   // of those: done when it was last begun, after it had broken off
	Deleted   int64            `json:"deleted"`  // made by the import, now in the trash
	Kept      int64            `json:"kept"`     // made by it, changed since, and left
	Restored  int64            `json:"restored"` // changed by it, and as they were before
	Partly    int64            `json:"partly"`   // changed by it, and some of the same fields stay as they are
	Gone      int64            `json:"gone"`     // deleted by others meanwhile
	Fields    int64            `json:"fields"`   // values that stay: somebody changed them since, or the old one is taken
	Taken     int64            `json:"taken"`    // of those: another contact has the old email address or identifying value
	By        *identity.UserID `json:"by,omitempty"`
	StartedAt time.Time        `json:"startedAt"`
	EndedAt   *time.Time       `json:"endedAt,omitempty"`
}

// Pace is Job.Pace of an undoing.
func (u ImportUndo) Pace(now time.Time) (perSecond int, left time.Duration) {
	return paceOf(u.Done-u.Before, u.Total-u.Before, now.Sub(u.StartedAt))
}

// ImportUndos knows what imports did to contacts.
type ImportUndos interface {
	// CountImported counts the contacts that an import made or changed and that are still known.
	CountImported(ctx context.Context, org domain.OrgID, id ImportID) (int64, error)
	// ImportTraces returns what an import did to contacts, in the order of their ids, and keeps others
	// from changing them until the transaction ends.
	ImportTraces(ctx context.Context, org domain.OrgID, q ImportTraceQuery) ([]ImportTrace, error)
	// ApplyUndo puts contacts back and takes away what the import gave.
	ApplyUndo(ctx context.Context, org domain.OrgID, batch UndoBatch) error
}

// ImportTraceQuery asks for contacts whose turn to be put back has not come yet.
type ImportTraceQuery struct {
	Import   ImportID
	After    ContactID   // only those behind it
	Contacts []ContactID // only these; nil: all
	Limit    int
}

// ImportTrace is what an import did to a contact.
type ImportTrace struct {
	Contact Contact // as it stands now, without tags and marks; only the ID when it was deleted meanwhile
	Gone    bool
	Created bool
	At      time.Time // UpdatedAt as the import left it
	Before  map[string]any
	After   map[string]any
}

// UndoBatch is what the undoing of an import does in one transaction.
type UndoBatch struct {
	Import   ImportID
	File     string
	At       time.Time
	Delete   []ContactID
	Restore  []ImportedContact // Fields are those that get back what they had
	TakeBack []ContactID       // they lose tags, segments and marks that the import gave
	Ahead    []ContactID       // their turn has come early
	Lend     []ImportedContact // Fields are emptied until their turn comes, because others get the values back
}

// EventData begins the data of each event: which import was undone.
func (b UndoBatch) EventData() map[string]any {
	data := ImportBatch{Import: b.Import, File: b.File}.EventData()
	data["undone"] = true
	return data
}

// CanUndo says whether an import can be undone now.
func (i Import) CanUndo(now time.Time) bool {
	ended := i.State == ImportDone || i.State == ImportCancelled || i.State == ImportFailed
	return ended && i.Created+i.Updated > 0 && i.EndedAt != nil && now.Before(i.UndoUntil())
}

// UndoUntil is when an import that has ended can't be undone any more.
func (i Import) UndoUntil() time.Time {
	if i.EndedAt == nil {
		return time.Time{}
	}
	return i.EndedAt.AddDate(0, 0, importUndoDays)
}

// UndoImport sets in motion that an ended import is undone, within 30 days: contacts that it made go
// to the trash, those that it changed get back what they had, and all of them lose the tags, segments
// and marks that it gave. What somebody changed since stays, unless changed says that contacts made by
// the import go all the same. Asked again while it is being undone, it does no harm.
func (s *Service) UndoImport(ctx context.Context, org domain.OrgID, id ImportID, changed bool) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	if s.starter == nil {
		return Import{}, domain.Unavailable("Imports can't be undone here: this process knows no Temporal server.")
	}
	var imp Import
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp, err = s.store.LockImport(ctx, org, id); err != nil {
			return err
		}
		switch {
		case imp.State == ImportUndoing:
			return nil
		case imp.State == ImportUndone:
			return domain.Conflict("Import %d has been undone already.", id)
		case !imp.State.Final():
			return domain.Conflict("Import %d can't be undone: it is %s.", id, imp.State)
		case imp.Created+imp.Updated == 0:
			return domain.Conflict("Import %d changed no contact: there is nothing to undo.", id)
		case !imp.CanUndo(s.now()):
			return domain.Conflict("Import %d ended more than %d days ago and can't be undone any more.", id, importUndoDays)
		}
		if imp.Undo == nil { // else it broke off, and goes on where it was
			imp.Undo = &ImportUndo{}
			if imp.Undo.Total, err = s.store.CountImported(ctx, org, id); err != nil {
				return err
			}
		}
		imp.Undo.Was, imp.Undo.Changed, imp.Undo.StartedAt, imp.Undo.Before = imp.State, changed, s.now(), imp.Undo.Done
		if user := identity.ActorFrom(ctx).User; user != 0 {
			imp.Undo.By = &user
		}
		imp.State, imp.Error = ImportUndoing, ""
		return s.store.SaveImport(ctx, org, imp)
	})
	if err != nil {
		return Import{}, err
	}
	_ = s.starter.StartImport(ctx, org, id) // it starts by itself as soon as it can: see ResumeImports
	return imp, nil
}

// runUndo undoes an import batch by batch; after a crash it goes on where it was.
func (s *Service) runUndo(ctx context.Context, org domain.OrgID, id ImportID, progress func(Import) error) (Import, error) {
	for {
		imp, err := s.undoBatch(ctx, org, id)
		if err != nil || imp.State != ImportUndoing {
			return imp, err
		}
		if err := progress(imp); err != nil {
			return imp, err
		}
	}
}

func (s *Service) undoBatch(ctx context.Context, org domain.OrgID, id ImportID) (Import, error) {
	var imp Import
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp, err = s.store.LockImport(ctx, org, id); err != nil || imp.State != ImportUndoing {
			return err
		}
		undoing, err := s.readUndo(ctx, org, imp)
		if err != nil {
			return err
		}
		batch := undoing.plan(s.now())
		batch.Import, batch.File = id, imp.FileName
		// First those go whose values others get back.
		if err := s.trashImported(ctx, org, *imp.Undo, batch); err != nil {
			return err
		}
		if err := s.store.ApplyUndo(ctx, org, batch); err != nil {
			return err
		}
		imp.Trouble = nil
		if undoing.last {
			imp.State, imp.Undo.EndedAt = ImportUndone, &batch.At
		}
		return s.store.SaveImport(ctx, org, imp)
	})
	return imp, err
}

// trashImported moves contacts to the trash that only the import had made.
func (s *Service) trashImported(ctx context.Context, org domain.OrgID, undo ImportUndo, batch UndoBatch) error {
	if len(batch.Delete) == 0 {
		return nil
	}
	deleted, err := s.store.TrashContacts(ctx, org, batch.Delete, undo.By, batch.At)
	if err != nil {
		return err
	}
	events := make([]Event, len(deleted))
	for i, id := range deleted {
		events[i] = Event{Contact: id, Type: EventContactDeleted, Data: batch.EventData()}
	}
	_, err = s.AppendEvents(ctx, org, events)
	return err
}
