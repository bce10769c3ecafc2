// Package sqs takes what Amazon SES tells about messages out of a queue of Amazon SQS, which keeps it
// for up to 14 days while we are away and needs no public address.
package sqs

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/activities/provider/ses/sns"
)

const (
	batchSize = 10               // the most that SQS hands out, or deletes, at once
	together  = 100              // the most that is kept in one go, while more is waiting
	longPoll  = 20 * time.Second // the longest that SQS lets us wait
	callTime  = 10 * time.Second // of every call, beyond what it waits for
	// hidden is how long nobody else gets a message that we have. It is extended while the
	// database is away.
	hidden = time.Minute
	// stopTime is how long keeping and deleting may go on after the program was told to stop.
	stopTime = 10 * time.Second
	inFlight = 2 // how often that happens at the same time
)

// Options make a poller. All but Endpoint and Topics are required.
type Options struct {
	Settings aws.Config
	URL      string // of the queue, to which SNS delivers raw or in envelopes
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
	return &Poller{Options: o, client: client}, nil
}

// Run takes events until its context ends.
func (p *Poller) Run(ctx context.Context) {
	var taking errgroup.Group
	taking.SetLimit(inFlight)
	defer taking.Wait() //nolint:errcheck // nothing in it fails
	var wait backoff
	for ctx.Err() == nil {
		letters, err := p.receive(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.WarnContext(ctx, "events of SES can't be taken from the queue", slog.Any("error", err))
			wait.pause(ctx)
			continue
		}
		wait = 0
		if len(letters) > 0 {
			taking.Go(func() error {
				p.take(ctx, letters)
				return nil
			})
		}
	}
}

// Poll waits up to 20 seconds for messages, keeps what they tell, and deletes those that are kept.
func (p *Poller) Poll(ctx context.Context) error {
	letters, err := p.receive(ctx)
	if err == nil {
		p.take(ctx, letters)
	}
	return err
}

// receive waits up to 20 seconds for messages, and takes in more while there are many. While nothing
// can be kept it takes none: each time that a message is received brings it nearer to the dead letters.
func (p *Poller) receive(ctx context.Context) ([]letter, error) {
	if err := p.Ready(ctx); err != nil {
		return nil, fmt.Errorf("wait for the database: %w", err)
	}
	var letters []letter
	for wait := longPoll; len(letters) < together; wait = time.Second {
		messages, err := p.receiveOnce(ctx, wait)
		if err != nil && len(letters) == 0 {
			return nil, err
		}
		letters = append(letters, p.read(ctx, messages)...)
		if len(messages) < batchSize {
			break
		}
	}
	return letters, nil
}

func (p *Poller) receiveOnce(ctx context.Context, wait time.Duration) ([]types.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, wait+callTime)
	defer cancel()
	answer, err := p.client.ReceiveMessage(ctx, &awssqs.ReceiveMessageInput{
		QueueUrl: aws.String(p.URL), MaxNumberOfMessages: batchSize,
		WaitTimeSeconds: int32(wait / time.Second), VisibilityTimeout: int32(hidden / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
	})
	if err != nil {
		return nil, fmt.Errorf("receive from queue: %w", err)
	}
	return answer.Messages, nil
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
