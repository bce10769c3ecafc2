package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// SendSMS sends one SMS to the contact, effectively once.
type SendSMS struct {
	SMS messaging.SMSID `json:"sms"`
}

// SendSMSActivity is the activity that delivers it.
const SendSMSActivity = "SendSMS"

// Describe implements Settings.
func (SendSMS) Describe() *domain.Phrase { return domain.Say("Send SMS") }

// Validate implements Settings.
func (s SendSMS) Validate(v *Validation) {
	if s.SMS == 0 {
		v.Problem("sms", "Choose the SMS to send.")
	} else if problem := v.UnsendableSMS[s.SMS]; problem != nil {
		v.Refuse("sms", problem)
	}
}

// Walk implements Settings.
func (s SendSMS) Walk(ctx context.Context, w *Walker) (Move, error) {
	return w.deliver(ctx, messaging.Decision{Channel: messaging.ChannelSMS, SMS: s.SMS}, SendSMSActivity, domain.Say("Send SMS: %s", w.Step.Phrase()))
}
