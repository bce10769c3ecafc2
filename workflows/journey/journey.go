// Package journey is the workflow that takes one contact through one campaign. It knows no steps:
// it asks what to do, does it, and asks again. All decisions are Advance's, in the database, so
// this code hardly ever changes.
package journey

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/workflows"
)

// WakeSignal tells a journey to ask again. Its argument is a campaign.Happened.
const WakeSignal = "wake"

// DoingQuery answers with the instruction that the journey carries out now.
const DoingQuery = "doing"

// Input starts a journey, at its beginning or at its cursor.
type Input struct {
	Org     domain.OrgID       `json:"org"`
	Journey campaign.JourneyID `json:"journey"`
	Seq     int                `json:"seq"`    // the answers there were before
	Engine  int                `json:"engine"` // selects the loop, so that old journeys replay old code
}

// Journey is the workflow.
func Journey(ctx workflow.Context, in Input) error {
	if in.Engine != 1 {
		return temporal.NewNonRetryableApplicationError(fmt.Sprintf("there is no engine %d", in.Engine), "UnknownEngine", nil)
	}
	l := &loop{in: in, seq: in.Seq, wake: workflow.GetSignalChannel(ctx, WakeSignal)}
	if err := workflow.SetQueryHandler(ctx, DoingQuery, func() (campaign.Instruction, error) { return l.doing, nil }); err != nil {
		return fmt.Errorf("set query handler: %w", err)
	}
	return l.run(ctx)
}

type loop struct {
	in    Input
	seq   int
	wake  workflow.ReceiveChannel
	doing campaign.Instruction
}

func (l *loop) run(ctx workflow.Context) error {
	happened := campaign.Happened{What: campaign.HappenedStart}
	for {
		if err := l.advance(ctx, happened); err != nil {
			return err
		}
		switch l.doing.Do {
		case campaign.DoEnd:
			return nil
		case campaign.DoRun:
			if err := l.activity(ctx); err != nil {
				return err
			}
			happened = campaign.Happened{What: campaign.HappenedActivity}
		default:
			happened = l.wait(ctx)
		}
	}
}

// forEver is longer than any journey.
const forEver = 10 * 365 * 24 * time.Hour

// advance asks what to do now. Only a bug in the request itself could end the asking: a database
// that is away is asked until it answers.
func (l *loop) advance(ctx workflow.Context, happened campaign.Happened) error {
	var do *activities.Campaign
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 5 * time.Second,
		// Without it the SDK would take the time of one attempt for that of all.
		ScheduleToCloseTimeout: forEver,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		Summary:                happened.What,
	})
	// Advance reads what is true now, so the signals up to here have done their work.
	for l.wake.ReceiveAsync(nil) {
	}
	ask := campaign.Advance{Org: l.in.Org, Journey: l.in.Journey, Seq: l.seq + 1, Now: workflow.Now(ctx), Happened: happened}
	var answer campaign.Instruction // a fresh one: what an answer leaves out would else stay as it was
	if err := workflow.ExecuteLocalActivity(ctx, do.AdvanceJourney, ask).Get(ctx, &answer); err != nil {
		return err
	}
	l.doing, l.seq = answer, answer.Seq
	return nil
}

// wait lets time pass until the instruction's time, or until a signal.
func (l *loop) wait(ctx workflow.Context) campaign.Happened {
	if l.doing.Found != 0 {
		return campaign.Happened{What: campaign.HappenedEvent, Event: l.doing.Found}
	}
	happened := campaign.Happened{What: campaign.HappenedTime}
	pause := l.doing.Until.Sub(workflow.Now(ctx))
	if pause <= 0 {
		return happened
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	timer := workflow.NewTimerWithOptions(timerCtx, pause, workflow.TimerOptions{Summary: l.doing.Summary})
	workflow.NewSelector(ctx).
		AddFuture(timer, func(workflow.Future) {}).
		AddReceive(l.wake, func(c workflow.ReceiveChannel, _ bool) {
			c.Receive(ctx, &happened)
			cancel()
		}).
		Select(ctx)
	return happened
}

// activity delivers a message or calls a webhook. How it went is in the database, where Advance reads
// it: also an activity that has failed for good only leads to the next question.
func (l *loop) activity(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           queues[l.doing.Activity],
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		Summary:             l.doing.Summary,
	})
	var input any = activities.SendInput{Org: l.in.Org, Message: l.doing.Message}
	if l.doing.Call != 0 {
		input = activities.CallInput{Org: l.in.Org, Call: l.doing.Call}
	}
	if err := workflow.ExecuteActivity(ctx, l.doing.Activity, input).Get(ctx, nil); temporal.IsCanceledError(err) {
		return err
	}
	return nil
}

// queues says where each activity runs.
var queues = map[string]string{
	campaign.SendEmailActivity:   workflows.QueueEmail,
	campaign.CallWebhookActivity: workflows.QueueWebhook,
	campaign.SendSMSActivity:     workflows.QueueSMS,
}
