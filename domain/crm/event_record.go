package crm

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Bounds of events from outside.
const (
	maxEventsOnce  = 100
	maxEventData   = 16 << 10 // bytes of JSON
	maxEventKey    = 255
	maxClockDrift  = 5 * time.Minute // how far ahead of ours a caller's clock may be
	maxAddressText = 320
)

var (
	eventTypePattern = regexp.MustCompile(`^[a-z][a-z0-9_.-]{0,99}$`)

	// ownEventTypes begin the types that only the program writes.
	ownEventTypes = []string{"email.", "contact.", "campaign.", "sms.", "points."}
)

// EventInput is an event from outside, about a contact that is named by id or by email address.
type EventInput struct {
	Contact    ContactID
	Email      string // used when Contact is 0
	Type       string
	Data       map[string]any
	Key        string
	OccurredAt time.Time // now when zero
}

// RecordEvents stores up to 100 custom events, all or none. Repeating it with the same keys
// stores nothing twice. A contact that does not exist is a finding at its event.
func (s *Service) RecordEvents(ctx context.Context, org domain.OrgID, inputs []EventInput) ([]Event, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return nil, err
	}
	if len(inputs) == 0 || len(inputs) > maxEventsOnce {
		return nil, domain.Invalid("events", "Send between 1 and %d events at once; these are %d.", maxEventsOnce, len(inputs))
	}
	var findings domain.Findings
	for i, in := range inputs {
		in.check(fmt.Sprintf("events[%d].", i), s.now(), &findings)
	}
	if err := findings.Err(); err != nil {
		return nil, err
	}
	var stored []Event
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		events, err := s.resolve(ctx, org, inputs)
		if err != nil {
			return err
		}
		stored, err = s.AppendEvents(ctx, org, events)
		return err
	})
	return stored, err
}

// resolve turns inputs into events of contacts that exist.
func (s *Service) resolve(ctx context.Context, org domain.OrgID, inputs []EventInput) ([]Event, error) {
	var ids []ContactID
	var emails []string
	for _, in := range inputs {
		if in.Contact != 0 {
			ids = append(ids, in.Contact)
			continue
		}
		emails = append(emails, identityOf(in.Email))
	}
	found, err := s.store.FindContacts(ctx, org, ids, emails)
	if err != nil {
		return nil, err
	}
	var findings domain.Findings
	events := make([]Event, len(inputs))
	for i, in := range inputs {
		id := in.Contact
		switch {
		case id == 0:
			if id = found.Emails[identityOf(in.Email)]; id == 0 {
				findings.Add(fmt.Sprintf("events[%d].email", i), "No contact has the email address %.100q.", in.Email)
			}
		case !found.IDs[id]:
			findings.Add(fmt.Sprintf("events[%d].contactId", i), "There is no contact %d.", id)
		}
		events[i] = Event{Contact: id, Type: in.Type, Data: in.Data, Key: in.Key, OccurredAt: in.OccurredAt.UTC()}
	}
	return events, findings.Err()
}

func (in EventInput) check(at string, now time.Time, findings *domain.Findings) {
	if problem := eventTypeProblem(in.Type); problem != nil {
		findings.Say(at+"type", problem)
	}
	if in.Contact == 0 && in.Email == "" {
		findings.Add(at+"contactId", "Say whose event it is: give contactId or email.")
	}
	if problem := textProblem(in.Email, maxAddressText); problem != nil {
		findings.Say(at+"email", problem)
	}
	if problem := textProblem(in.Key, maxEventKey); problem != nil {
		findings.Say(at+"key", problem)
	}
	if in.OccurredAt.After(now.Add(maxClockDrift)) {
		findings.Add(at+"occurredAt", "An event can't lie in the future; it is now %s.", now.Format(time.RFC3339))
	}
	if year := in.OccurredAt.Year(); !in.OccurredAt.IsZero() && year < 1970 {
		findings.Add(at+"occurredAt", "An event can't lie in the year %d.", year)
	}
	if problem := eventDataProblem(in.Data); problem != nil {
		findings.Say(at+"data", problem)
	}
}

func eventTypeProblem(name string) *domain.Phrase {
	if !eventTypePattern.MatchString(name) {
		return domain.Say("A type is small letters, digits and the signs _ . -, at most 100, beginning with a letter, such as order.paid.")
	}
	for _, prefix := range ownEventTypes {
		if strings.HasPrefix(name, prefix) {
			return domain.Say("Types that begin with %s are written by Mauntic itself; choose another name.", prefix)
		}
	}
	return nil
}

func eventDataProblem(data map[string]any) *domain.Phrase {
	encoded, err := json.Marshal(data)
	switch {
	case err != nil:
		return domain.Say("The data can't be written as JSON.")
	case len(encoded) > maxEventData:
		return domain.Say("The data of an event may have at most %s bytes, and these are %s.", domain.Number(maxEventData), domain.Number(len(encoded)))
	case holdsNUL(data):
		return domain.Say("The data holds a NUL character, which can't be stored.")
	}
	return nil
}

// holdsNUL looks for the one character that Postgres can't keep in JSON.
func holdsNUL(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		if slices.ContainsFunc(v, holdsNUL) {
			return true
		}
	case map[string]any:
		for key, item := range v {
			if strings.ContainsRune(key, 0) || holdsNUL(item) {
				return true
			}
		}
	}
	return false
}

// identityOf returns the form in which an address identifies a contact.
func identityOf(email string) string {
	if normal, err := NormalEmail(email); err == nil {
		email = normal
	}
	return strings.ToLower(strings.TrimSpace(email))
}
