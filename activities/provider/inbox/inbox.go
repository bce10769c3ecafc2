// Package inbox is the provider that sends nothing: it keeps mails and SMS for people to read in the app.
package inbox

import (
	"context"
	"strconv"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Keeper keeps mails. One with a known sid is kept once.
type Keeper interface {
	Capture(ctx context.Context, org domain.OrgID, mail messaging.Captured) (messaging.InboxID, error)
}

// Provider hands mails to a Keeper.
type Provider struct{ keeper Keeper }

var _ messaging.Provider = (*Provider)(nil)

// New makes the provider.
func New(keeper Keeper) *Provider { return &Provider{keeper: keeper} }

// Name implements messaging.Provider.
func (p *Provider) Name() string { return "inbox" }

// Send implements messaging.Provider. Keeping is idempotent, so that a failure may safely be called
// a refusal: a repeat finds what was kept.
func (p *Provider) Send(ctx context.Context, m messaging.Outgoing) (string, error) {
	id, err := p.keeper.Capture(ctx, m.Org, messaging.Captured{
		Sid: m.Sid, Sender: m.From, Recipient: m.To, Subject: m.Subject, Raw: m.Raw, Private: m.Private,
	})
	if err != nil {
		return "", &messaging.Refused{Reason: domain.Keep("The inbox could not keep the mail."), Detail: err.Error()}
	}
	return strconv.FormatInt(int64(id), 10), nil
}
