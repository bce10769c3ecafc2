// Package sqs takes what Amazon SES tells about messages out of a queue of Amazon SQS, which keeps it
// for up to 14 days while we are away and needs no public address.
package sqs

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/mauntic/mauntic/activities/provider/ses/sns"
)

const (
	batchSize = 10               // the most that SQS hands out at once
	longPoll  = 20 * time.Second // the longest that SQS lets us wait
	callTime  = 10 * time.Second // of every call, beyond what it waits for
	// hidden is how long nobody else gets a message that we have. It is extended while the
	// database is away.
	hidden = time.Minute
	// stopTime is how long keeping and deleting may go on after the program was told to stop.
	stopTime  = 10 * time.Second
	firstWait = time.Second
	maxWait   = time.Minute
)

// Options make a poller. All but Endpoint and Topics are required.
type Options struct {
	Settings aws.Config
	URL      string // of the queue
	Endpoint string // of an emulator; "": Amazon's
	// Topics are those whose notifications are taken, where the queue's messages name them. None:
	// who may write to the queue is believed.
	Topics []sns.Topic
	Taker  sns.Taker
	// Ready says whether feedback can be kept at all right now.
	Ready func(ctx context.Context) error
	Log   *slog.Logger
}

// Poller takes events out of one queue. Several may work on the same.
type Poller struct {
	Options

	client *awssqs.Client
	wait   time.Duration // before the next try
}

// New makes a poller. It does not call SQS.
func New(o Options) (*Poller, error) {
	queue, err := url.Parse(o.URL)
	if err != nil || queue.Host == "" || (queue.Scheme != "https" && queue.Scheme != "http") {
		return nil, fmt.Errorf("%q is not the address of a queue, such as https://sqs.eu-central-1.amazonaws.com/123456789012/ses-events", o.URL)
	}
	client := awssqs.NewFromConfig(o.Settings, func(c *awssqs.Options) {
		if words := strings.Split(queue.Hostname(), "."); len(words) > 3 && words[0] == "sqs" {
			c.Region = words[1] // the queue's, whatever region we send from
		}
		if o.Endpoint != "" {
			c.BaseEndpoint = aws.String(o.Endpoint)
		}
	})
	return &Poller{Options: o, client: client, wait: firstWait}, nil
}

// Run takes events until its context ends.
func (p *Poller) Run(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.Poll(ctx)
		if err == nil {
			p.wait = firstWait
			continue
		}
		if ctx.Err() == nil {
			p.Log.WarnContext(ctx, "events of SES can't be taken from the queue", slog.Any("error", err), slog.Duration("again_in", p.wait))
		}
		p.pause(ctx)
	}
}

// Poll waits up to 20 seconds for messages, keeps what they tell, and deletes those that are kept.
// While nothing can be kept it takes none: each try brings a message nearer to the dead letters.
func (p *Poller) Poll(ctx context.Context) error {
	if err := p.Ready(ctx); err != nil {
		return fmt.Errorf("wait for the database: %w", err)
	}
	receiving, cancel := context.WithTimeout(ctx, longPoll+callTime)
	defer cancel()
	answer, err := p.client.ReceiveMessage(receiving, &awssqs.ReceiveMessageInput{
		QueueUrl: aws.String(p.URL), MaxNumberOfMessages: batchSize,
		WaitTimeSeconds: int32(longPoll / time.Second), VisibilityTimeout: int32(hidden / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
	})
	if err != nil {
		return fmt.Errorf("receive from queue: %w", err)
	}
	p.take(ctx, p.read(ctx, answer.Messages))
	return nil
}

// pause waits twice as long each time, and not exactly as long as our neighbours.
func (p *Poller) pause(ctx context.Context) {
	timer := time.NewTimer(p.wait/2 + rand.N(p.wait)) //nolint:gosec // nobody gains by guessing it
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	p.wait = min(2*p.wait, maxWait)
}

// Status is how a queue is doing.
type Status struct {
	Waiting string // how many messages wait, about
	Redrive bool   // whether it gives up on messages and keeps them elsewhere
}

// Status asks SQS about the queue.
func (p *Poller) Status(ctx context.Context) (Status, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	answer, err := p.client.GetQueueAttributes(ctx, &awssqs.GetQueueAttributesInput{
		QueueUrl:       aws.String(p.URL),
		AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameRedrivePolicy},
	})
	if err != nil {
		return Status{}, fmt.Errorf("ask for attributes of queue: %w", err)
	}
	return Status{
		Waiting: answer.Attributes[string(types.QueueAttributeNameApproximateNumberOfMessages)],
		Redrive: answer.Attributes[string(types.QueueAttributeNameRedrivePolicy)] != "",
	}, nil
}
