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
	// MergeTag gives every contact that carries a tag another one instead, and deletes the first. It
	// returns how many contacts that concerns.
	MergeTag(ctx context.Context, org domain.OrgID, from, into TagID) (int, error)
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

// MergeTags gives every contact that carries the tag from the tag into instead, and deletes from. It
// returns how many contacts that concerns. Restoring from later brings it back without contacts.
func (s *Service) MergeTags(ctx context.Context, org domain.OrgID, from, into TagID) (int, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return 0, err
	}
	if from == into {
		return 0, domain.Invalid("into", "A tag can't be merged into itself.")
	}
	moved := 0
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		for _, id := range []TagID{from, into} {
			if _, err := s.store.Tag(ctx, org, id); err != nil {
				return err
			}
		}
		moved, err = s.store.MergeTag(ctx, org, from, into)
		return err
	})
	return moved, err
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
