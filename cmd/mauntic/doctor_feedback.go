package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/mauntic/mauntic/activities/provider/mailbox"
	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/activities/provider/ses/sqs"
)

// feedback looks at how we hear what becomes of mails.
func (d doctor) feedback() []check {
	var checks []check
	if strings.HasPrefix(d.cfg.Mail, "ses") || len(d.cfg.SES.TopicARN) > 0 {
		checks = append(checks, check{"SES events", d.sesEvents})
	}
	if d.cfg.SES.QueueURL != "" {
		checks = append(checks, check{"SES queue", d.sesQueue})
	}
	if d.cfg.BounceAddress != "" || d.cfg.BounceMailbox != "" {
		checks = append(checks, check{"Bounce mailbox", d.bounceMailbox})
	}
	return checks
}

// sesEvents finds settings by which nobody would hear of bounces.
func (d doctor) sesEvents(context.Context) (string, error) {
	topics, err := sns.ParseTopics(d.cfg.SES.TopicARN)
	switch {
	case err != nil:
		return "", fmt.Errorf("MAUNTIC_SES_TOPIC_ARN: %w", err)
	case d.cfg.SES.QueueURL != "":
		return "They come by the queue.", nil
	case len(topics) == 0:
		return "", errors.New("mail goes out by SES, but nobody hears of bounces and complaints: set MAUNTIC_SES_QUEUE_URL, or MAUNTIC_SES_TOPIC_ARN")
	case !d.cfg.secure():
		return "", fmt.Errorf("MAUNTIC_SES_TOPIC_ARN is set, but SNS can't post to %s: set MAUNTIC_BASE_URL to an https address, or use a queue (MAUNTIC_SES_QUEUE_URL)", d.cfg.BaseURL)
	}
	return "They come by SNS to the address that `mauntic hooks` prints. A queue (MAUNTIC_SES_QUEUE_URL) would keep them while Mauntic is away.", nil
}

func (d doctor) sesQueue(ctx context.Context) (string, error) {
	queue, err := sesQueue(ctx, d.cfg, sqs.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	status, err := queue.Status(ctx)
	if err != nil {
		return "", fmt.Errorf("MAUNTIC_SES_QUEUE_URL can't be read: %w", err)
	}
	found := status.Waiting + " messages wait."
	if !status.Redrive {
		found += " It has no dead-letter queue, so that messages that can't be read come again until they are too old."
	}
	return found, nil
}

func (d doctor) bounceMailbox(ctx context.Context) (string, error) {
	if d.cfg.BounceMailbox == "" {
		return "", fmt.Errorf("mail comes back to %s, but nobody reads it: set MAUNTIC_BOUNCE_MAILBOX", d.cfg.BounceAddress)
	}
	if _, err := d.cfg.returnAddress(nil); err != nil { // only whether it can be one
		return "", err
	}
	box, err := mailbox.New(d.cfg.BounceMailbox, nil, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", fmt.Errorf("MAUNTIC_BOUNCE_MAILBOX: %w", err)
	}
	mails, err := box.Check(ctx)
	if err != nil {
		return "", fmt.Errorf("MAUNTIC_BOUNCE_MAILBOX: %w", err)
	}
	return fmt.Sprintf("%d mails are in it.", mails), nil
}
