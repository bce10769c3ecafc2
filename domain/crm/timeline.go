package crm

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// EventKind sorts the types of events as people look for them.
type EventKind string

// The kinds. An event may be of several: an import's change is a change, too.
const (
	KindMessages EventKind = "messages" // sent, received, returned
	KindActivity EventKind = "activity" // opens and clicks
	KindChanges  EventKind = "changes"  // of the contact, its tags, segments, marks and consents
	KindNotes    EventKind = "notes"    // and files
	KindCampaign EventKind = "campaign" // whatever a campaign did
	KindImports  EventKind = "imports"
	KindCustom   EventKind = "custom" // reported by programs
)

// EventKinds lists all kinds.
var EventKinds = []EventKind{KindMessages, KindActivity, KindChanges, KindNotes, KindCampaign, KindImports, KindCustom}

// kindTypes says which types are of a kind; the kinds that are absent are not told by the type alone.
var kindTypes = map[EventKind][]string{
	KindMessages: {EventEmailSent, EventSMSSent, EventSMSReceived, EventEmailBounced, EventSMSBounced, EventEmailComplained, EventUnsubscribed, EventResubscribed},
	KindActivity: {EventEmailOpened, EventEmailClicked, EventSMSClicked},
	KindChanges: {
		EventContactCreated, EventContactUpdated, EventContactDeleted, EventContactRestored, EventTagsChanged, EventPointsChanged, EventAddedToSegment, EventRemovedFromSegment,
		EventDoNotContactSet, EventDoNotContactCleared, EventConsentChanged, EventUnsubscribed, EventResubscribed,
	},
	KindNotes: {EventNoteAdded, EventFileAdded},
}

// TimelineCursor is a place in a timeline: what follows happened before it. The zero value is the
// newest end.
type TimelineCursor struct {
	At time.Time
	ID EventID
}

// String is the cursor as addresses carry it.
func (c TimelineCursor) String() string {
	if c.ID == 0 {
		return ""
	}
	return fmt.Sprintf("%d-%d", c.At.UnixMicro(), c.ID)
}

// ParseTimelineCursor reads what String wrote; "" is the zero value.
func ParseTimelineCursor(text string) (TimelineCursor, error) {
	if text == "" {
		return TimelineCursor{}, nil
	}
	// Times before 1970 begin with a minus.
	cut := strings.LastIndexByte(text, '-')
	if cut > 0 {
		micros, errAt := strconv.ParseInt(text[:cut], 10, 64)
		id, errID := strconv.ParseInt(text[cut+1:], 10, 64)
		if errAt == nil && errID == nil && id > 0 {
			return TimelineCursor{At: time.UnixMicro(micros).UTC(), ID: EventID(id)}, nil
		}
	}
	return TimelineCursor{}, domain.Invalid("before", "This is no place in a timeline. Take the cursor of the answer before.")
}

// TimelineQuery asks for a stretch of what happened to a contact. Every condition that is set must hold.
type TimelineQuery struct {
	Contact ContactID
	Kinds   []EventKind // any of these
	Search  string      // looked for in types, in the data of events and in the text of notes
	From    time.Time   // happened at or after
	To      time.Time   // happened before
	Before  TimelineCursor
	Limit   int // 1–100; 20 when 0
}

// Timeline is a stretch of what happened to a contact, the latest first.
type Timeline struct {
	Events []Event
	Notes  map[NoteID]Note // those that the events tell of
	Next   TimelineCursor  // where to read on; zero at the end
}

// TimelineFilter says in the words of a store what a query asks for: the types of its kinds, and
// whether it also wants what is not told by the type.
type TimelineFilter struct {
	Any      bool // no kind is asked for
	Types    []string
	Campaign bool
	Imports  bool
	Custom   bool
	Own      []string // beginnings of the types that are not custom
}

// Filter sorts out the kinds of a query.
func (q TimelineQuery) Filter() TimelineFilter {
	f := TimelineFilter{Any: len(q.Kinds) == 0, Own: ownEventTypes}
	for _, kind := range q.Kinds {
		f.Types = append(f.Types, kindTypes[kind]...)
		f.Campaign = f.Campaign || kind == KindCampaign
		f.Imports = f.Imports || kind == KindImports
		f.Custom = f.Custom || kind == KindCustom
	}
	return f
}

// Timelines reads what happened to contacts in the order in which it happened.
type Timelines interface {
	// FindTimeline reads up to q.Limit events. Events about deleted notes and files are left out.
	FindTimeline(ctx context.Context, org domain.OrgID, q TimelineQuery) ([]Event, error)
	NotesByID(ctx context.Context, org domain.OrgID, ids []NoteID) ([]Note, error)
}

// FindTimeline returns a stretch of what happened to a contact, the latest first.
func (s *Service) FindTimeline(ctx context.Context, org domain.OrgID, q TimelineQuery) (Timeline, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Timeline{}, err
	}
	if err := q.check(); err != nil {
		return Timeline{}, err
	}
	if _, err := s.store.Contact(ctx, org, q.Contact); err != nil {
		return Timeline{}, err
	}
	if q.Limit < 1 {
		q.Limit = domain.DefaultLimit
	}
	limit := min(q.Limit, domain.MaxLimit)
	q.Limit = limit + 1 // one more tells whether there are more
	events, err := s.store.FindTimeline(ctx, org, q)
	if err != nil {
		return Timeline{}, err
	}
	var found Timeline
	if len(events) > limit {
		events = events[:limit]
		last := events[limit-1]
		found.Next = TimelineCursor{At: last.OccurredAt.UTC(), ID: last.ID}
	}
	found.Events = events
	found.Notes, err = s.notesOf(ctx, org, events)
	return found, err
}

// EachTimeline calls fn with every stretch of a timeline until its end, for those who may export it.
func (s *Service) EachTimeline(ctx context.Context, org domain.OrgID, q TimelineQuery, fn func(Timeline) error) error {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return err
	}
	q.Limit = domain.MaxLimit
	for {
		stretch, err := s.FindTimeline(ctx, org, q)
		if err != nil {
			return err
		}
		if err := fn(stretch); err != nil {
			return err
		}
		if q.Before = stretch.Next; q.Before.ID == 0 {
			return nil
		}
	}
}

func (s *Service) notesOf(ctx context.Context, org domain.OrgID, events []Event) (map[NoteID]Note, error) {
	var ids []NoteID
	for _, event := range events {
		if id := event.Note(); id != 0 {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return nil, nil
	}
	notes, err := s.store.NotesByID(ctx, org, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[NoteID]Note, len(notes))
	for _, note := range notes {
		byID[note.ID] = note
	}
	return byID, nil
}

// Note is the note that an event tells of, 0 for none.
func (e Event) Note() NoteID {
	if e.Type != EventNoteAdded {
		return 0
	}
	id, _ := e.Data["noteId"].(float64)
	return NoteID(id)
}

func (q TimelineQuery) check() error {
	for _, kind := range q.Kinds {
		if !slices.Contains(EventKinds, kind) {
			return domain.Invalid("kind", "There is no kind %.50q of events.", kind)
		}
	}
	if !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) {
		return domain.Invalid("to", "The end must lie after the beginning.")
	}
	return checkSearch(q.Search)
}
