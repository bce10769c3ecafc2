// Package operations knows how the installation as a whole is doing: what waits, what is late, what
// was lost, and what to do about it. It is the one place that looks across organizations.
package operations

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Report is how the installation is doing at a time.
type Report struct {
	At      time.Time
	Numbers Numbers
	Queues  []Queue
	Process Process
	Overdue []Overdue // the longest overdue first
	Unknown []Unknown // the newest first
	Stops   []Stop    // the newest first
	// Temporal says why the queues are not known; "" when they are.
	Temporal string
}

// Numbers are what the database knows. Counts end at CountLimit.
type Numbers struct {
	Pending        int        // journeys whose workflow is to be started
	PendingSince   *time.Time // when the longest waiting new one entered
	Open           int        // people inside campaigns, all in all
	Overdue        int        // open journeys that should have come back by themselves
	OverdueSince   *time.Time
	Parked         int // journeys that stand still because their campaign is paused
	Missed         int // events of the last minute that a journey still waits for
	MissedSince    *time.Time
	Ready          int         // messages that were decided and not sent yet
	Refused        int         // of these: the provider refuses them for now
	RefusedSince   *time.Time  // when the first of them was refused
	RefusedReason  domain.Kept // the provider's last words
	RefusedBy      string      // the provider
	Calling        int         // calls to providers under way
	Unknown        int         // messages whose answer was lost
	SentLastMinute int
	Stuck          int // imports that fail at the same place again and again
	StuckSince     *time.Time
	StuckError     string      // number of the last error in the workers' log
	Reconciled     *time.Time  // the reconciler's last complete round
	Paused         domain.Kept // why nothing is sent; "" while sending goes on
	PausedSince    *time.Time
	Backup         *time.Time // the last one that was made
	Clock          time.Time  // the database's time
	Database       string     // its version
	Schema         int64      // its number of migrations
	DatabaseBytes  int64
	Connections    int // to the database, of everybody
	MaxConnections int
}

// CountLimit is where counting stops: a page that is fetched every few seconds must stay cheap when
// a million wait.
const CountLimit = 100_000

// Queue is a task queue of Temporal.
type Queue struct {
	Name    string        // journey, email, …
	Kind    string        // workflows or activities
	Backlog int64         // tasks that wait for a worker
	Age     time.Duration // of the oldest of them
	Added   float64       // tasks a second
	Done    float64       // tasks a second
	Workers []Worker      // that asked for tasks in the last minutes
}

// Worker is a process that takes tasks.
type Worker struct {
	Identity string // process and machine
	Seen     time.Time
}

// Process is what only this process knows of itself.
type Process struct {
	Version    string
	Temporal   string // version of the Temporal server, "" when it is away
	Started    time.Time
	Pool       Pool
	Spool      Spool
	Router     int   // events that wait to be signalled to journeys
	Memory     int64 // bytes that the program holds
	Goroutines int
	DiskFree   int64 // bytes where data is kept; 0 when unknown
}

// Pool is the process's pool of database connections.
type Pool struct {
	Used, Idle, Max int
	Waited          int64 // how often somebody had to wait for one, since the start
}

// Spool holds opens and clicks while the database is away.
type Spool struct {
	Files int
	Bytes int64
	Since *time.Time
}

// Overdue is a journey that should have gone on.
type Overdue struct {
	Org          domain.OrgID
	Organization string
	Journey      campaign.JourneyID
	Campaign     campaign.ID
	CampaignName string
	WorkflowID   string
	Due          time.Time
}

// Unknown is a message that nobody knows whether it arrived.
type Unknown struct {
	Org          domain.OrgID
	Organization string
	Message      messaging.MessageID
	Channel      messaging.Channel
	Provider     string
	Reason       domain.Kept
	At           time.Time
}

// Stop is a sender that the program has paused, or warns about.
type Stop struct {
	Org          domain.OrgID
	Organization string
	ID           messaging.StopID
	Scope        string // campaign or domain
	Subject      string // the campaign's name, or the domain
	Paused       bool   // otherwise it is a warning
	Reason       domain.Kept
	At           time.Time
}

// Store is what the database knows, across organizations.
type Store interface {
	Numbers(ctx context.Context, overdueBefore time.Time) (Numbers, error)
	Overdue(ctx context.Context, before time.Time, limit int) ([]Overdue, error)
	Unknown(ctx context.Context, limit int) ([]Unknown, error)
	Stops(ctx context.Context, limit int) ([]Stop, error)
}

// Temporal is what the workflow system knows.
type Temporal interface {
	Queues(ctx context.Context) ([]Queue, error)
	Version(ctx context.Context) (string, error)
}

// Deps are what a Service works with.
type Deps struct {
	Store    Store
	Temporal Temporal
	// Messaging and Campaigns mend what a report shows.
	Messaging *messaging.Service
	Campaigns *campaign.Service
	Process   func() Process   // what this process knows of itself
	Clock     func() time.Time // nil: time.Now
}

// Service holds the use cases of those who operate the installation.
type Service struct {
	Deps
	mu    sync.Mutex
	last  Report
	fresh time.Time // last is good until then
}

// New makes the service.
func New(d Deps) *Service {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	return &Service{Deps: d}
}

const (
	// keep is how long a report is good: several who watch cost no more than one.
	keep = 2 * time.Second
	// grace is how late a journey of a busy system may be.
	grace = time.Minute
	// shown is how many journeys, messages and senders a report lists.
	shown = 20
	// patience bounds what Temporal may take to answer.
	patience = 3 * time.Second
)

// Report says how the installation is doing, for those who operate it. A Temporal that is away is
// part of the report; a database that is away is an error.
func (s *Service) Report(ctx context.Context) (Report, error) {
	if err := identity.Require(ctx, identity.ActorFrom(ctx).Org, identity.Operate); err != nil {
		return Report{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.Clock(); now.Before(s.fresh) {
		return s.last, nil
	}
	report, err := s.look(ctx)
	if err != nil {
		return Report{}, err
	}
	s.last, s.fresh = report, report.At.Add(keep)
	return report, nil
}

func (s *Service) look(ctx context.Context) (Report, error) {
	r := Report{At: s.Clock(), Process: s.Process()}
	late := r.At.Add(-grace)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { r.Numbers, err = s.Store.Numbers(ctx, late); return err })
	group.Go(func() (err error) { r.Overdue, err = s.Store.Overdue(ctx, late, shown); return err })
	group.Go(func() (err error) { r.Unknown, err = s.Store.Unknown(ctx, shown); return err })
	group.Go(func() (err error) { r.Stops, err = s.Store.Stops(ctx, shown); return err })
	group.Go(func() error { s.askTemporal(ctx, &r); return nil })
	err := group.Wait()
	return r, err
}

func (s *Service) askTemporal(ctx context.Context, r *Report) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var err error
	if r.Process.Temporal, err = s.Temporal.Version(ctx); err == nil {
		r.Queues, err = s.Temporal.Queues(ctx)
	}
	if err != nil {
		r.Temporal = "Temporal does not answer: " + err.Error()
	}
}
