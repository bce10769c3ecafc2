package job_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/workflows/job"
)

func newEnv(t *testing.T) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(t.Output(), nil))))
	return suite.NewTestWorkflowEnvironment()
}

func TestAJobIsRepeatedUntilItEnds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var do *activities.CRM
	in := activities.JobInput{Org: 1, Job: 7}
	done := activities.JobOutcome{State: crm.JobDone, Changed: 3}
	env.OnActivity(do.RunJob, mock.Anything, in).Return(activities.JobOutcome{}, errors.New("the database is away")).Times(5)
	env.OnActivity(do.RunJob, mock.Anything, in).Return(done, nil)
	env.ExecuteWorkflow(job.Job, in)
	var got activities.JobOutcome
	if err := errors.Join(env.GetWorkflowError(), env.GetWorkflowResult(&got)); err != nil || got != done {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAJobThatCannotGoOnEnds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var do *activities.CRM
	env.OnActivity(do.RunJob, mock.Anything, mock.Anything).
		Return(activities.JobOutcome{}, temporal.NewNonRetryableApplicationError("gone", "JobFailed", nil)).Once()
	env.ExecuteWorkflow(job.Job, activities.JobInput{Org: 1, Job: 7})
	if env.GetWorkflowError() == nil {
		t.Error("the workflow does not say that the job failed")
	}
}
