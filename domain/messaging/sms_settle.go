package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// SMSAsker is an SMS provider that can be asked what became of an SMS, because its reports may be lost.
type SMSAsker interface {
	// AskSMS returns what is known of an SMS; nothing when it never came there. Of one without a
	// provider id it returns what is known of each that it could be.
	AskSMS(ctx context.Context, m AskedSMS) ([]Feedback, error)
}

// AskedSMS is an SMS of which we want to know what became of it.
type AskedSMS struct {
	OutgoingSMS
	ProviderID string    // "": the answer with it was lost; look for number, time and text
	At         time.Time // when it was given to the provider
}

// OpenSMS is an SMS whose end nobody has reported.
type OpenSMS struct {
	Org        domain.OrgID
	ID         MessageID
	ProviderID string
	At         time.Time
}

// Waiting times of SMS without news.
const (
	askAfter   = 10 * time.Minute
	askNoMore  = 48 * time.Hour
	askAtOnce  = 100 // SMS a round
	askTimeOut = CallTime
)

// OpenTexts finds SMS without news.
type OpenTexts interface {
	// OpenSMS returns SMS with an id above after, of all organizations, that the provider got
	// between two times and that are unknown, or sent without a final report.
	OpenSMS(ctx context.Context, provider string, from, until time.Time, after MessageID, limit int) ([]OpenSMS, error)
}

// SettleSMS asks the provider about SMS without news for ten minutes, and returns how many it asked
// about. Each round goes on where the last one ended. A provider that can't be asked is not asked.
func (s *Service) SettleSMS(ctx context.Context) (int, error) {
	asker, ok := s.sms.(SMSAsker)
	if !ok {
		return 0, nil
	}
	now := s.now()
	open, err := s.store.OpenSMS(ctx, s.sms.Name(), now.Add(-askNoMore), now.Add(-askAfter), s.asked, askAtOnce)
	if err != nil {
		return 0, fmt.Errorf("find SMS without news: %w", err)
	}
	s.asked = 0
	if len(open) == askAtOnce {
		s.asked = open[len(open)-1].ID
	}
	for _, one := range open {
		if err := s.askAbout(ctx, asker, one); err != nil {
			s.log.WarnContext(ctx, "ask what became of an SMS", slog.Int64("message", int64(one.ID)), slog.Any("error", err))
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	return len(open), nil
}

func (s *Service) askAbout(ctx context.Context, asker SMSAsker, one OpenSMS) error {
	ctx, cancel := context.WithTimeout(identity.WithActor(ctx, identity.System(one.Org)), askTimeOut)
	defer cancel()
	draft, err := s.draft(ctx, one.Org, one.ID)
	if err != nil {
		return err
	}
	m := draft.Message
	ask := AskedSMS{OutgoingSMS: OutgoingSMS{Org: one.Org, Sid: m.Sid, To: m.Address}, ProviderID: one.ProviderID, At: one.At}
	if ask.ProviderID == "" { // it is known by its text only, which is made again
		if ask.Text, err = s.textOf(ctx, one.Org, draft); err != nil || ask.Text == "" {
			return err
		}
	}
	feedback, err := asker.AskSMS(ctx, ask)
	if err == nil && ask.ProviderID == "" {
		feedback, err = s.nobodys(ctx, feedback)
	}
	if err != nil {
		return err
	}
	return s.TakeFeedback(ctx, feedback)
}

// nobodys returns the first report that is about no message whose provider id is known: people get the
// same words more than once.
func (s *Service) nobodys(ctx context.Context, list []Feedback) ([]Feedback, error) {
	bare := slices.Clone(list)
	for i := range bare {
		bare[i].Sid = ""
	}
	known, err := s.store.FindReported(ctx, bare)
	if err != nil {
		return nil, err
	}
	for i, report := range known {
		if report.Message == 0 {
			return list[i : i+1], nil
		}
	}
	return nil, nil
}

// textOf makes the text of an SMS again; "" when that can't be done any more.
func (s *Service) textOf(ctx context.Context, org domain.OrgID, d Draft) (string, error) {
	to, skip, err := s.recipient(ctx, org, texts{s}, d.Message)
	if err != nil || (skip != "" && to.contact.ID == 0) || d.SMS == nil {
		return "", err
	}
	out, _, _, err := texts{s}.outgoing(ctx, org, d, to)
	if err != nil && domain.KindOf(err) == "" && !errors.Is(err, domain.ErrNotFound) {
		return "", err
	}
	return out.Text, nil
}
