package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// EventID names an event. A later event of a contact has a higher id.
type EventID int64

// The types of events that the program itself writes.
const (
	EventContactCreated      = "contact.created"
	EventContactUpdated      = "contact.updated"
	EventContactDeleted      = "contact.deleted"
	EventContactRestored     = "contact.restored"
	EventTagsChanged         = "contact.tags_changed"
	EventImportRepeated      = "contact.import_repeated" // a file that made or changed the contact named it once more
	EventImportUndone        = "contact.import_undone"
	EventAddedToSegment      = "contact.added_to_segment"
	EventRemovedFromSegment  = "contact.removed_from_segment"
	EventNoteAdded           = "contact.note_added"
	EventFileAdded           = "contact.file_added"
	EventConsentChanged      = "contact.consent_changed"
	EventPointsChanged       = "points.changed"
	EventDoNotContactSet     = "contact.do_not_contact_set"
	EventDoNotContactCleared = "contact.do_not_contact_cleared"
	EventEmailSent           = "email.sent"
	EventEmailOpened         = "email.opened"
	EventEmailClicked        = "email.clicked"
	EventUnsubscribed        = "email.unsubscribed"
	EventResubscribed        = "email.resubscribed"
	EventEmailBounced        = "email.bounced"
	EventEmailComplained     = "email.complained" // the recipient called it spam
	EventSMSBounced          = "sms.bounced"
	EventSMSSent             = "sms.sent"
	EventSMSClicked          = "sms.clicked"
	EventSMSReceived         = "sms.received" // the contact wrote to us
)

// Event is something that happened to a contact or that a contact did. Events never change.
type Event struct {
	ID         EventID
	Contact    ContactID
	Type       string
	MessageID  *int64 // the message it is about, for sends, opens and clicks
	CampaignID *int64
	Data       map[string]any
	Key        string    // the writer's key: a second event with it is the first one again; "" is no key
	OccurredAt time.Time // now when zero
	CreatedAt  time.Time
}

// EventMatch describes an event that somebody waits for. An event of a machine never matches.
type EventMatch struct {
	Contact   ContactID
	Type      string
	MessageID *int64  // only an event about this message
	Since     EventID // only an event with a higher id
}

// EventListener hears of events after they are committed. What it does may be lost in a crash.
type EventListener interface {
	EventsAppended(ctx context.Context, org domain.OrgID, events []Event)
}

// Events keeps the only record of activity.
type Events interface {
	// AppendEvents stores events in one round trip and returns them with their ids. Under a known
	// key it returns the event that is there. fresh says which ones are new. It refuses events of contacts
	// that are not there; the transaction is then to be rolled back.
	AppendEvents(ctx context.Context, org domain.OrgID, events []Event) (stored []Event, fresh []bool, err error)
	FindEvent(ctx context.Context, org domain.OrgID, match EventMatch) (Event, bool, error)
	LastEventID(ctx context.Context) (EventID, error)
	Timeline(ctx context.Context, org domain.OrgID, id ContactID, before EventID, limit int) ([]Event, error)
}

// AppendEvents stores events that the program observed, all or none, joins the caller's transaction, and
// tells the listener about new ones after the commit. An event whose key is known is returned as it
// stands. Events from outside go through RecordEvents, which allows custom types only.
func (s *Service) AppendEvents(ctx context.Context, org domain.OrgID, events []Event) ([]Event, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, nil
	}
	now := s.now()
	for i := range events {
		if events[i].OccurredAt.IsZero() {
			events[i].OccurredAt = now
		}
	}
	var stored []Event
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		all, fresh, err := s.store.AppendEvents(ctx, org, events)
		if err != nil {
			return err
		}
		stored = all
		var heard []Event
		for i, event := range stored {
			if fresh[i] {
				heard = append(heard, event)
			}
		}
		s.tell(ctx, org, heard)
		return nil
	})
	return stored, err
}

// tell lets the listener hear of events once they are committed.
func (s *Service) tell(ctx context.Context, org domain.OrgID, events []Event) {
	if s.listener != nil && len(events) > 0 {
		s.tx.AfterCommit(ctx, func(ctx context.Context) { s.listener.EventsAppended(ctx, org, events) })
	}
}

func (s *Service) append(ctx context.Context, org domain.OrgID, event Event) error {
	_, err := s.AppendEvents(ctx, org, []Event{event})
	return err
}

// FindEvent returns the first event that matches, and whether there is one. What a machine did in
// a person's name does not count.
func (s *Service) FindEvent(ctx context.Context, org domain.OrgID, match EventMatch) (Event, bool, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Event{}, false, err
	}
	return s.store.FindEvent(ctx, org, match)
}

// LastEventID returns an id that every event committed so far is not above; 0 without events.
// Events that are being written meanwhile may still appear below it.
func (s *Service) LastEventID(ctx context.Context, org domain.OrgID) (EventID, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return 0, err
	}
	return s.store.LastEventID(ctx)
}

// Timeline returns events of a contact, newest first: those below before, or the newest when
// before is 0. At most 100.
func (s *Service) Timeline(ctx context.Context, org domain.OrgID, id ContactID, before EventID, limit int) ([]Event, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	if limit < 1 {
		limit = domain.DefaultLimit
	}
	return s.store.Timeline(ctx, org, id, before, min(limit, domain.MaxLimit))
}
