package temporal

import (
	"context"
	"fmt"
	"strconv"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/workflows"
	"github.com/mauntic/mauntic/workflows/importer"
)

// ImportStarter starts the workflows of imports.
type ImportStarter struct{ client client.Client }

var _ crm.ImportStarter = (*ImportStarter)(nil)

// NewImportStarter returns an ImportStarter.
func NewImportStarter(c client.Client) *ImportStarter { return &ImportStarter{client: c} }

// startTime bounds how long somebody waits for Temporal: an import is started again by itself.
const startTime = 2 * time.Second

// StartImport implements crm.ImportStarter. An import whose workflow runs already is told to look again
// when it has done what it does.
func (s *ImportStarter) StartImport(ctx context.Context, org domain.OrgID, id crm.ImportID) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	workflowID := workflows.ImportID(org, int64(id))
	_, err := s.client.SignalWithStartWorkflow(ctx, workflowID, importer.AgainSignal, nil, client.StartWorkflowOptions{
		ID:                       workflowID,
		TaskQueue:                workflows.QueueBulk,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		Priority:                 temporal.Priority{FairnessKey: "org-" + strconv.FormatInt(int64(org), 10)},
		StaticSummary:            fmt.Sprintf("Import %d", id),
		TypedSearchAttributes:    temporal.NewSearchAttributes(searchOrg.ValueSet(strconv.FormatInt(int64(org), 10))),
	}, importer.Import, activities.ImportInput{Org: org, Import: id})
	if err != nil {
		return fmt.Errorf("start import: %w", err)
	}
	return nil
}
