package ses

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

var _ messaging.Signing = (*Provider)(nil)

// RegisterDomain implements messaging.Signing: SES makes three keys for the domain, and takes what
// comes back at bounceDomain. It needs ses:CreateEmailIdentity and
// ses:PutEmailIdentityMailFromAttributes.
func (p *Provider) RegisterDomain(ctx context.Context, name, bounceDomain string) error {
	ctx, cancel := context.WithTimeout(ctx, messaging.CallTime)
	defer cancel()
	_, err := p.client.CreateEmailIdentity(ctx, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(name)})
	if exists := (*types.AlreadyExistsException)(nil); err != nil && !errors.As(err, &exists) {
		return refusedIdentity("register domain with SES", err)
	}
	if bounceDomain == "" {
		return nil
	}
	_, err = p.client.PutEmailIdentityMailFromAttributes(ctx, &sesv2.PutEmailIdentityMailFromAttributesInput{
		EmailIdentity: aws.String(name), MailFromDomain: aws.String(bounceDomain),
		// While its records are missing mail still goes out, with Amazon's return address.
		BehaviorOnMxFailure: types.BehaviorOnMxFailureUseDefaultValue,
	})
	if err != nil {
		return refusedIdentity("set bounce domain at SES", err)
	}
	return nil
}

// refusedIdentity tells people what SES said; without an answer of SES it is not theirs to mend.
func refusedIdentity(doing string, err error) error {
	if api := smithy.APIError(nil); errors.As(err, &api) && api.ErrorFault() == smithy.FaultClient {
		return domain.Conflict("Amazon SES refused: %s", first(api.ErrorMessage(), api.ErrorCode()))
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// DomainIdentity implements messaging.Signing. It needs ses:GetEmailIdentity.
func (p *Provider) DomainIdentity(ctx context.Context, name string) (messaging.DomainIdentity, error) {
	ctx, cancel := context.WithTimeout(ctx, messaging.CallTime)
	defer cancel()
	found, err := p.client.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: aws.String(name)})
	if absent := (*types.NotFoundException)(nil); errors.As(err, &absent) {
		return messaging.DomainIdentity{}, nil
	}
	if err != nil {
		return messaging.DomainIdentity{}, refusedIdentity("read domain at SES", err)
	}
	known := messaging.DomainIdentity{Known: true}
	if keys := found.DkimAttributes; keys != nil {
		known.Signs = keys.SigningEnabled && keys.Status == types.DkimStatusSuccess && found.VerifiedForSendingStatus
		known.Keys = cnames(name, keys)
	}
	if back := found.MailFromAttributes; back != nil && aws.ToString(back.MailFromDomain) != "" {
		known.BounceDomain = aws.ToString(back.MailFromDomain)
		known.BounceHost = "feedback-smtp." + p.region + ".amazonses.com"
		known.BounceSPF = "include:amazonses.com"
	}
	return known, nil
}

// cnames are the records of Easy DKIM. Keys that somebody brought along have a record of their own,
// which SES checks.
func cnames(name string, keys *types.DkimAttributes) []messaging.DNSRecord {
	if keys.SigningAttributesOrigin == types.DkimSigningAttributesOriginExternal {
		return nil
	}
	zone := first(aws.ToString(keys.SigningHostedZone), "dkim.amazonses.com")
	var records []messaging.DNSRecord
	for _, token := range keys.Tokens {
		records = append(records, messaging.DNSRecord{Name: token + "._domainkey." + name, Value: token + "." + zone})
	}
	return records
}
