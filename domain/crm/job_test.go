package crm_test

import (
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestTheBacklogIsEstimatedByTheAveragePace(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for name, one := range map[string]struct {
		job  crm.Job
		took time.Duration
		pace int
		left time.Duration
	}{
		"in the middle": {crm.Job{State: crm.JobRunning, StartedAt: &began, Done: 3000, Total: 12_000}, 2 * time.Second, 1500, 6 * time.Second},
		"at the end":    {crm.Job{State: crm.JobRunning, StartedAt: &began, Done: 12_000, Total: 12_000}, 4 * time.Second, 3000, 0},
		"more than was thought": {
			crm.Job{State: crm.JobRunning, StartedAt: &began, Done: 13_000, Total: 12_000}, 4 * time.Second, 3250, 0,
		},
		"too early": {crm.Job{State: crm.JobRunning, StartedAt: &began, Done: 3000, Total: 12_000}, time.Millisecond, 0, 0},
		"nothing":   {crm.Job{State: crm.JobRunning, StartedAt: &began, Total: 12_000}, time.Minute, 0, 0},
		"queued":    {crm.Job{State: crm.JobQueued}, time.Minute, 0, 0},
		"over":      {crm.Job{State: crm.JobDone, StartedAt: &began, Done: 12_000, Total: 12_000}, time.Minute, 0, 0},
	} {
		if pace, left := one.job.Pace(began.Add(one.took)); pace != one.pace || left != one.left {
			t.Errorf("%s: %d a second, %s left", name, pace, left)
		}
	}
	again := crm.ImportUndo{StartedAt: began, Total: 10_000, Done: 6000, Before: 4000}
	if pace, left := again.Pace(began.Add(time.Second)); pace != 2000 || left != 2*time.Second {
		t.Errorf("an undoing that goes on: %d a second, %s left", pace, left)
	}
}
