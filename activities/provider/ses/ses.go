// Package ses sends mails through Amazon SES, by its version 2 API.
package ses

import (
	"context"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/mauntic/mauntic/domain/messaging"
)

// Config says which SES to use. Credentials come from where AWS programs look for them.
type Config struct {
	Region           string
	ConfigurationSet string // "": none
	Endpoint         string // of an emulator; "": Amazon's
}

// Provider sends through SES.
type Provider struct {
	client           *sesv2.Client
	region           string
	configurationSet *string
}

var _ messaging.Provider = (*Provider)(nil)

// New makes the provider. It does not call SES.
func New(ctx context.Context, c Config) (*Provider, error) {
	settings, err := Settings(ctx, c.Region, c.Endpoint != "")
	if err != nil {
		return nil, err
	}
	client := sesv2.NewFromConfig(settings, func(o *sesv2.Options) {
		o.Retryer = aws.NopRetryer{} // one attempt: a second one may be a second mail
		if c.Endpoint != "" {
			o.BaseEndpoint = aws.String(c.Endpoint)
		}
	})
	p := &Provider{client: client, region: settings.Region}
	if c.ConfigurationSet != "" {
		p.configurationSet = aws.String(c.ConfigurationSet)
	}
	return p, nil
}

// Name implements messaging.Provider.
func (p *Provider) Name() string { return "ses" }

// Send implements messaging.Provider.
func (p *Provider) Send(ctx context.Context, m messaging.Outgoing) (string, error) {
	var written atomic.Bool // whether SES may have seen anything of the request
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaderField: func(string, []string) { written.Store(true) },
	})
	answer, err := p.client.SendEmail(ctx, &sesv2.SendEmailInput{
		Content:              &types.EmailContent{Raw: &types.RawMessage{Data: m.Raw}},
		Destination:          &types.Destination{ToAddresses: []string{m.To}},
		ConfigurationSetName: p.configurationSet,
		EmailTags:            tags(m),
	})
	if err != nil {
		return "", classify(err, written.Load())
	}
	return aws.ToString(answer.MessageId), nil
}

// tags let the events of SES lead back to the ledger.
func tags(m messaging.Outgoing) []types.MessageTag {
	list := []types.MessageTag{
		{Name: aws.String("sid"), Value: aws.String(m.Sid)},
		{Name: aws.String("org"), Value: aws.String(strconv.FormatInt(int64(m.Org), 10))},
	}
	if m.Campaign != 0 {
		list = append(list, types.MessageTag{Name: aws.String("cmp"), Value: aws.String(strconv.FormatInt(m.Campaign, 10))})
	}
	return list
}
