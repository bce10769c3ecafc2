package messaging

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// StopID names a stop.
type StopID int64

// Stop is a warning about, or the pause of, a campaign or a sender domain.
type Stop struct {
	ID        StopID
	Scope     Scope
	Subject   string // the campaign's id, or the domain
	Level     Level
	Rule      Measure
	Reason    domain.Kept // a sentence for marketers
	Sent      int         // the evidence: so many in the window …
	Faults    int         // … and so many that came back
	CreatedAt time.Time
	LiftedAt  *time.Time
	LiftedBy  string
}

// Campaign is the id of the campaign that is stopped; 0 for a domain.
func (s Stop) Campaign() int64 {
	if s.Scope != ScopeCampaign {
		return 0
	}
	id, _ := strconv.ParseInt(s.Subject, 10, 64)
	return id
}

// StopQuery asks for a page of stops, newest first. Zero fields do not filter.
type StopQuery struct {
	domain.PageQuery
	Scope Scope
	Open  bool // only those that nobody has lifted
}

// Watched is a subject whose rates are to be looked at.
type Watched struct {
	Org domain.OrgID
	Subject
}

// StopsKept keeps the stops.
type StopsKept interface {
	// PutStop stores what was found about a subject. Of one that is stopped already only a
	// warning becomes a pause; it says whether something is new.
	PutStop(ctx context.Context, org domain.OrgID, subject Subject, found Finding) (bool, error)
	Stop(ctx context.Context, org domain.OrgID, id StopID) (Stop, error)
	Stops(ctx context.Context, org domain.OrgID, q StopQuery) (domain.Page[Stop], error)
	// OpenStop returns what is open about a subject, and false when nothing is.
	OpenStop(ctx context.Context, org domain.OrgID, subject Subject) (Stop, bool, error)
	// LiftStops ends what is open about a subject; from then on its rates are counted anew.
	// Nothing open is no error.
	LiftStops(ctx context.Context, org domain.OrgID, subject Subject, by string) error
	// EndWarning ends a warning whose rate has sunk. Its rates go on being counted.
	EndWarning(ctx context.Context, org domain.OrgID, subject Subject) error
}

// CampaignPauser pauses campaigns. The campaigns themselves implement it.
type CampaignPauser interface {
	// PauseBecause pauses a campaign that is active and shows why. One that is not is left alone.
	PauseBecause(ctx context.Context, org domain.OrgID, campaign int64, reason domain.Kept) error
}

// PauseBy sets who pauses campaigns. Call it while wiring.
func (s *Service) PauseBy(p CampaignPauser) { s.pauser = p }

// SenderGate returns the gate that holds marketing messages of paused sender domains.
func (s *Service) SenderGate() Gate { return senderGate{s} }

type senderGate struct{ s *Service }

const (
	// senderLook is how often a held message looks whether its sender is released; they come
	// back over as long a time.
	senderLook = 10 * time.Minute
	// senderFree is how long a process goes by having seen that a sender is not paused: it is
	// asked for before each send, and seldom changes.
	senderFree = 5 * time.Second
)

// orgSubject is a subject of an organization.
type orgSubject struct {
	org     domain.OrgID
	subject Subject
}

// Judge implements Gate.
func (g senderGate) Judge(ctx context.Context, org domain.OrgID, m Message, _ crm.Contact) (Verdict, error) {
	if m.Class != ClassMarketing || m.SenderDomain == "" {
		return Verdict{}, nil
	}
	asked := orgSubject{org, Subject{ScopeDomain, m.SenderDomain}}
	if seen, ok := g.s.free.get(asked); ok && time.Since(seen) < senderFree {
		return Verdict{}, nil
	}
	stop, ok, err := g.s.store.OpenStop(ctx, org, asked.subject)
	switch {
	case err != nil:
		return Verdict{}, err
	case !ok || stop.Level != LevelPaused:
		g.s.free.put(asked, time.Now()) // the service's clock may be a test's
		return Verdict{}, nil
	}
	return Verdict{
		Hold: true, Until: g.s.now().Add(senderLook + jitter(m.Sid, senderLook)),
		Reason: domain.Keep("Sending from %s is paused: %s", m.SenderDomain, stop.Reason.Phrase()),
	}, nil
}

// Stops lists warnings and pauses.
func (s *Service) Stops(ctx context.Context, org domain.OrgID, q StopQuery) (domain.Page[Stop], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[Stop]{}, err
	}
	return s.store.Stops(ctx, org, q)
}

// Stop returns one; NotFound when it is absent or another organization's.
func (s *Service) Stop(ctx context.Context, org domain.OrgID, id StopID) (Stop, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Stop{}, err
	}
	return s.store.Stop(ctx, org, id)
}

// LiftStop lets a sender domain go on, or ends a warning. What happened before does not count any more.
// A campaign is let go on by resuming it.
func (s *Service) LiftStop(ctx context.Context, org domain.OrgID, id StopID) (Stop, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return Stop{}, err
	}
	stop, err := s.store.Stop(ctx, org, id)
	switch {
	case err != nil:
		return Stop{}, err
	case stop.LiftedAt != nil:
		return Stop{}, domain.Conflict("Somebody lifted this already.")
	case stop.Scope == ScopeCampaign && stop.Level == LevelPaused:
		return Stop{}, domain.Conflict("The campaign is paused. Resume it on its page, once its cause is mended.")
	}
	err = s.store.LiftStops(ctx, org, Subject{stop.Scope, stop.Subject}, operatorName(identity.ActorFrom(ctx)))
	if err != nil {
		return Stop{}, err
	}
	return s.store.Stop(ctx, org, id)
}

// CampaignResumed tells that somebody let a campaign go on: what happened before does not count any
// more.
func (s *Service) CampaignResumed(ctx context.Context, org domain.OrgID, campaign int64) error {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return err
	}
	subject := Subject{ScopeCampaign, strconv.FormatInt(campaign, 10)}
	return s.store.LiftStops(ctx, org, subject, operatorName(identity.ActorFrom(ctx)))
}

// WatchReputation counts what was sent since the last time and holds the rates of campaigns and sender
// domains, of all organizations, against the rules. Several processes may run it; one does the work.
func (s *Service) WatchReputation(ctx context.Context) error {
	defer s.free.forget() // what it pauses holds at once
	if err := s.store.CountSent(ctx); err != nil {
		return err
	}
	watched, err := s.store.WithFaults(ctx, windowTime)
	if err != nil {
		return err
	}
	for _, w := range watched {
		ctx := identity.WithActor(ctx, identity.System(w.Org))
		if err := s.watch(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) watch(ctx context.Context, w Watched) error {
	minutes, err := s.store.Minutes(ctx, w.Org, w.Subject, windowLimit)
	if err != nil {
		return err
	}
	found := JudgeRates(w.Scope, minutes, s.now())
	if found.Level == "" {
		return s.store.EndWarning(ctx, w.Org, w.Subject)
	}
	return s.tx.InTx(ctx, w.Org, func(ctx context.Context) error {
		fresh, err := s.store.PutStop(ctx, w.Org, w.Subject, found)
		if err != nil || !fresh {
			return err
		}
		s.log.WarnContext(ctx, "a sender's rate is too high", slog.Int64("org", int64(w.Org)), slog.String("scope", string(w.Scope)),
			slog.String("subject", w.Subject.Subject), slog.String("level", string(found.Level)), slog.String("rule", string(found.Measure)),
			slog.Int("sent", found.Sent), slog.Int("faults", found.Faults))
		if found.Level != LevelPaused || w.Scope != ScopeCampaign || s.pauser == nil {
			return nil
		}
		return s.pauser.PauseBecause(ctx, w.Org, Stop{Scope: w.Scope, Subject: w.Subject.Subject}.Campaign(), found.Reason)
	})
}
