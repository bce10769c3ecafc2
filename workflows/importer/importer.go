// Package importer carries a CSV file into the contacts of an organization.
package importer

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/mauntic/mauntic/activities"
)

// Import runs one import to its end. The file, the totals and the place to go on from are rows of
// the database: the one activity may be repeated from wherever it broke off.
func Import(ctx workflow.Context, in activities.ImportInput) (activities.ImportResult, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 24 * time.Hour,
		HeartbeatTimeout:    20 * time.Second, // how soon another worker takes over after a crash
		Summary:             "Import contacts",
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    time.Second,
			BackoffCoefficient: 2,
			MaximumInterval:    time.Minute,
		},
	})
	var do *activities.CRM
	var result activities.ImportResult
	err := workflow.ExecuteActivity(ctx, do.ImportContacts, in).Get(ctx, &result)
	return result, err
}
