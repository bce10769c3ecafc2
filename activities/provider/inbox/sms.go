package inbox

import (
	"context"
	"strconv"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// SMSKeeper keeps SMS. One with a known sid is kept once.
type SMSKeeper interface {
	CaptureSMS(ctx context.Context, org domain.OrgID, sms messaging.CapturedSMS) (messaging.InboxID, error)
}

// SMSProvider hands SMS to a keeper.
type SMSProvider struct{ keeper SMSKeeper }

var _ messaging.SMSProvider = (*SMSProvider)(nil)

// NewSMS makes the provider of SMS.
func NewSMS(keeper SMSKeeper) *SMSProvider { return &SMSProvider{keeper: keeper} }

// Name implements messaging.SMSProvider.
func (p *SMSProvider) Name() string { return "inbox" }

// SendSMS implements messaging.SMSProvider. As with mails, a failure may safely be called a refusal.
func (p *SMSProvider) SendSMS(ctx context.Context, m messaging.OutgoingSMS) (string, error) {
	id, err := p.keeper.CaptureSMS(ctx, m.Org, messaging.CapturedSMS{Sid: m.Sid, Number: m.To, Body: m.Text})
	if err != nil {
		return "", &messaging.Refused{Reason: domain.Keep("The inbox could not keep the SMS."), Detail: err.Error()}
	}
	return strconv.FormatInt(int64(id), 10), nil
}
