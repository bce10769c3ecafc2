package main

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdktemporal "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/temporal"
	"github.com/mauntic/mauntic/workflows"
)

// starters is how many workflows are started at a time, as the product's starter does.
const starters = 16

// pause is the timer in the middle of a journey.
const pause = time.Second

// Bare has the shape of a two-send journey straight on the SDK: four local activities, two
// activities and a timer, none of which does anything.
func Bare(ctx workflow.Context) error {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 5 * time.Second, Summary: "nothing"})
	remote := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: workflows.QueueEmail, StartToCloseTimeout: 30 * time.Second, Summary: "nothing",
	})
	advance := func() error { return workflow.ExecuteLocalActivity(local, nothingLocal).Get(ctx, nil) }
	send := func() error { return workflow.ExecuteActivity(remote, nothingRemote).Get(ctx, nil) }
	sleep := func() error {
		return workflow.NewTimerWithOptions(ctx, pause, workflow.TimerOptions{Summary: "nothing"}).Get(ctx, nil)
	}
	for _, do := range []func() error{advance, send, advance, sleep, advance, send, advance} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

const nothingRemote = "Nothing"

func nothingLocal(context.Context) error { return nil }

// bareWorkers poll the product's queues with the product's options.
func bareWorkers(c client.Client) (stop func(), err error) {
	journeys := worker.New(c, workflows.QueueJourney, temporal.JourneyWorkerOptions())
	journeys.RegisterWorkflow(Bare)
	email := worker.New(c, workflows.QueueEmail, temporal.EmailWorkerOptions())
	email.RegisterActivityWithOptions(nothingLocal, activity.RegisterOptions{Name: nothingRemote})
	if err := journeys.Start(); err != nil {
		return nil, err
	}
	if err := email.Start(); err != nil {
		journeys.Stop()
		return nil, err
	}
	return func() { journeys.Stop(); email.Stop() }, nil
}

// bareStarts starts n workflows and returns them, and how many were started a second.
func bareStarts(ctx context.Context, c client.Client, n int) ([]client.WorkflowRun, float64, error) {
	org := sdktemporal.NewSearchAttributeKeyKeyword(workflows.SearchOrg)
	runs := make([]client.WorkflowRun, n)
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(starters)
	for i := range runs {
		group.Go(func() error {
			run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
				ID:                       fmt.Sprintf("bare/%d/%d", began.UnixNano(), i),
				TaskQueue:                workflows.QueueJourney,
				WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
				EnableEagerStart:         true,
				Priority:                 sdktemporal.Priority{PriorityKey: 3, FairnessKey: "org-1"},
				StaticSummary:            "nothing",
				TypedSearchAttributes:    sdktemporal.NewSearchAttributes(org.ValueSet("1")),
			}, Bare)
			runs[i] = run
			return err
		})
	}
	err := group.Wait()
	return runs, perSecond(n, began), err
}

// bareJourneys returns how many workflows of the journey's shape are completed a second.
func bareJourneys(ctx context.Context, c client.Client, n int) (float64, error) {
	stop, err := bareWorkers(c)
	if err != nil {
		return 0, err
	}
	defer stop()
	began := time.Now()
	runs, _, err := bareStarts(ctx, c, n)
	if err != nil {
		return 0, err
	}
	for _, run := range runs {
		if err := run.Get(ctx, nil); err != nil {
			return 0, err
		}
	}
	return perSecond(n, began), nil
}

func perSecond(n int, since time.Time) float64 { return float64(n) / time.Since(since).Seconds() }
