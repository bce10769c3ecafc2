package crm

import (
	"context"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
)

const (
	// importUndoMost is how many contacts are put back in one transaction when some come before their turn.
	importUndoMost = 4 * importUndoRows
	// importUndoLinks is how far it is followed who has what another needs: a column that slipped by a row
	// makes one chain of all contacts.
	importUndoLinks = 50
)

// importUndoing is the undoing of an import for some contacts, in one transaction. What only one contact
// can have may be held by another whose turn comes later: one that took over the address, or exchanged
// it. Those are taken along.
type importUndoing struct {
	undo    *ImportUndo
	keys    uniqueKeys
	traces  []ImportTrace
	turn    map[ContactID]bool   // whose traces these are
	ahead   []ContactID          // of those: taken along
	wanted  map[string]bool      // what contacts get back and only one can have, by key
	holders map[string]ContactID // who has it as yet
	lend    []ImportedContact
	links   int  // that were followed
	last    bool // nobody comes after them
}

// readUndo reads whose turn it is, and who must be put back together with them.
func (s *Service) readUndo(ctx context.Context, org domain.OrgID, imp Import) (*importUndoing, error) {
	u := &importUndoing{undo: imp.Undo, turn: map[ContactID]bool{}, wanted: map[string]bool{}, holders: map[string]ContactID{}}
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return nil, err
	}
	u.keys = uniqueKeys{set}
	traces, err := s.store.ImportTraces(ctx, org, ImportTraceQuery{Import: imp.ID, After: imp.Undo.After, Limit: importUndoRows})
	if err != nil {
		return nil, err
	}
	u.take(traces)
	if u.last = len(traces) < importUndoRows; len(traces) > 0 {
		imp.Undo.After = traces[len(traces)-1].Contact.ID
	}
	for asked := traces; len(asked) > 0; u.links++ {
		if asked, err = s.readHolders(ctx, org, imp, u, asked); err != nil {
			return nil, err
		}
	}
	return u, nil
}

func (u *importUndoing) take(traces []ImportTrace) {
	u.traces = append(u.traces, traces...)
	for _, trace := range traces {
		u.turn[trace.Contact.ID] = true
	}
}

// readHolders finds out who has the values that contacts are to get back, takes those along who give
// them away when their turn comes, and returns them.
func (s *Service) readHolders(ctx context.Context, org domain.OrgID, imp Import, u *importUndoing, asked []ImportTrace) ([]ImportTrace, error) {
	wanted := u.want(asked)
	if wanted.empty() {
		return nil, nil
	}
	holders, err := s.store.HoldersOf(ctx, org, wanted)
	if err != nil {
		return nil, err
	}
	var others []ContactID
	for _, holder := range holders {
		for _, key := range u.keys.of(holder) {
			u.holders[key] = holder.ID
		}
		if !u.turn[holder.ID] {
			others = append(others, holder.ID)
		}
	}
	if len(others) == 0 {
		return nil, nil
	}
	traces, err := s.store.ImportTraces(ctx, org, ImportTraceQuery{Import: imp.ID, After: imp.Undo.After, Contacts: others, Limit: len(others)})
	if err != nil {
		return nil, err
	}
	var along []ImportTrace
	for _, trace := range traces {
		switch gives := u.gives(trace); {
		case !gives:
		case trace.Created || u.links < importUndoLinks && len(u.traces)+len(along) < importUndoMost:
			along = append(along, trace)
			u.ahead = append(u.ahead, trace.Contact.ID)
		default:
			u.lend = append(slices.DeleteFunc(u.lend, func(c ImportedContact) bool { return c.Contact.ID == trace.Contact.ID }), u.emptied(trace))
		}
	}
	u.take(along)
	return along, nil
}

// want returns the values that contacts are to get back and that only one contact can have.
func (u *importUndoing) want(traces []ImportTrace) (values UniqueValues) {
	for _, trace := range traces {
		if trace.Gone || trace.Created {
			continue
		}
		restored, _ := trace.restore(time.Time{})
		for _, name := range restored.Fields {
			if key := u.keys.key(name, trace.Before[name]); key != "" {
				u.wanted[key] = true
				values.add(u.keys, name, trace.Before[name])
			}
		}
	}
	return values
}

// gives says whether a contact will lose something that is wanted when its turn comes.
func (u *importUndoing) gives(trace ImportTrace) bool {
	if trace.Created {
		return u.undo.deletes(trace)
	}
	return len(u.emptied(trace).Fields) > 0
}

// emptied takes from a contact what is wanted and what its turn will take from it.
func (u *importUndoing) emptied(trace ImportTrace) ImportedContact {
	lender := ImportedContact{Contact: trace.Contact, Before: trace.Contact}
	restored, _ := trace.restore(time.Time{})
	for _, name := range restored.Fields {
		if u.wanted[u.keys.key(name, trace.Contact.value(name))] {
			lender.Contact.setValue(name, nil)
			lender.Fields = append(lender.Fields, name)
		}
	}
	return lender
}

// plan decides what becomes of the contacts, and counts them.
func (u *importUndoing) plan(now time.Time) UndoBatch {
	batch := UndoBatch{At: now, Ahead: u.ahead, Lend: u.lend}
	var back []*undoneContact
	for _, trace := range u.traces {
		u.undo.Done++
		switch {
		case trace.Gone:
			u.undo.Gone++
		case trace.Created && u.undo.deletes(trace):
			u.undo.Deleted++
			batch.Delete = append(batch.Delete, trace.Contact.ID)
		case trace.Created:
			u.undo.Kept++
			batch.TakeBack = append(batch.TakeBack, trace.Contact.ID)
		default:
			batch.TakeBack = append(batch.TakeBack, trace.Contact.ID)
			restored, stay := trace.restore(now)
			back = append(back, &undoneContact{ImportedContact: restored, stay: stay})
		}
	}
	u.settle(back, batch.Delete)
	for _, contact := range back {
		u.undo.count(contact)
		if len(contact.Fields) > 0 {
			batch.Restore = append(batch.Restore, contact.ImportedContact)
		}
	}
	return batch
}

// undoneContact is a contact that gets back what it had.
type undoneContact struct {
	ImportedContact
	stay  int // fields that somebody changed since
	taken int // fields whose old value somebody else has
}

// leave lets a field as it is.
func (c *undoneContact) leave(name string) {
	c.Contact.setValue(name, c.Before.value(name))
	c.Fields = slices.DeleteFunc(c.Fields, func(field string) bool { return field == name })
	c.taken++
}

// settle leaves fields as they are whose old values others have and keep. Each of them may be in the
// way of another, so it looks until all fit.
func (u *importUndoing) settle(back []*undoneContact, deleted []ContactID) {
	for fits := false; !fits; {
		fits = true
		holders := u.keepers(back, deleted)
		for _, contact := range back {
			for _, name := range slices.Clone(contact.Fields) {
				key := u.keys.key(name, contact.Contact.value(name))
				if key == "" {
					continue
				}
				if other, taken := holders[key]; taken && other != contact.Contact.ID {
					contact.leave(name)
					fits = false
					continue
				}
				holders[key] = contact.Contact.ID
			}
		}
	}
}

// keepers are those who have a value and do not lose it.
func (u *importUndoing) keepers(back []*undoneContact, deleted []ContactID) map[string]ContactID {
	keep, gone := make(map[string]ContactID, len(u.holders)), make(map[ContactID]bool, len(deleted))
	for _, id := range deleted {
		gone[id] = true
	}
	for key, holder := range u.holders {
		if !gone[holder] {
			keep[key] = holder
		}
	}
	free := func(contact ImportedContact) {
		for _, name := range contact.Fields {
			if key := u.keys.key(name, contact.Before.value(name)); keep[key] == contact.Contact.ID {
				delete(keep, key)
			}
		}
	}
	for _, contact := range back {
		free(contact.ImportedContact)
	}
	for _, lender := range u.lend {
		free(lender)
	}
	return keep
}

// deletes says whether a contact that the import made goes to the trash.
func (u *ImportUndo) deletes(trace ImportTrace) bool {
	return u.Changed || trace.Contact.UpdatedAt.Equal(trace.At)
}

func (u *ImportUndo) count(contact *undoneContact) {
	u.Fields += int64(contact.stay + contact.taken)
	u.Taken += int64(contact.taken)
	if contact.stay+contact.taken > 0 {
		u.Partly++
		return
	}
	u.Restored++
}

// restore gives the fields back what they had that are still as the import left them, and says how
// many are not.
func (t ImportTrace) restore(now time.Time) (restored ImportedContact, stay int) {
	restored = ImportedContact{Contact: t.Contact, Before: t.Contact}
	for _, name := range sortedNames(t.After) {
		switch {
		case sameValue(t.Contact.value(name), t.Before[name]): // it is so already
		case sameValue(t.Contact.value(name), t.After[name]):
			restored.Contact.setValue(name, t.Before[name])
			restored.Fields = append(restored.Fields, name)
		default:
			stay++
		}
	}
	restored.Contact.UpdatedAt = now
	return restored, stay
}
