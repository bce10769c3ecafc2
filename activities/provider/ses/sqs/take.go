package sqs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/domain/messaging"
)

// letter is a message of the queue that could be read.
type letter struct {
	types.Message

	feedback []messaging.Feedback // none: it does not concern us
}

// read reads messages. Those that can't be read stay where they are: the queue brings them again,
// and gives them to its dead letters in the end.
func (p *Poller) read(ctx context.Context, messages []types.Message) []letter {
	var letters []letter
	for _, m := range messages {
		feedback, err := p.parse([]byte(aws.ToString(m.Body)))
		if err != nil {
			p.poison(ctx, m, err)
			continue
		}
		letters = append(letters, letter{m, feedback})
	}
	return letters
}

// parse reads the body of a message: an envelope of SNS or, with raw delivery, the event itself.
func (p *Poller) parse(body []byte) ([]messaging.Feedback, error) {
	e, err := sns.ParseEnvelope(body)
	if err != nil || e.Type != sns.TypeNotification {
		return sns.Feedback(body, time.Time{})
	}
	ours := func(t sns.Topic) bool { return t.ARN == e.TopicARN }
	if len(p.Topics) > 0 && !slices.ContainsFunc(p.Topics, ours) {
		return nil, fmt.Errorf("it comes from topic %q, which MAUNTIC_SES_TOPIC_ARN does not name", e.TopicARN)
	}
	return e.Feedback()
}

func (p *Poller) poison(ctx context.Context, m types.Message, err error) {
	p.Log.ErrorContext(ctx, "message of the queue can't be taken; the queue keeps it", slog.String("message", aws.ToString(m.MessageId)),
		slog.String("receives", m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)]), slog.Any("error", err))
}

// take keeps what letters tell, and deletes them. While the database is away it holds on to them.
func (p *Poller) take(ctx context.Context, letters []letter) {
	var wait backoff
	for {
		left, err := p.keep(ctx, letters)
		if len(left) == 0 || ctx.Err() != nil {
			return // what is left will be seen again
		}
		if p.Ready(ctx) == nil {
			for _, l := range left {
				p.poison(ctx, l.Message, err)
			}
			return
		}
		letters = left
		p.hold(ctx, letters)
		wait.pause(ctx)
	}
}

// keep keeps what letters tell, together or, when that fails, each by itself. It returns those that
// can't be kept, and why.
func (p *Poller) keep(ctx context.Context, letters []letter) (left []letter, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	var all []messaging.Feedback
	for _, l := range letters {
		all = append(all, l.feedback...)
	}
	if len(all) == 0 || p.Taker.TakeFeedback(ctx, all) == nil {
		p.remove(ctx, letters)
		return nil, nil
	}
	var kept []letter
	for _, l := range letters {
		if failed := p.keepOne(ctx, l); failed != nil {
			left, err = append(left, l), failed
			continue
		}
		kept = append(kept, l)
	}
	p.remove(ctx, kept)
	return left, err
}

func (p *Poller) keepOne(ctx context.Context, l letter) error {
	if len(l.feedback) == 0 {
		return nil
	}
	return p.Taker.TakeFeedback(ctx, l.feedback)
}

// remove deletes letters. One that stays is brought again, which has no second effect.
func (p *Poller) remove(ctx context.Context, letters []letter) {
	for part := range slices.Chunk(letters, batchSize) {
		entries := make([]types.DeleteMessageBatchRequestEntry, len(part))
		for i, l := range part {
			entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: l.ReceiptHandle}
		}
		answer, err := p.client.DeleteMessageBatch(ctx, &awssqs.DeleteMessageBatchInput{QueueUrl: aws.String(p.URL), Entries: entries})
		if err == nil && len(answer.Failed) > 0 {
			err = fmt.Errorf("%d of %d failed: %s", len(answer.Failed), len(entries), aws.ToString(answer.Failed[0].Message))
		}
		if err != nil {
			p.Log.WarnContext(ctx, "delete messages of queue", slog.Any("error", err))
		}
	}
}

// hold keeps others from getting letters for another while.
func (p *Poller) hold(ctx context.Context, letters []letter) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	for part := range slices.Chunk(letters, batchSize) {
		entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(part))
		for i, l := range part {
			entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(strconv.Itoa(i)), ReceiptHandle: l.ReceiptHandle, VisibilityTimeout: int32((maxWait + hidden) / time.Second),
			}
		}
		if _, err := p.client.ChangeMessageVisibilityBatch(ctx, &awssqs.ChangeMessageVisibilityBatchInput{QueueUrl: aws.String(p.URL), Entries: entries}); err != nil {
			p.Log.WarnContext(ctx, "hold on to messages of queue", slog.Any("error", err))
		}
	}
}
