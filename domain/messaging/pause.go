package messaging

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// Pause says why the whole installation sends nothing. A restore leaves one behind: what went out
// after the backup was made is forgotten, and would go out again.
type Pause struct {
	Reason domain.Kept // a sentence
	Since  time.Time
}

// PausedByOperator is why sending is paused when whoever pauses it says nothing else.
var PausedByOperator = domain.Mark("An operator has paused it.")

// PausedByRestore is why nothing is sent after a backup that was made at a time was restored.
func PausedByRestore(made time.Time) domain.Kept {
	return domain.Keep("This installation was restored from a backup of %s UTC, and does not know what was sent after that.",
		domain.Moment{At: made.UTC().Truncate(time.Minute), Layout: "2 January 2006, 15:04"})
}

// Pauses is the port for the pause of the installation.
type Pauses interface {
	SendingPause(ctx context.Context) (*Pause, error) // nil: sending goes on
	PauseSending(ctx context.Context, reason domain.Kept) error
	ResumeSending(ctx context.Context) (changed bool, err error)
}

const (
	// pauseKnown is how long a process may go on as before when another one pauses or resumes.
	pauseKnown = time.Second
	// A message is put off for a quarter of the time that the pause has lasted, within these bounds.
	// The same again is spread over messages, so that a resumed installation doesn't send
	// everything in one second.
	shortestLook = 30 * time.Second
	longestLook  = 5 * time.Minute
)

// pauseGate holds back everything but tests while the installation is paused.
type pauseGate struct {
	store Pauses
	now   func() time.Time

	mu    sync.Mutex
	known *Pause
	until time.Time // known is true until then
}

var _ Gate = (*pauseGate)(nil)

// Judge implements Gate.
func (g *pauseGate) Judge(ctx context.Context, _ domain.OrgID, m Message, _ crm.Contact) (Verdict, error) {
	pause, err := g.pause(ctx)
	if err != nil || pause == nil {
		return Verdict{}, err
	}
	look := min(max(g.now().Sub(pause.Since)/4, shortestLook), longestLook)
	spread := look * time.Duration(m.ID%100) / 100
	return Verdict{Hold: true, Until: g.now().Add(look + spread), Reason: domain.Keep("Sending is paused. %s", pause.Reason.Phrase())}, nil
}

// pause is read again every second: one more statement in each claim would be felt.
func (g *pauseGate) pause(ctx context.Context) (*Pause, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Now().Before(g.until) {
		return g.known, nil
	}
	pause, err := g.store.SendingPause(ctx)
	if err != nil {
		return nil, err
	}
	g.known, g.until = pause, time.Now().Add(pauseKnown)
	return pause, nil
}

func (g *pauseGate) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until = time.Time{}
}

// SendingPause returns why the installation sends nothing; nil while it does. Everybody who is
// signed in may know.
func (s *Service) SendingPause(ctx context.Context) (*Pause, error) {
	if !identity.ActorFrom(ctx).SignedIn() {
		return nil, domain.Unauthorized("Log in first.")
	}
	return s.pause.pause(ctx)
}

// PauseSending holds back all messages of all organizations, within a second. The reason is a
// sentence; everybody reads it.
func (s *Service) PauseSending(ctx context.Context, reason string) error {
	if err := requireOperator(ctx); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return domain.Invalid("reason", "Say why sending is paused: everybody will read it.")
	}
	defer s.pause.forget()
	if err := s.store.PauseSending(ctx, domain.KeepWords(reason)); err != nil {
		return fmt.Errorf("pause sending: %w", err)
	}
	s.log.WarnContext(ctx, "sending was paused", "reason", reason, "user", identity.ActorFrom(ctx).User)
	return nil
}

// ResumeSending lets messages go again. Those that were held back go out within ten minutes. It
// says whether sending was paused.
func (s *Service) ResumeSending(ctx context.Context) (bool, error) {
	if err := requireOperator(ctx); err != nil {
		return false, err
	}
	defer s.pause.forget()
	changed, err := s.store.ResumeSending(ctx)
	if err != nil {
		return false, fmt.Errorf("resume sending: %w", err)
	}
	if changed {
		s.log.WarnContext(ctx, "sending was resumed", "user", identity.ActorFrom(ctx).User)
	}
	return changed, nil
}

// requireOperator asks for somebody who operates the installation, whose organization is any.
func requireOperator(ctx context.Context) error {
	return identity.Require(ctx, identity.ActorFrom(ctx).Org, identity.Operate)
}
