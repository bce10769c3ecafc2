package importer_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/workflows/importer"
)

func newEnv(t *testing.T) *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(t.Output(), nil))))
	return suite.NewTestWorkflowEnvironment()
}

func TestAnImportIsRepeatedUntilItEnds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var do *activities.CRM
	in := activities.ImportInput{Org: 1, Import: 7}
	done := activities.ImportResult{State: crm.ImportDone, Created: 3}
	env.OnActivity(do.ImportContacts, mock.Anything, in).Return(activities.ImportResult{}, errors.New("the database is away")).Times(5)
	env.OnActivity(do.ImportContacts, mock.Anything, in).Return(done, nil)
	env.ExecuteWorkflow(importer.Import, in)
	var got activities.ImportResult
	if err := errors.Join(env.GetWorkflowError(), env.GetWorkflowResult(&got)); err != nil || got != done {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnImportThatIsStartedWhileItEndsIsDone(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var do *activities.CRM
	in := activities.ImportInput{Org: 1, Import: 7}
	env.OnActivity(do.ImportContacts, mock.Anything, in).Return(func(context.Context, activities.ImportInput) (activities.ImportResult, error) {
		env.SignalWorkflow(importer.AgainSignal, nil) // somebody starts what was only checked so far
		return activities.ImportResult{State: crm.ImportMapping}, nil
	}).Once()
	done := activities.ImportResult{State: crm.ImportDone, Created: 3}
	env.OnActivity(do.ImportContacts, mock.Anything, in).Return(done, nil).Once()
	env.ExecuteWorkflow(importer.Import, in)
	var got activities.ImportResult
	if err := errors.Join(env.GetWorkflowError(), env.GetWorkflowResult(&got)); err != nil || got != done {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnImportThatCannotGoOnEnds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var do *activities.CRM
	env.OnActivity(do.ImportContacts, mock.Anything, mock.Anything).
		Return(activities.ImportResult{}, temporal.NewNonRetryableApplicationError("gone", "ImportFailed", nil)).Once()
	env.ExecuteWorkflow(importer.Import, activities.ImportInput{Org: 1, Import: 7})
	if env.GetWorkflowError() == nil {
		t.Error("the workflow does not say that the import failed")
	}
}
