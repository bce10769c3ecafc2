package crm

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// BulkAction is something that can be done to many contacts at once.
type BulkAction string

// The actions.
const (
	BulkAddTags           BulkAction = "add_tags"
	BulkRemoveTags        BulkAction = "remove_tags"
	BulkAddToSegment      BulkAction = "add_to_segment"
	BulkRemoveFromSegment BulkAction = "remove_from_segment"
	BulkSetOwner          BulkAction = "set_owner"
	BulkForbid            BulkAction = "set_do_not_contact"
	BulkAllow             BulkAction = "clear_do_not_contact"
	BulkSetField          BulkAction = "set_field"
	BulkChangePoints      BulkAction = "change_points"
	BulkDelete            BulkAction = "delete"
	BulkRestore           BulkAction = "restore"
	BulkErase             BulkAction = "erase" // from the trash, for ever
)

const (
	// BulkInline is how many contacts are changed while the caller waits; more become a job that goes on
	// in the background.
	BulkInline = 100
	// maxBulkIDs is how many contacts a caller may name.
	maxBulkIDs = 10_000
)

// BulkChange is an action with what it needs to know.
type BulkChange struct {
	Action  BulkAction      `json:"action"`
	Tags    []string        `json:"tags,omitempty"`
	Segment SegmentID       `json:"segment,omitempty"`
	Owner   identity.UserID `json:"owner,omitempty"` // 0: nobody
	Channel Channel         `json:"channel,omitempty"`
	Comment string          `json:"comment,omitempty"` // why a channel is forbidden
	Field   string          `json:"field,omitempty"`   // of the core, or the alias of a custom one
	Value   string          `json:"value,omitempty"`   // as text; "" clears
	Points  int             `json:"points,omitempty"`  // added; taken away when negative
}

// Bulk asks for a change of all contacts that a query finds. For BulkRestore and BulkErase the query
// looks into the trash: its IDs and Search count, with TrashCommands.
type Bulk struct {
	Query  ContactQuery
	Change BulkChange
}

// Bulk changes many contacts by the same rules, and with the same events, as one is changed. It
// passes over those that the change does not apply to, and the job says how many and why. Up to 100
// are changed at once and the job is done when this returns; more are queued and the job runs in the
// background, or waits there until that is possible.
func (s *Service) Bulk(ctx context.Context, org domain.OrgID, in Bulk) (Job, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Job{}, err
	}
	if len(in.Query.IDs) > maxBulkIDs {
		return Job{}, domain.Invalid("ids", "At most %s contacts can be named at once, and these are %s. Name them by a search instead.", domain.Number(maxBulkIDs), domain.Number(len(in.Query.IDs)))
	}
	if err := s.checkBulk(ctx, org, &in.Change); err != nil {
		return Job{}, err
	}
	title, err := s.bulkTitle(ctx, org, in.Change)
	if err != nil {
		return Job{}, err
	}
	job := s.newJob(ctx, JobBulk, title, JobSettings{Query: in.Query.Viewed(ctx), Change: &in.Change})
	return s.launch(ctx, org, job)
}

// BulkCount says how many contacts a bulk change would be about.
func (s *Service) BulkCount(ctx context.Context, org domain.OrgID, q ContactQuery, action BulkAction) (int, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return 0, err
	}
	return s.store.CountTargets(ctx, org, q.Viewed(ctx), bulkActions[action].trash)
}

// Trash says whether the action is about contacts in the trash.
func (a BulkAction) Trash() bool { return bulkActions[a].trash }

func (s *Service) checkBulk(ctx context.Context, org domain.OrgID, c *BulkChange) error {
	act, known := bulkActions[c.Action]
	if !known {
		return domain.Invalid("action", "There is no action %.50q.", c.Action)
	}
	if act.check == nil {
		return nil
	}
	return act.check(ctx, s, org, c)
}

func (s *Service) newJob(ctx context.Context, kind JobKind, title *domain.Phrase, settings JobSettings) Job {
	return Job{
		Kind: kind, Title: jobTitle(title), State: JobQueued, Settings: settings,
		CreatedAt: s.now(), CreatedBy: identity.ActorFrom(ctx).Author(),
	}
}

// maxJobTitle is how many characters the table takes for a title.
const maxJobTitle = 500

// jobTitle keeps a title, or only its English where that with all its names is too long.
func jobTitle(title *domain.Phrase) domain.Kept {
	if kept := title.Kept(); utf8.RuneCountInString(string(kept)) <= maxJobTitle {
		return kept
	}
	return domain.KeepWords(shorten(title.String(), 200))
}

// launch stores a job, and carries it out at once when it is about few contacts.
func (s *Service) launch(ctx context.Context, org domain.OrgID, job Job) (Job, error) {
	small := false
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if job.Settings.Through, err = s.store.LastContactID(ctx, org); err != nil {
			return err
		}
		if job.Kind == JobBulk {
			if small, err = s.store.FewTargets(ctx, org, job, BulkInline); err != nil {
				return err
			}
		}
		if !small && s.jobs == nil {
			return domain.Unavailable("Work in the background can't run here: this process knows no Temporal server.")
		}
		if job.ID, err = s.store.InsertJob(ctx, org, job); err != nil || !small {
			return err
		}
		for !job.State.Final() && err == nil {
			job, err = s.stepJob(ctx, org, job.ID)
		}
		return err
	})
	if err != nil {
		return Job{}, err
	}
	if !small {
		// A queued job starts by itself as soon as it can: see ResumeJobs.
		_ = s.jobs.StartJob(ctx, org, job.ID)
	}
	return s.store.Job(ctx, org, job.ID)
}

// UndoJob takes back what a job has changed, as far as nobody has changed it again since, and
// writes the events of that. It can be done once, within 30 days.
func (s *Service) UndoJob(ctx context.Context, org domain.OrgID, id JobID) (Job, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Job{}, err
	}
	done, err := s.store.Job(ctx, org, id)
	if err != nil {
		return Job{}, err
	}
	if !done.Undoable(s.now()) {
		return Job{}, notUndoable(done)
	}
	settings := done.Settings
	job := s.newJob(ctx, JobBulk, domain.Say("Undo: %s", done.Title.Phrase()), settings)
	job.Undoes = &done.ID
	return s.launch(ctx, org, job)
}

func notUndoable(job Job) error {
	switch {
	case job.UndoneBy != nil:
		return domain.Conflict("This was undone already.")
	case !job.State.Final():
		return domain.Conflict("This is still running. Cancel it, then undo what it has done.")
	case job.Undoes != nil:
		return domain.Conflict("Undoing can't be undone. Do the same change again instead.")
	case job.Changed == 0:
		return domain.Conflict("Nothing was changed, so there is nothing to undo.")
	}
	return domain.Conflict("This can't be undone.")
}

// BulkFields names the core fields that can be set for many contacts at once. What identifies a
// contact, such as the email address, can't.
var BulkFields = []string{"firstname", "lastname", "company", "position", "stage", "timeZone", "locale", "preferredChannel"}

func checkBulkField(ctx context.Context, s *Service, org domain.OrgID, c *BulkChange) error {
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return err
	}
	field, custom := set.Field(c.Field)
	switch {
	case !custom && !slices.Contains(BulkFields, c.Field):
		return domain.Invalid("field", "There is no field %.80q that can be set for many contacts.", c.Field)
	case field.IsUnique:
		return domain.Invalid("field", "%s identifies a contact, so no two can have the same value.", field.Label)
	}
	if err := set.Check(c.Field, c.Value); err != nil {
		return domain.Refuse(domain.KindInvalid, "value", domain.PhraseOf(err))
	}
	return nil
}
