package ses

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

var _ messaging.Limited = (*Provider)(nil)

// Quota implements messaging.Limited. It needs the permission ses:GetAccount.
func (p *Provider) Quota(ctx context.Context) (messaging.Quota, error) {
	ctx, cancel := context.WithTimeout(ctx, messaging.CallTime)
	defer cancel()
	account, err := p.client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return messaging.Quota{}, fmt.Errorf("read SES account: %w", err)
	}
	quota := messaging.Quota{Provider: "Amazon SES", Trial: !account.ProductionAccessEnabled}
	if !account.SendingEnabled {
		quota.Stopped = domain.Keep("Amazon SES has switched off sending for this account. Look at its reputation page in the AWS console.")
	}
	if limits := account.SendQuota; limits != nil {
		quota.PerSecond, quota.Sent = limits.MaxSendRate, limits.SentLast24Hours
		quota.PerDay = max(limits.Max24HourSend, 0) // -1: not limited
	}
	return quota, nil
}
