package campaign

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// runGrace is how long an activity may be under way before the reconciler has a look.
const runGrace = 10 * time.Minute

// parkLook is how long a paused journey sleeps before it looks again by itself: its campaign or
// its contact may have been deleted meanwhile, and then nobody is left to wake it.
const parkLook = 7 * 24 * time.Hour

// contactDeleted is the outcome of journeys whose contact is in the trash when they go on. Restored
// before that, the contact goes on as if nothing had been.
var contactDeleted = domain.Keep("The contact was deleted.")

// Advance answers a workflow's question: what now? It is one transaction. A question that was
// already answered gets the stored answer again, so that a repeated call, a reset workflow and a
// restarted one never do anything twice. An error means: ask again.
func (s *Service) Advance(ctx context.Context, ask Advance) (Instruction, error) {
	ctx = identity.WithActor(ctx, identity.System(ask.Org))
	ctx = domain.WithLog(ctx, slog.Int64("journey", int64(ask.Journey)), slog.Int("seq", ask.Seq))
	failed := map[StepID]error{}
	for {
		answer, err := s.advance(ctx, ask, failed)
		var failure stepError
		if errors.As(err, &failure) && failed[failure.step] == nil {
			failed[failure.step] = failure.err // pass it by, in a fresh transaction
			continue
		}
		if err != nil {
			s.Log.WarnContext(ctx, "a journey can't advance now and will be asked again", "error", err)
			return Instruction{}, err
		}
		return s.lookAgain(ctx, ask, answer)
	}
}

// stepError is a step whose rule was broken, such as an address that another contact has. The
// step is passed by with that as its outcome; it does not hold up the journey.
type stepError struct {
	step StepID
	err  error
}

func (f stepError) Error() string { return fmt.Sprintf("step %s: %v", f.step, f.err) }
func (f stepError) Unwrap() error { return f.err }

func (s *Service) advance(ctx context.Context, ask Advance, failed map[StepID]error) (answer Instruction, err error) {
	err = s.Tx.InTx(ctx, ask.Org, func(ctx context.Context) error {
		locked, err := s.Store.LockJourney(ctx, ask.Org, ask.Journey)
		if domain.KindOf(err) == domain.KindNotFound {
			answer = Instruction{Seq: ask.Seq, Do: DoEnd, Outcome: "The contact or the campaign was deleted."}
			return nil
		}
		if err != nil {
			return fmt.Errorf("lock journey: %w", err)
		}
		if locked.Answer != nil && (locked.Seq >= ask.Seq || locked.State == JourneyEnded) {
			answer = *locked.Answer
			return nil
		}
		a := advancing{Service: s, ask: ask, journey: locked.Journey, failed: failed}
		if answer, err = a.run(ctx, locked); err != nil {
			return err
		}
		return a.save(ctx, &answer)
	})
	return answer, err
}

// advancing is one Advance under way.
type advancing struct {
	*Service
	ask     Advance
	journey Journey
	failed  map[StepID]error
	change  Change
	walked  []Walked
}

// run walks from step to step until one of them has to wait.
func (a *advancing) run(ctx context.Context, locked LockedJourney) (Instruction, error) {
	a.change.Counters = map[StepID]Count{}
	switch {
	case locked.ContactGone:
		return a.abandon(ctx, contactDeleted)
	case locked.CampaignState == StatePaused:
		return Instruction{Do: DoPark, Summary: domain.Mark("Campaign paused"), Until: a.ask.Now.Add(parkLook)}, nil
	case locked.CampaignState == StateArchived:
		return a.abandon(ctx, domain.Keep("The campaign was archived."))
	}
	zone, err := time.LoadLocation(locked.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	key := versionKey{org: a.journey.Org, campaign: a.journey.Campaign, version: a.journey.Version}
	route, err := a.route(ctx, key)
	if err != nil {
		return Instruction{}, err
	}
	if a.journey.Cursor == "" {
		a.arrive(route.first)
	}
	walker := &Walker{Service: a.Service, Journey: &a.journey, Now: a.ask.Now, Zone: zone, Happened: a.ask.Happened, route: route}
	for a.journey.Cursor != "" {
		step := route.steps[a.journey.Cursor]
		walker.Step = step
		move, err := a.walk(ctx, walker)
		if err != nil {
			return Instruction{}, err
		}
		if move.do != "" && move.do != DoEnd {
			return a.instruct(move), nil
		}
		a.pass(step, move)
		if move.do == DoEnd {
			return a.end(move.outcome), nil
		}
		a.arrive(next(route, step.ID, move.branch))
		walker.Happened = Happened{}
	}
	return a.end(domain.Keep("Completed.")), nil
}

func next(r *route, step StepID, branch string) StepID {
	if branch == "" {
		return r.after[step]
	}
	return r.into[step][branch]
}

func (a *advancing) walk(ctx context.Context, w *Walker) (Move, error) {
	if err := a.failed[w.Step.ID]; err != nil {
		move := Next(domain.Keep("Passed by: %s", domain.PhraseOf(err)))
		if len(w.Step.Branches) > 0 {
			move.branch = No
		}
		return move, nil
	}
	move, err := w.Step.Settings.Walk(ctx, w)
	if err != nil && domain.KindOf(err) != "" && domain.KindOf(err) != domain.KindUnavailable {
		return Move{}, stepError{step: w.Step.ID, err: err}
	}
	return move, err
}

// arrive puts the cursor on a step; "" is the end of the flow.
func (a *advancing) arrive(step StepID) {
	a.count(a.journey.Cursor, -1, 0)
	a.count(step, 1, 0)
	a.journey.Cursor = step
	a.journey.Memory.moveOn()
}

// pass logs a step that is done.
func (a *advancing) pass(step Step, move Move) {
	a.count(step.ID, 0, 1)
	entry := LogEntry{
		Seq: a.journey.Seq + 1, StepID: step.ID, Kind: step.Kind, Label: step.Phrase().Kept(),
		Outcome: move.outcome, Branch: move.branch, OccurredAt: a.ask.Now,
	}
	if move.message != 0 {
		entry.MessageID = &move.message
	}
	a.change.Log = append(a.change.Log, entry)
	a.walked = append(a.walked, Walked{Step: step.ID, Label: entry.Label.English(), Outcome: move.outcome.English()})
}

func (a *advancing) count(step StepID, here, passed int) {
	if step == "" {
		return
	}
	c := a.change.Counters[step]
	a.change.Counters[step] = Count{Here: c.Here + here, Passed: c.Passed + passed}
}

// abandon ends the journey for a reason, and the message or call that it may be about.
func (a *advancing) abandon(ctx context.Context, reason domain.Kept) (Instruction, error) {
	if message := a.journey.Memory.Message; message != 0 {
		if err := a.Messaging.Abandon(ctx, a.journey.Org, message, reason); err != nil {
			return Instruction{}, fmt.Errorf("abandon message: %w", err)
		}
	}
	if call := a.journey.Memory.Call; call != 0 {
		if err := a.Store.RecordCall(ctx, a.journey.Org, call, CallResult{State: CallFailed, Reason: reason}); err != nil {
			return Instruction{}, fmt.Errorf("end call: %w", err)
		}
	}
	return a.end(reason), nil
}

// instruct turns the move of a step that has to wait into the workflow's instruction. Temporal gets the
// English of what it does; the journey keeps the rest.
func (a *advancing) instruct(move Move) Instruction {
	a.journey.Memory.Doing = ""
	if doing := move.doing.Kept(); string(doing) != doing.English() {
		a.journey.Memory.Doing = doing
	}
	answer := Instruction{Do: move.do, Summary: move.doing.String(), Until: move.until, Activity: move.activity, Message: move.message, Call: move.call}
	if move.do == DoWait {
		move.awaits.Contact = a.journey.Contact
		answer.Awaits = &move.awaits
		a.change.Wait = &move.awaits
	}
	return answer
}

func (a *advancing) end(outcome domain.Kept) Instruction {
	a.arrive("")
	a.change.Counters[""] = Count{Here: -1, Passed: 1}
	a.journey.State = JourneyEnded
	a.journey.Outcome = outcome
	a.journey.EndedAt = &a.ask.Now
	return Instruction{Do: DoEnd, Outcome: outcome.English()}
}

// save writes the answer with all that led to it.
func (a *advancing) save(ctx context.Context, answer *Instruction) error {
	j := &a.journey
	j.Seq++
	answer.Seq, answer.Walked = j.Seq, a.walked
	j.Answer = answer
	a.change.Unwait = j.Memory.Waits
	j.Memory.Waits = a.change.Wait != nil
	j.Parked = answer.Do == DoPark
	j.Due = a.due(*answer)
	if j.State != JourneyEnded {
		j.State = JourneyOpen
	}
	if j.StartedAt == nil {
		j.StartedAt = &a.ask.Now
	}
	if err := a.Store.SaveAdvance(ctx, *j, a.change); err != nil {
		return fmt.Errorf("save journey: %w", err)
	}
	return nil
}

// due is when the workflow must have come back by itself; nil when only a signal wakes it.
func (a *advancing) due(answer Instruction) *time.Time {
	switch answer.Do {
	case DoSleep, DoWait:
		return &answer.Until
	case DoRun:
		due := a.ask.Now.Add(runGrace)
		return &due
	default:
		return nil
	}
}

// lookAgain closes the gap between looking for an event and registering the wait for it: an event
// that was committed in between found no wait to signal, but a fresh look finds the event.
func (s *Service) lookAgain(ctx context.Context, ask Advance, answer Instruction) (Instruction, error) {
	if answer.Do != DoWait || answer.Awaits == nil {
		return answer, nil
	}
	wait := answer.Awaits
	match := crm.EventMatch{Contact: wait.Contact, Type: wait.Type, Since: wait.Since}
	if wait.Message != 0 {
		about := int64(wait.Message)
		match.MessageID = &about
	}
	event, found, err := s.CRM.FindEvent(ctx, ask.Org, match)
	if err != nil {
		return Instruction{}, fmt.Errorf("look again for the event: %w", err)
	}
	if found {
		answer.Found = event.ID
	}
	return answer, nil
}
