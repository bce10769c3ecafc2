package journey_test

import (
	"path/filepath"
	"testing"

	"go.temporal.io/sdk/worker"

	"github.com/mauntic/mauntic/workflows/journey"
)

// Journeys that began under an older program must be able to go on under this one: their recorded
// histories lead today's code to the same commands. Record new ones with
// `bin/mauntic testenv -- go test ./temporal -record`; never change or remove old ones.
func TestRecordedJourneysReplay(t *testing.T) {
	t.Parallel()
	histories, err := filepath.Glob("testdata/*.json")
	if err != nil || len(histories) == 0 {
		t.Fatalf("found no recorded histories: %v", err)
	}
	for _, history := range histories {
		t.Run(filepath.Base(history), func(t *testing.T) {
			t.Parallel()
			replayer := worker.NewWorkflowReplayer()
			replayer.RegisterWorkflow(journey.Journey)
			if err := replayer.ReplayWorkflowHistoryFromJSONFile(nil, history); err != nil {
				t.Error(err)
			}
		})
	}
}
