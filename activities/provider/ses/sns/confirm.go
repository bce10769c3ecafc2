package sns

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
)

// API confirms subscriptions by the API of SNS.
type API struct {
	settings aws.Config
	endpoint string
}

var _ Confirmer = (*API)(nil)

// NewAPI makes a confirmer. The endpoint is an emulator's; "" is Amazon's.
func NewAPI(settings aws.Config, endpoint string) *API {
	return &API{settings: settings, endpoint: endpoint}
}

// Confirm implements Confirmer. From then on only the topic's account can end the subscription.
func (a *API) Confirm(ctx context.Context, topic Topic, token string) error {
	client := awssns.NewFromConfig(a.settings, func(o *awssns.Options) {
		o.Region = topic.Region
		if a.endpoint != "" {
			o.BaseEndpoint = aws.String(a.endpoint)
		}
	})
	_, err := client.ConfirmSubscription(ctx, &awssns.ConfirmSubscriptionInput{
		TopicArn: aws.String(topic.ARN), Token: aws.String(token), AuthenticateOnUnsubscribe: aws.String("true"),
	})
	return err
}
