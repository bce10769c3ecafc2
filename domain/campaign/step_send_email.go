package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// SendEmail sends one email to the contact, effectively once.
type SendEmail struct {
	Email messaging.EmailID `json:"email"`
}

// SendEmailActivity is the activity that delivers it.
const SendEmailActivity = "SendEmail"

// Describe implements Settings.
func (SendEmail) Describe() *domain.Phrase { return domain.Say("Send email") }

// Validate implements Settings.
func (s SendEmail) Validate(v *Validation) {
	if s.Email == 0 {
		v.Problem("email", "Choose the email to send.")
	} else if problem := v.Unsendable[s.Email]; problem != nil {
		v.Refuse("email", problem)
	}
}

// Walk implements Settings.
func (s SendEmail) Walk(ctx context.Context, w *Walker) (Move, error) {
	return w.deliver(ctx, messaging.Decision{Channel: messaging.ChannelEmail, Email: s.Email}, SendEmailActivity, domain.Say("Send email: %s", w.Step.Phrase()))
}
