package main

import (
	"context"
	"errors"
	"time"

	"github.com/mauntic/mauntic/activities/provider/mailbox"
	"github.com/mauntic/mauntic/activities/provider/ses"
	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/activities/provider/ses/sqs"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// sesEvents are the ways by which Amazon tells what became of mails. Each is nil where the settings
// don't ask for it.
type sesEvents struct {
	hook  *sns.Receiver
	queue *sqs.Poller
}

func (a *app) wireSESEvents(ctx context.Context) (sesEvents, error) {
	var events sesEvents
	topics, err := sns.ParseTopics(a.Config.SES.TopicARN)
	if err != nil {
		return events, domain.Unavailable("MAUNTIC_SES_TOPIC_ARN can't be used: %v.", err)
	}
	if len(topics) > 0 {
		settings, err := ses.Settings(ctx, a.Config.SES.Region, false)
		if err != nil {
			return events, noRegion("MAUNTIC_SES_TOPIC_ARN is set", err)
		}
		events.hook = &sns.Receiver{
			Verifier: sns.NewVerifier(sns.Options{Topics: topics, AllowSHA1: a.Config.SES.AllowSHA1, Fetch: a.egress}),
			Taker:    a.messaging, Arming: a.messaging, Confirmer: sns.NewAPI(settings, ""), Log: a.Log,
		}
	}
	if a.Config.SES.QueueURL != "" {
		events.queue, err = sesQueue(ctx, a.Config, sqs.Options{Taker: a.messaging, Ready: a.DB.Pool().Ping, Log: a.Log})
	}
	return events, err
}

// noRegion says in a sentence what is missing where a setting needs a region of AWS. Other errors stay.
func noRegion(because string, err error) error {
	if errors.Is(err, ses.ErrNoRegion) {
		return domain.Unavailable("%s, but no region is named: set MAUNTIC_SES_REGION, for example to eu-central-1.", because)
	}
	return err
}

// sesQueue makes the poller of MAUNTIC_SES_QUEUE_URL.
func sesQueue(ctx context.Context, cfg *Config, options sqs.Options) (*sqs.Poller, error) {
	var err error
	if options.Topics, err = sns.ParseTopics(cfg.SES.TopicARN); err != nil {
		return nil, domain.Unavailable("MAUNTIC_SES_TOPIC_ARN can't be used: %v.", err)
	}
	if options.Settings, err = ses.Settings(ctx, cfg.SES.Region, cfg.SES.SQSEndpoint != ""); err != nil {
		return nil, noRegion("MAUNTIC_SES_QUEUE_URL is set", err)
	}
	options.URL, options.Endpoint = cfg.SES.QueueURL, cfg.SES.SQSEndpoint
	queue, err := sqs.New(options)
	if err != nil {
		return nil, domain.Unavailable("MAUNTIC_SES_QUEUE_URL can't be used: %v.", err)
	}
	return queue, nil
}

// returnAddress is nil when none is set.
func (c *Config) returnAddress(signer *messaging.Signer) (*messaging.ReturnAddress, error) {
	if c.BounceAddress == "" {
		if c.BounceMailbox != "" {
			return nil, domain.Unavailable("MAUNTIC_BOUNCE_MAILBOX is set, but no mail comes back to it: set MAUNTIC_BOUNCE_ADDRESS to its address.")
		}
		return nil, nil
	}
	address, err := messaging.NewReturnAddress(signer, c.BounceAddress)
	if err != nil {
		return nil, domain.Unavailable("MAUNTIC_BOUNCE_ADDRESS can't be used: %v", err)
	}
	return address, nil
}

// mailboxPause is how long a mail that came back waits at most.
const mailboxPause = time.Minute

// feedbackLoops take what providers tell, where they don't come to us.
func (a *app) feedbackLoops() ([]loop, error) {
	var loops []loop
	if a.events.queue != nil {
		loops = append(loops, loop{"queue of SES events", a.events.queue.Run})
	}
	if a.Config.BounceMailbox != "" {
		box, err := mailbox.New(a.Config.BounceMailbox, a.returns, a.messaging, a.Log)
		if err != nil {
			return nil, domain.Unavailable("MAUNTIC_BOUNCE_MAILBOX can't be used: %v.", err)
		}
		loops = append(loops, loop{"bounce mailbox", a.every(mailboxPause, "read mails that came back", func(ctx context.Context) error {
			_, err := box.Visit(ctx)
			return err
		})})
	}
	return loops, nil
}
