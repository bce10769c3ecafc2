package activities_test

import (
	"context"
	"strings"
	"testing"

	"go.temporal.io/sdk/testsuite"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/storetest"
)

type starter struct{}

func (starter) StartImport(context.Context, domain.OrgID, crm.ImportID) error { return nil }

func (starter) StartJob(context.Context, domain.OrgID, crm.JobID) error { return nil }

func TestTheImporterGoesOnAfterItsWorkerStopped(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	contacts := crm.New(crm.Deps{Store: crmstore.New(db), Tx: db, Starter: starter{}, Jobs: starter{}})
	ctx := identity.WithActor(t.Context(), identity.System(org))
	file := "email\n" + strings.Repeat("bad\n", 5_000) + "anna@example.com\n"
	imp, err := contacts.UploadImport(ctx, org, crm.ImportUpload{FileName: "a.csv", File: strings.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := contacts.StartImport(ctx, org, imp.ID, crm.ImportStart{}); err != nil {
		t.Fatal(err)
	}
	do := &activities.CRM{Service: contacts}
	in := activities.ImportInput{Org: org, Import: imp.ID}

	stopping := make(chan struct{})
	close(stopping)
	env := newEnv(do)
	env.SetWorkerStopChannel(stopping)
	if _, err := env.ExecuteActivity(do.ImportContacts, in); err == nil {
		t.Error("a stopping worker carried the import to its end")
	}
	imp, err = contacts.Import(ctx, org, imp.ID)
	if err != nil || imp.State != crm.ImportRunning || imp.RowsDone == 0 || imp.RowsDone > 5_000 {
		t.Fatalf("after the stop: %+v, %v", imp, err)
	}

	answer, err := newEnv(do).ExecuteActivity(do.ImportContacts, in)
	if err != nil {
		t.Fatal(err)
	}
	var got activities.ImportResult
	want := activities.ImportResult{State: crm.ImportDone, Created: 1, Rejected: 5_000}
	if err := answer.Get(&got); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestAnImportThatIsGoneIsNotRepeated(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	do := &activities.CRM{Service: crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})}
	_, err := newEnv(do).ExecuteActivity(do.ImportContacts, activities.ImportInput{Org: storetest.Org(t, db, "Acme"), Import: 77})
	if err == nil || !strings.Contains(err.Error(), "retryable: false") {
		t.Errorf("got %v", err)
	}
}

func newEnv(do *activities.CRM) *testsuite.TestActivityEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
	env.RegisterActivity(do)
	return env
}
