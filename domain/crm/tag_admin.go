package crm

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

const maxTagText = 500 // characters of a description

// TagAdmin keeps the tags themselves, whoever carries them.
type TagAdmin interface {
	Tag(ctx context.Context, org domain.OrgID, id TagID) (Tag, error)
	// TagNames reads the first names in alphabetical order, without counting anything.
	TagNames(ctx context.Context, org domain.OrgID, limit int) ([]string, error)
	// InsertTag and SaveTag answer Conflict when another tag has the name.
	InsertTag(ctx context.Context, org domain.OrgID, t Tag) (TagID, error)
	SaveTag(ctx context.Context, org domain.OrgID, t Tag) error
	// MoveTag gives up to limit contacts that carry a tag another one instead, in the order of their ids,
	// those after a contact. It returns how many, and the last of them.
	MoveTag(ctx context.Context, org domain.OrgID, m TagMerge, after ContactID, limit int) (moved int, last ContactID, err error)
	// LockTag keeps others from giving a tag to contacts until the transaction ends.
	LockTag(ctx context.Context, org domain.OrgID, id TagID) error
	DeleteTag(ctx context.Context, org domain.OrgID, id TagID) error
	// RestoreTag undoes DeleteTag, or answers Conflict when its name was given away.
	RestoreTag(ctx context.Context, org domain.OrgID, id TagID) error
}

// Tag returns a tag, or NotFound.
func (s *Service) Tag(ctx context.Context, org domain.OrgID, id TagID) (Tag, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Tag{}, err
	}
	return s.store.Tag(ctx, org, id)
}

// TagNames returns the first names in alphabetical order, to offer while somebody types. It counts
// nothing, so that it answers at once.
func (s *Service) TagNames(ctx context.Context, org domain.OrgID, limit int) ([]string, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.TagNames(ctx, org, limit)
}

// CreateTag stores a tag that no contact carries yet.
func (s *Service) CreateTag(ctx context.Context, org domain.OrgID, name, description string) (Tag, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Tag{}, err
	}
	tag := Tag{Name: name, Description: description, CreatedAt: s.now()}
	err := tag.normalize()
	if err == nil {
		tag.ID, err = s.store.InsertTag(ctx, org, tag)
	}
	return tag, err
}

// TagPatch changes a tag. What is nil stays.
type TagPatch struct {
	Name        *string
	Description *string
}

// UpdateTag renames or describes a tag; whoever carries it keeps it. A name that another tag has is a
// Conflict: MergeTags makes one of the two. Campaigns and searches know tags by name, and are not
// changed along.
func (s *Service) UpdateTag(ctx context.Context, org domain.OrgID, id TagID, patch TagPatch) (Tag, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Tag{}, err
	}
	var tag Tag
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if tag, err = s.store.Tag(ctx, org, id); err != nil {
			return err
		}
		if patch.Name != nil {
			tag.Name = *patch.Name
		}
		if patch.Description != nil {
			tag.Description = *patch.Description
		}
		if err := tag.normalize(); err != nil {
			return err
		}
		return s.store.SaveTag(ctx, org, tag)
	})
	return tag, err
}

const (
	// mergeInline is how many contacts a merge is about that the caller waits for.
	mergeInline = 5_000
	// mergeBatch is how many contacts one statement gives another tag.
	mergeBatch = 10_000
)

// Merged is what became of a merge of tags.
type Merged struct {
	Contacts int  // that carried the tag that is gone
	Job      *Job // goes on with it in the background; nil: it is done
}

// MergeTags gives every contact that carries the tag from the tag into instead, and deletes from: all
// of that or nothing. With more than 5,000 contacts it goes on in the background. Restoring from later
// brings it back without contacts.
func (s *Service) MergeTags(ctx context.Context, org domain.OrgID, from, into TagID) (Merged, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Merged{}, err
	}
	if from == into {
		return Merged{}, domain.Invalid("into", "A tag can't be merged into itself.")
	}
	var tags [2]Tag
	for i, id := range []TagID{from, into} {
		var err error
		if tags[i], err = s.store.Tag(ctx, org, id); err != nil {
			return Merged{}, err
		}
	}
	if err := s.alone(ctx, org, func(j JobSettings) bool {
		return j.Merge != nil && (j.Merge.From == from || j.Merge.From == into || j.Merge.Into == from)
	}); err != nil {
		return Merged{}, err
	}
	merge := TagMerge{From: from, Into: into}
	if tags[0].Contacts > mergeInline {
		title := domain.Say("Merge the tag “%s” into “%s”", tags[0].Name, tags[1].Name)
		job, err := s.launch(ctx, org, s.newJob(ctx, JobMerge, title, JobSettings{Merge: &merge}))
		return Merged{Contacts: tags[0].Contacts, Job: &job}, err
	}
	var moved int64
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		moved, err = s.mergeTags(ctx, org, merge, func(int64) error { return nil })
		return err
	})
	return Merged{Contacts: int(moved)}, err
}

// mergeTags does it inside a transaction. At last nobody else can give the tag to a contact.
func (s *Service) mergeTags(ctx context.Context, org domain.OrgID, m TagMerge, note func(done int64) error) (int64, error) {
	done := int64(0)
	move := func() error {
		for after := ContactID(0); ; {
			moved, last, err := s.store.MoveTag(ctx, org, m, after, mergeBatch)
			if err != nil || moved == 0 {
				return err
			}
			after, done = last, done+int64(moved)
			if err := note(done); err != nil {
				return err
			}
		}
	}
	if err := move(); err != nil {
		return done, err
	}
	if err := s.store.LockTag(ctx, org, m.From); err != nil {
		return done, err
	}
	if err := move(); err != nil {
		return done, err
	}
	return done, s.store.DeleteTag(ctx, org, m.From)
}

// DeleteTag takes a tag away from everybody who carries it. RestoreTag brings it back to them until
// the purge, 30 days later.
func (s *Service) DeleteTag(ctx context.Context, org domain.OrgID, id TagID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.DeleteTag(ctx, org, id)
}

// RestoreTag undoes DeleteTag. A tag that is there already stays as it is.
func (s *Service) RestoreTag(ctx context.Context, org domain.OrgID, id TagID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.RestoreTag(ctx, org, id)
}

func (t *Tag) normalize() error {
	t.Name, t.Description = strings.TrimSpace(t.Name), strings.TrimSpace(t.Description)
	var findings domain.Findings
	if t.Name == "" {
		findings.Add("name", "A tag needs a name.")
	} else if problem := textProblem(t.Name, maxTagName); problem != nil {
		findings.Say("name", problem)
	}
	if problem := longTextProblem(t.Description, maxTagText); problem != nil {
		findings.Say("description", problem)
	}
	return findings.Err()
}
