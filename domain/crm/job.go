package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// JobID names a job.
type JobID int64

// JobKind says what a job does.
type JobKind string

// The kinds of jobs.
const (
	JobBulk   JobKind = "bulk"   // changes many contacts
	JobExport JobKind = "export" // writes contacts into a file
	JobMerge  JobKind = "merge"  // makes one tag of two
	JobField  JobKind = "field"  // changes the definition of a custom field, with its values
)

// JobState says how far a job is.
type JobState string

// The states of a job.
const (
	JobQueued    JobState = "queued"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Phrase is the state within a sentence.
func (s JobState) Phrase() *domain.Phrase { return domain.Word(string(s)) }

// Final says whether nothing more will happen.
func (s JobState) Final() bool { return s == JobDone || s == JobFailed || s == JobCancelled }

const (
	// JobBatch is how many contacts a job takes in one transaction.
	JobBatch = 1000
	// UndoDays is for how many days what a job did can be taken back. Jobs are kept as long.
	UndoDays = 30
	// maxSkipped is how many of the contacts that a job passed over are kept by name.
	maxSkipped = 1000
)

// Job is work on many contacts that goes on in the background. Its contacts are those that match
// when it begins, in the order of their ids.
type Job struct {
	ID        JobID
	Kind      JobKind
	Title     domain.Kept // what it does, in a few words
	State     JobState
	Settings  JobSettings
	Total     int64 // contacts; 0 while it is queued
	Done      int64 // Changed + Skipped, or rows written
	Changed   int64
	Skipped   int64
	Batch     int       // the next one
	Cursor    ContactID // last contact of the batch before it
	Result    JobResult
	Error     domain.Kept // why it failed, in a sentence
	Undoes    *JobID      // the job whose changes it takes back
	UndoneBy  *JobID      // the job that takes back its changes
	CreatedBy *identity.UserID
	Creator   string // their name; "" for API keys and people who left
	CreatedAt time.Time
	StartedAt *time.Time
	EndedAt   *time.Time
}

// JobSettings is which contacts a job is about, and what is done with them.
type JobSettings struct {
	Query   ContactQuery `json:"query"`
	Through ContactID    `json:"through"` // contacts with a higher id were created later than the job
	Change  *BulkChange  `json:"change,omitempty"`
	Export  *Export      `json:"export,omitempty"`
	Merge   *TagMerge    `json:"merge,omitempty"`
	Field   *FieldChange `json:"field,omitempty"`
}

// JobResult is what came of a job beside its numbers.
type JobResult struct {
	Skips map[domain.Kept]int64 `json:"skips,omitempty"` // why contacts were passed over, and how many
	File  *JobFile              `json:"file,omitempty"`
}

// JobContact is what a job did to one contact.
type JobContact struct {
	Contact ContactID
	Before  any         // what the change replaced, as JSON gives it back; nil: nothing that must be known
	Skipped domain.Kept // why nothing was changed; "": it was
}

// JobQuery asks for a page of jobs, newest first.
type JobQuery struct {
	domain.PageQuery         // Search is in the language of package search, with JobCommands
	Kind             JobKind // "" for all
}

// Undoable says whether the job's changes can be taken back at a time.
func (j Job) Undoable(now time.Time) bool {
	return j.Kind == JobBulk && j.State.Final() && j.Changed > 0 && j.Undoes == nil && j.UndoneBy == nil &&
		j.Settings.Change != nil && bulkActions[j.Settings.Change.Action].undo != nil &&
		now.Before(j.EndedAt.AddDate(0, 0, UndoDays))
}

// Percent is how much of a job is done.
func (j Job) Percent() int {
	if j.State == JobDone {
		return 100
	}
	if j.Total == 0 {
		return 0
	}
	return int(min(j.Done, j.Total) * 100 / j.Total)
}

// Pace says how many contacts a second the job has done on average since it began, and how long the rest
// takes at that rate. Both are 0 as long as nothing can be said.
func (j Job) Pace(now time.Time) (perSecond int, left time.Duration) {
	if j.StartedAt == nil || j.State != JobRunning {
		return 0, 0
	}
	return paceOf(j.Done, j.Total, now.Sub(*j.StartedAt))
}

// paceOf is how many of them are done in a second, and how long the rest takes at that rate.
func paceOf(done, total int64, took time.Duration) (perSecond int, left time.Duration) {
	if took < time.Second || done <= 0 {
		return 0, 0
	}
	left = time.Duration(float64(took) * float64(max(total-done, 0)) / float64(done))
	return int(float64(done) / took.Seconds()), left.Round(time.Second)
}

// JobStarter sets a queued job in motion. Starting one that runs already does nothing.
type JobStarter interface {
	StartJob(ctx context.Context, org domain.OrgID, id JobID) error
}

// Jobs keeps jobs.
type Jobs interface {
	Job(ctx context.Context, org domain.OrgID, id JobID) (Job, error)
	// LockJob reads a job and keeps others from changing it until the transaction ends.
	LockJob(ctx context.Context, org domain.OrgID, id JobID) (Job, error)
	Jobs(ctx context.Context, org domain.OrgID, q JobQuery) (domain.Page[Job], error)
	// RunningJobs returns the queued and running jobs, the oldest first.
	RunningJobs(ctx context.Context, org domain.OrgID) ([]Job, error)
	// OpenJobs returns the queued and running jobs of all organizations.
	OpenJobs(ctx context.Context) ([]OpenJob, error)
	// InsertJob answers Conflict when the job undoes one that has been undone.
	InsertJob(ctx context.Context, org domain.OrgID, j Job) (JobID, error)
	SaveJob(ctx context.Context, org domain.OrgID, j Job) error

	// FillJob stores which contacts a job is about and returns how many.
	FillJob(ctx context.Context, org domain.OrgID, j Job) (int64, error)
	// JobBatch returns the contacts of a batch; none behind the last.
	JobBatch(ctx context.Context, org domain.OrgID, id JobID, no int) ([]ContactID, error)
	AddJobContacts(ctx context.Context, org domain.OrgID, id JobID, contacts []JobContact) error
	// GroupsGrew is told when there may be many more contacts with tags, or in segments, than before.
	GroupsGrew(ctx context.Context) error
	// JobChanges returns what a job changed on some contacts.
	JobChanges(ctx context.Context, org domain.OrgID, id JobID, contacts []ContactID) ([]JobContact, error)
	// JobSkips returns contacts that a job passed over, in the order of their ids.
	JobSkips(ctx context.Context, org domain.OrgID, id JobID, limit int) ([]SkippedContact, error)
	// LastContactID returns the highest id that a contact of org has.
	LastContactID(ctx context.Context, org domain.OrgID) (ContactID, error)
}

// SkippedContact is a contact that a job passed over.
type SkippedContact struct {
	Contact   ContactID
	Firstname *string
	Lastname  *string
	Email     *string
	Phone     *string
	Why       domain.Kept
}

// Name is what people call the contact.
func (c SkippedContact) Name() ContactName {
	return NameOf(c.Contact, c.Firstname, c.Lastname, c.Email, c.Phone)
}

// Job returns one job; NotFound when it is absent or another organization's.
func (s *Service) Job(ctx context.Context, org domain.OrgID, id JobID) (Job, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Job{}, err
	}
	return s.store.Job(ctx, org, id)
}

// Jobs returns a page of jobs, newest first.
func (s *Service) Jobs(ctx context.Context, org domain.OrgID, q JobQuery) (domain.Page[Job], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Job]{}, err
	}
	return s.store.Jobs(ctx, org, q)
}

// RunningJobs returns the jobs that wait or run, the oldest first.
func (s *Service) RunningJobs(ctx context.Context, org domain.OrgID) ([]Job, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.RunningJobs(ctx, org)
}

// JobSkips returns some of the contacts that a job passed over, and why.
func (s *Service) JobSkips(ctx context.Context, org domain.OrgID, id JobID, limit int) ([]SkippedContact, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.JobSkips(ctx, org, id, min(max(limit, 1), domain.MaxLimit))
}

// CancelJob stops a job before its next batch. What was changed stays, and can be undone.
func (s *Service) CancelJob(ctx context.Context, org domain.OrgID, id JobID) (Job, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Job{}, err
	}
	var job Job
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if job, err = s.store.LockJob(ctx, org, id); err != nil {
			return err
		}
		if job.State.Final() {
			return domain.Conflict("Job %d can't be cancelled: it is %s.", id, job.State)
		}
		return s.endJob(ctx, org, &job, JobCancelled, "")
	})
	return job, err
}

// FailJob ends a job that can't go on, and says why.
func (s *Service) FailJob(ctx context.Context, org domain.OrgID, id JobID, why error) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		job, err := s.store.LockJob(ctx, org, id)
		if err != nil || job.State.Final() {
			return err
		}
		return s.endJob(ctx, org, &job, JobFailed, domain.PhraseOf(why).Kept())
	})
}

func (s *Service) endJob(ctx context.Context, org domain.OrgID, job *Job, state JobState, why domain.Kept) error {
	now := s.now()
	job.State, job.Error, job.EndedAt = state, why, &now
	return s.store.SaveJob(ctx, org, *job)
}
