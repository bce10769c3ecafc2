// Package job carries out work on many contacts of an organization.
package job

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/mauntic/mauntic/activities"
)

// Job runs one job to its end. Its contacts, numbers and the place to go on from are rows of the
// database: the one activity may be repeated from wherever it broke off.
func Job(ctx workflow.Context, in activities.JobInput) (activities.JobOutcome, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 24 * time.Hour,
		HeartbeatTimeout:    activities.LostAfter,
		Summary:             "Work on many contacts",
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    time.Second,
			BackoffCoefficient: 2,
			MaximumInterval:    time.Minute,
		},
	})
	var do *activities.CRM
	var outcome activities.JobOutcome
	err := workflow.ExecuteActivity(ctx, do.RunJob, in).Get(ctx, &outcome)
	return outcome, err
}
