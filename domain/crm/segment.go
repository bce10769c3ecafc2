package crm

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// SegmentID names a segment.
type SegmentID int64

// Segment is a list of contacts that is kept by hand, by imports and by programs.
type Segment struct {
	ID          SegmentID
	Name        string
	Alias       string // as searches name it: segment:spring-fair; unique in the organization
	Description string
	IsPublished bool // offered where people choose a segment
	Contacts    int  // how many are in it, where the use case says that it counts
	CreatedBy   *identity.UserID
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Segments keeps segments. Deleted ones are absent for all but RestoreSegment.
type Segments interface {
	// Segments reads a page of segments and counts their contacts.
	Segments(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Segment], error)
	Segment(ctx context.Context, org domain.OrgID, id SegmentID) (Segment, error)
	// SegmentSize counts the contacts of a segment.
	SegmentSize(ctx context.Context, org domain.OrgID, id SegmentID) (int, error)
	// SegmentByAlias reads the segment of that alias.
	SegmentByAlias(ctx context.Context, org domain.OrgID, alias string) (Segment, error)
	// SegmentsOf returns the segments that a contact is in, by name.
	SegmentsOf(ctx context.Context, org domain.OrgID, contact ContactID) ([]Segment, error)
	// OpenSegments returns published segments that a contact is not in, by name and uncounted.
	OpenSegments(ctx context.Context, org domain.OrgID, contact ContactID, limit int) ([]Segment, error)
	// AliasesLike returns the aliases that begin like this one, to find one that is free.
	AliasesLike(ctx context.Context, org domain.OrgID, alias string) ([]string, error)
	// InsertSegment and SaveSegment answer Conflict when another segment has the alias.
	InsertSegment(ctx context.Context, org domain.OrgID, s Segment) (SegmentID, error)
	SaveSegment(ctx context.Context, org domain.OrgID, s Segment) error
	DeleteSegment(ctx context.Context, org domain.OrgID, id SegmentID) error
	// RestoreSegment undoes DeleteSegment, or answers Conflict when its alias was given away.
	RestoreSegment(ctx context.Context, org domain.OrgID, id SegmentID) error
	// AddToSegment puts contacts into a segment, those that exist and are not in it yet, and writes an
	// event for each. It returns the events.
	AddToSegment(ctx context.Context, org domain.OrgID, change SegmentChange) ([]Event, error)
	// RemoveFromSegment takes contacts out of a segment, and writes and returns an event for each that was in it.
	RemoveFromSegment(ctx context.Context, org domain.OrgID, change SegmentChange) ([]Event, error)
}

// Segments returns a page of segments with their counts, ordered by name unless the query says
// otherwise. The search is in the language of package search, with SegmentCommands.
func (s *Service) Segments(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Segment], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Segment]{}, err
	}
	return s.store.Segments(ctx, org, q)
}

// Segment returns a segment with its count, or NotFound.
func (s *Service) Segment(ctx context.Context, org domain.OrgID, id SegmentID) (Segment, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Segment{}, err
	}
	segment, err := s.store.Segment(ctx, org, id)
	if err == nil {
		segment.Contacts, err = s.store.SegmentSize(ctx, org, id)
	}
	return segment, err
}

// SegmentNamed returns the segment of a number or an alias, as searches name it, uncounted, or NotFound.
// An alias has a letter in it, so the two can't be mistaken.
func (s *Service) SegmentNamed(ctx context.Context, org domain.OrgID, named string) (Segment, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Segment{}, err
	}
	named = strings.ToLower(strings.TrimSpace(named))
	if id, err := strconv.ParseInt(named, 10, 64); err == nil {
		return s.store.Segment(ctx, org, SegmentID(id))
	}
	return s.store.SegmentByAlias(ctx, org, named)
}

// SegmentsOf returns the segments that a contact is in, by name and uncounted.
func (s *Service) SegmentsOf(ctx context.Context, org domain.OrgID, contact ContactID) ([]Segment, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.SegmentsOf(ctx, org, contact)
}

// OpenSegments returns published segments that a contact can be added to, by name and uncounted.
func (s *Service) OpenSegments(ctx context.Context, org domain.OrgID, contact ContactID, limit int) ([]Segment, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.OpenSegments(ctx, org, contact, limit)
}

// SegmentInput is a new segment.
type SegmentInput struct {
	Name        string
	Alias       string // made of the name when empty
	Description string
	Unpublished bool
}

// CreateSegment stores a new segment without contacts.
func (s *Service) CreateSegment(ctx context.Context, org domain.OrgID, in SegmentInput) (Segment, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Segment{}, err
	}
	segment := Segment{Name: in.Name, Alias: in.Alias, Description: in.Description, IsPublished: !in.Unpublished, CreatedAt: s.now(), UpdatedAt: s.now()}
	segment.CreatedBy = identity.ActorFrom(ctx).Author()
	if err := segment.normalize(strings.TrimSpace(in.Alias) != ""); err != nil {
		return Segment{}, err
	}
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if strings.TrimSpace(in.Alias) == "" {
			if segment.Alias, err = s.freeAlias(ctx, org, aliasOf(segment.Name)); err != nil {
				return err
			}
		}
		segment.ID, err = s.store.InsertSegment(ctx, org, segment)
		return err
	})
	return segment, err
}

// SegmentPatch changes a segment. What is nil stays.
type SegmentPatch struct {
	Name        *string
	Alias       *string
	Description *string
	IsPublished *bool
}

// UpdateSegment changes what the patch names. Searches that use an alias that changes find nothing
// any more.
func (s *Service) UpdateSegment(ctx context.Context, org domain.OrgID, id SegmentID, patch SegmentPatch) (Segment, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Segment{}, err
	}
	var segment Segment
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if segment, err = s.store.Segment(ctx, org, id); err != nil {
			return err
		}
		for _, change := range []struct{ to, from *string }{
			{&segment.Name, patch.Name}, {&segment.Alias, patch.Alias}, {&segment.Description, patch.Description},
		} {
			if change.from != nil {
				*change.to = *change.from
			}
		}
		if patch.IsPublished != nil {
			segment.IsPublished = *patch.IsPublished
		}
		if err := segment.normalize(true); err != nil {
			return err
		}
		segment.UpdatedAt = s.now()
		return s.store.SaveSegment(ctx, org, segment)
	})
	return segment, err
}

// DeleteSegment removes a segment; its contacts stay. RestoreSegment brings it back with them until
// the purge, 30 days later.
func (s *Service) DeleteSegment(ctx context.Context, org domain.OrgID, id SegmentID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.DeleteSegment(ctx, org, id)
}

// RestoreSegment undoes DeleteSegment. A segment that is there already stays as it is.
func (s *Service) RestoreSegment(ctx context.Context, org domain.OrgID, id SegmentID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.RestoreSegment(ctx, org, id)
}
