package crm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"sync"

	"github.com/mauntic/mauntic/domain"
)

// runBatches imports or tries a file, batch by batch. While the database works on a batch, the one
// before it ends and the one after it is read and checked.
func (s *Service) runBatches(ctx context.Context, org domain.OrgID, imp Import, reader *rowReader, progress func(Import) error) (Import, error) {
	run := importRun{Service: s, org: org, imp: imp, reader: reader}
	var turns sync.WaitGroup
	defer turns.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := func(turn *importTurn) (more bool, err error) {
		<-turn.ended
		if turn.err != nil {
			return false, turn.err
		}
		imp = turn.imp
		return imp.State.reads(), progress(imp)
	}
	var last *importTurn
	for read := range s.readBatches(ctx, org, imp, reader) {
		if read.err != nil {
			return imp, fmt.Errorf("read rows: %w", read.err)
		}
		turn := run.turn(last, read)
		turns.Go(func() { run.take(ctx, turn) })
		if last != nil {
			if more, err := ended(last); err != nil || !more {
				return imp, err
			}
		}
		last = turn
	}
	if last != nil {
		if _, err := ended(last); err != nil {
			return imp, err
		}
	}
	return imp, ctx.Err()
}

// importTurn is a batch on its way into the database. Two of them are under way at once, each in a
// transaction of its own: one connection keeps only one processor busy. What becomes of a row depends
// on the rows before it, and what an import has done must be the beginning of its file. So the later
// batch looks for its contacts when the earlier one has claimed all that both could want, or, where
// both are about the same people, when it has ended; and it is committed after it.
type importTurn struct {
	number   int // from 1
	read     batchRead
	plan     *importPlan
	lookup   ImportLookup
	before   *importTurn        // nil: nothing is under way
	keys     map[string]bool    // what its rows say of themselves that only one contact can have
	contacts map[ContactID]bool // those it has locked; to be read once it has claimed them
	claim    func()             // says that it waits for no lock any more that a later batch may hold
	claimed  chan struct{}
	ended    chan struct{}
	imp      Import // as the batch left it
	err      error  // why the batch was not kept
}

// errBefore ends a batch whose predecessor was not kept.
var errBefore = errors.New("the batch before failed")

// follow waits until the batch before has claimed what it needs or, for the whole of it, has ended.
func (t *importTurn) follow(ctx context.Context, whole bool) error {
	if t.before == nil {
		return ctx.Err()
	}
	until := t.before.claimed
	if whole {
		until = t.before.ended
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-until:
	}
	if whole && t.before.err != nil {
		return errBefore
	}
	return nil
}

// meets says whether rows of both batches may be about the same contact.
func (t *importTurn) meets() bool {
	if t.before == nil {
		return false
	}
	for key := range t.keys {
		if t.before.keys[key] {
			return true
		}
	}
	return false
}

// touches says whether the batch before has locked one of the contacts.
func (t *importTurn) touches(targets []ImportTarget) bool {
	if t.before == nil {
		return false
	}
	for _, target := range targets {
		if t.before.contacts[target.ID] {
			return true
		}
	}
	return false
}

// importRun is the work on one import, from where it stood.
type importRun struct {
	*Service
	org    domain.OrgID
	imp    Import
	reader *rowReader
}

func (r *importRun) turn(before *importTurn, read batchRead) *importTurn {
	turn := &importTurn{number: 1, read: read, plan: newPlan(r.reader, r.now()), before: before, claimed: make(chan struct{}), ended: make(chan struct{})}
	if before != nil {
		turn.number += before.number
	}
	turn.lookup = turn.plan.lookup(r.imp.ID, read.rows, !r.tries())
	turn.keys = turn.lookup.keys()
	turn.claim = sync.OnceFunc(func() { close(turn.claimed) })
	return turn
}

// errOver takes a batch back of an import that was cancelled meanwhile.
var errOver = errors.New("the import is over")

// take imports a batch, or tries it, unless the import has moved on or ended meanwhile.
func (r *importRun) take(ctx context.Context, turn *importTurn) {
	defer close(turn.ended)
	defer turn.claim()
	defer func() { turn.before = nil }() // or every batch would be kept in memory
	if turn.err = r.prepare(ctx, turn); turn.err != nil {
		return
	}
	turn.err = r.tx.InTx(ctx, r.org, func(ctx context.Context) error {
		if err := r.decide(ctx, turn); err != nil {
			return err
		}
		if err := r.keep(ctx, turn); err != nil {
			return err
		}
		if err := turn.follow(ctx, true); err != nil {
			return err
		}
		return r.advance(ctx, turn)
	})
	if errors.Is(turn.err, errOver) {
		turn.err = nil
	}
}

// prepare waits for the batch before, as far as needed.
func (r *importRun) prepare(ctx context.Context, turn *importTurn) error {
	doubled := turn.number > 1 && doubles(turn.number)
	switch err := turn.follow(ctx, r.tries() || doubled || turn.meets()); {
	case err != nil || !doubled:
		return err
	case r.tries():
		return r.store.TrialGrew(ctx)
	}
	return r.store.ContactsGrew(ctx)
}

// doubles says whether there is twice as much after so many batches as when it said so before.
func doubles(batches int) bool { return bits.OnesCount(uint(batches)) == 1 }

// tries says whether this is a dry run. Its batches follow each other one by one.
func (r *importRun) tries() bool { return r.imp.State == ImportChecking }

// decide finds the contacts that the rows of a batch are about, and decides what becomes of each row.
func (r *importRun) decide(ctx context.Context, turn *importTurn) error {
	if r.tries() {
		if err := r.knowTrial(ctx, r.org, r.imp.ID, turn.plan, slices.Collect(maps.Keys(turn.keys))); err != nil {
			return err
		}
	}
	targets, err := r.store.ImportTargets(ctx, r.org, turn.lookup)
	if err == nil && turn.touches(targets) {
		// They were found as they were before the batch before.
		if err := turn.follow(ctx, true); err != nil {
			return err
		}
		targets, err = r.store.ImportTargets(ctx, r.org, turn.lookup)
	}
	if err != nil {
		return err
	}
	turn.contacts = make(map[ContactID]bool, len(targets))
	for _, target := range targets {
		turn.contacts[target.ID] = true
		turn.plan.know(target, false)
	}
	for _, row := range turn.read.rows {
		turn.plan.take(row)
	}
	return nil
}

// keep stores what a plan has decided about contacts.
func (r *importRun) keep(ctx context.Context, turn *importTurn) error {
	if r.tries() {
		return r.keepTrial(ctx, r.org, r.imp.ID, turn.plan)
	}
	batch := ImportBatch{Import: r.imp.ID, File: r.imp.FileName, At: turn.plan.at}
	batch.Contacts = make([]ImportedContact, 0, len(turn.plan.contacts))
	for _, contact := range turn.plan.contacts {
		if contact.Changed() || len(contact.Repeats) > 0 {
			batch.Contacts = append(batch.Contacts, *contact)
		}
	}
	return r.store.ApplyImport(ctx, r.org, batch, turn.claim)
}

// advance moves the import on to the rows after a batch.
func (r *importRun) advance(ctx context.Context, turn *importTurn) error {
	imp, err := r.store.LockImport(ctx, r.org, r.imp.ID)
	if err != nil {
		return err
	}
	turn.imp = imp
	switch {
	case !imp.State.reads():
		return errOver
	case imp.BytesDone != turn.read.from || (imp.State == ImportChecking) != r.tries():
		return fmt.Errorf("import %d goes on at byte %d, not %d: somebody else works on it", imp.ID, imp.BytesDone, turn.read.from)
	}
	if !r.tries() {
		for _, rejects := range [][]Reject{turn.read.rejects, turn.plan.rejects} {
			if err := r.store.AddRejects(ctx, r.org, imp.ID, rejects); err != nil {
				return err
			}
		}
	}
	imp.count(turn.plan, turn.read)
	switch {
	case !turn.read.last:
		if imp.State == ImportQueued {
			imp.State = ImportRunning
		}
		err = r.store.SaveImport(ctx, r.org, imp)
	case r.tries():
		imp, err = r.endTrial(ctx, r.org, imp, imp.trial(turn.plan.at), "")
	default:
		imp.BytesDone = imp.Bytes // what is left are blank lines
		imp, err = r.endImport(ctx, r.org, imp, ImportDone, "")
	}
	turn.imp = imp
	return err
}
