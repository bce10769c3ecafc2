package crm

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Bounds of tags.
const (
	maxTagName  = 100 // characters
	maxTagsOnce = 100 // in one change
)

// TagID names a tag.
type TagID int64

// Tag marks contacts. Its name is unique in the organization, whatever the case.
type Tag struct {
	ID          TagID
	Name        string
	Description string
	Contacts    int // how many carry it
	CreatedAt   time.Time
}

// TagChange adds and removes tags by name. Added tags are created when they don't exist.
type TagChange struct {
	Add    []string
	Remove []string
}

// Tags keeps tags.
type Tags interface {
	Tags(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Tag], error)
	// ChangeTags adds and removes tags of a contact in one round trip and returns what changed.
	ChangeTags(ctx context.Context, org domain.OrgID, id ContactID, change TagChange) (TagChange, error)
}

// Tags returns a page of tags, ordered by name unless the query says otherwise. The search is in the language
// of package search, with TagCommands.
func (s *Service) Tags(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Tag], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Tag]{}, err
	}
	return s.store.Tags(ctx, org, q)
}

// ChangeTags adds and removes tags of a contact and writes a contact.tags_changed event about what
// really changed. Repeating it changes nothing.
func (s *Service) ChangeTags(ctx context.Context, org domain.OrgID, id ContactID, change TagChange) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	var err error
	if change.Add, err = normalTags("add", change.Add); err != nil {
		return err
	}
	if change.Remove, err = normalTags("remove", change.Remove); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		changed, err := s.store.ChangeTags(ctx, org, id, change)
		if err != nil || len(changed.Add)+len(changed.Remove) == 0 {
			return err
		}
		data := origin(ctx, "")
		if len(changed.Add) > 0 {
			data["added"] = changed.Add
		}
		if len(changed.Remove) > 0 {
			data["removed"] = changed.Remove
		}
		return s.append(ctx, org, Event{Contact: id, Type: EventTagsChanged, Data: data})
	})
}

// normalTags trims names, drops repeats and says what is wrong with the rest.
func normalTags(field string, names []string) ([]string, error) {
	if len(names) > maxTagsOnce {
		return nil, domain.Invalid(field, "At most %d tags can be given at once, and these are %d.", maxTagsOnce, len(names))
	}
	var findings domain.Findings
	var normal []string
	seen := map[string]bool{}
	for i, name := range names {
		name = strings.TrimSpace(name)
		problem := textProblem(name, maxTagName)
		if name == "" {
			problem = domain.Say("A tag needs a name.")
		}
		if problem != nil {
			findings.Say(fmt.Sprintf("%s[%d]", field, i), problem)
			continue
		}
		if !seen[strings.ToLower(name)] {
			seen[strings.ToLower(name)] = true
			normal = append(normal, name)
		}
	}
	return normal, findings.Err()
}
