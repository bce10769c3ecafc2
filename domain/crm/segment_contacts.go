package crm

import (
	"context"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

const (
	// maxSegmentOnce is how many contacts may be added or removed in one call.
	maxSegmentOnce = 10_000
	// segmentPiece is how many of them one statement takes.
	segmentPiece = 2000
)

// SegmentChange is a set of contacts that go into a segment or out of it.
type SegmentChange struct {
	Segment  Segment
	Contacts []ContactID
	Origin   string         // what did it, as crm.segment_contacts keeps it
	Data     map[string]any // of the events
	At       time.Time
}

// AddToSegment puts contacts into a segment and writes contact.added_to_segment about those that
// were not in it. It returns how many those are; contacts that don't exist are passed over, so
// repeating it changes nothing. At most 10,000 at once. origin says what did it, for the timeline;
// empty: who is calling.
func (s *Service) AddToSegment(ctx context.Context, org domain.OrgID, segment SegmentID, ids []ContactID, origin string) (int, error) {
	return s.changeSegment(ctx, org, segment, ids, origin, s.store.AddToSegment)
}

// RemoveFromSegment takes contacts out of a segment and writes contact.removed_from_segment about
// those that were in it. It returns how many those are. At most 10,000 at once.
func (s *Service) RemoveFromSegment(ctx context.Context, org domain.OrgID, segment SegmentID, ids []ContactID, origin string) (int, error) {
	return s.changeSegment(ctx, org, segment, ids, origin, s.store.RemoveFromSegment)
}

func (s *Service) changeSegment(ctx context.Context, org domain.OrgID, id SegmentID, contacts []ContactID, named string,
	change func(context.Context, domain.OrgID, SegmentChange) ([]Event, error),
) (int, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return 0, err
	}
	if len(contacts) > maxSegmentOnce {
		return 0, domain.Invalid("contactIds", "At most %s contacts can be given at once, and these are %s.", domain.Number(maxSegmentOnce), domain.Number(len(contacts)))
	}
	// In the order of their ids, so that two who change the same contacts don't wait for each other.
	contacts = slices.Compact(slices.Sorted(slices.Values(contacts)))
	changed := 0
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		segment, err := s.store.Segment(ctx, org, id)
		if err != nil {
			return err
		}
		data := origin(ctx, named)
		data["segmentId"], data["segment"] = segment.ID, segment.Name
		by, _ := data["origin"].(string)
		for piece := range slices.Chunk(contacts, segmentPiece) {
			events, err := change(ctx, org, SegmentChange{Segment: segment, Contacts: piece, Origin: by, Data: data, At: s.now()})
			if err != nil {
				return err
			}
			changed += len(events)
			s.tell(ctx, org, events)
		}
		return nil
	})
	return changed, err
}
