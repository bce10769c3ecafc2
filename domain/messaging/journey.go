package messaging

import (
	"context"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// Journeys knows what messages may say about the journeys that they belong to.
type Journeys interface {
	// MessageVars returns merge tags of a message beyond those of its contact.
	MessageVars(ctx context.Context, org domain.OrgID, m Message) (map[string]any, error)
}

// TellOf has messages say what is known of their journeys. Call it before the first Deliver.
func (s *Service) TellOf(journeys Journeys) { s.journeys = journeys }

// journeyTag begins the tags that say something about the journey.
const journeyTag = "webhook"

// draft reads a message with what is needed to make it. Texts that say nothing about the journey,
// which most do, cost no look at it.
func (s *Service) draft(ctx context.Context, org domain.OrgID, id MessageID) (Draft, error) {
	d, err := s.store.Draft(ctx, org, id)
	if err == nil && d.Message.Class == ClassInternal {
		return s.noticeDraft(ctx, org, d)
	}
	if err != nil || s.journeys == nil || d.Message.JourneyID == nil || !strings.Contains(d.texts(), journeyTag) {
		return d, err
	}
	if d.journey, err = s.journeys.MessageVars(ctx, org, d.Message); err != nil {
		return Draft{}, fmt.Errorf("read what is known of the journey: %w", err)
	}
	return d, nil
}

// texts are all that the message says, before it is filled in.
func (d Draft) texts() string {
	switch {
	case d.SMS != nil:
		return d.SMS.Body
	case d.Email == nil:
		return ""
	}
	e := d.Email
	return strings.Join([]string{e.FromName, e.Subject, e.Preheader, e.HTML, e.Text}, "\n")
}
