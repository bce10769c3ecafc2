// Package importer carries a CSV file into the contacts of an organization.
package importer

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/mauntic/mauntic/activities"
)

// AgainSignal says that an import has something new to do: it was started after its check, or is to
// be undone.
const AgainSignal = "again"

// Import does with one import what its row says: check, import or undo it. The file, the totals and
// the place to go on from are rows of the database: the one activity may be repeated from wherever it
// broke off. Whoever starts it while it is about to end is heard, and it does what is new.
func Import(ctx workflow.Context, in activities.ImportInput) (activities.ImportResult, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 24 * time.Hour,
		HeartbeatTimeout:    activities.LostAfter,
		Summary:             "Import contacts",
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    time.Second,
			BackoffCoefficient: 2,
			MaximumInterval:    time.Minute,
		},
	})
	var do *activities.CRM
	again := workflow.GetSignalChannel(ctx, AgainSignal)
	for {
		for again.ReceiveAsync(nil) { // one look at the row answers all of them
		}
		var result activities.ImportResult
		err := workflow.ExecuteActivity(ctx, do.ImportContacts, in).Get(ctx, &result)
		if err != nil || !again.ReceiveAsync(nil) {
			return result, err
		}
	}
}
