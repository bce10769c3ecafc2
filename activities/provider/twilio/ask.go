package twilio

import (
	"context"
	"fmt"
	"strings"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/mauntic/mauntic/domain/messaging"
)

// askDays is how many days around a call its SMS is looked for: Twilio's days are those of UTC, and a
// queued SMS is sent later.
const askDays = 1

// AskSMS implements messaging.SMSAsker: by the SID if there is one, else by number, day and text.
func (p *Provider) AskSMS(ctx context.Context, m messaging.AskedSMS) ([]messaging.Feedback, error) {
	if m.ProviderID != "" {
		found, err := p.call(ctx).api().FetchMessage(m.ProviderID, &openapi.FetchMessageParams{})
		if err != nil {
			return nil, fmt.Errorf("ask Twilio about an SMS: %w", err)
		}
		return feedbackOf(m.Sid, *found), nil
	}
	params := (&openapi.ListMessageParams{}).SetTo(m.To).SetPageSize(100)
	params.SetDateSentAfter(m.At.AddDate(0, 0, -askDays).UTC()).SetDateSentBefore(m.At.AddDate(0, 0, askDays+1).UTC())
	page, err := p.call(ctx).api().PageMessage(params, "", "")
	if err != nil {
		return nil, fmt.Errorf("look for an SMS at Twilio: %w", err)
	}
	var all []messaging.Feedback
	for _, found := range page.Messages {
		if strings.TrimSpace(text(found.Body)) == m.Text && strings.HasPrefix(text(found.Direction), "outbound") {
			all = append(all, feedbackOf(m.Sid, found)...)
		}
	}
	return all, nil
}

func feedbackOf(sid string, m openapi.ApiV2010Message) []messaging.Feedback {
	report := status{sid: sid, providerID: text(m.Sid), status: text(m.Status), to: text(m.To), detail: text(m.ErrorMessage)}
	if m.ErrorCode != nil {
		report.code = *m.ErrorCode
	}
	if at, err := time.Parse(time.RFC1123Z, text(m.DateUpdated)); err == nil {
		report.at = at
	}
	if feedback, ok := report.feedback(); ok {
		return []messaging.Feedback{feedback}
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
