package temporal

import (
	"context"
	"fmt"
	"strconv"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/workflows"
	"github.com/mauntic/mauntic/workflows/job"
)

// JobStarter starts the workflows of jobs.
type JobStarter struct{ client client.Client }

var _ crm.JobStarter = (*JobStarter)(nil)

// NewJobStarter returns a JobStarter.
func NewJobStarter(c client.Client) *JobStarter { return &JobStarter{client: c} }

// StartJob implements crm.JobStarter. A job that runs already is left alone.
func (s *JobStarter) StartJob(ctx context.Context, org domain.OrgID, id crm.JobID) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	_, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       workflows.JobID(org, int64(id)),
		TaskQueue:                workflows.QueueBulk,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		Priority:                 temporal.Priority{FairnessKey: "org-" + strconv.FormatInt(int64(org), 10)},
		StaticSummary:            fmt.Sprintf("Job %d", id),
		TypedSearchAttributes:    temporal.NewSearchAttributes(searchOrg.ValueSet(strconv.FormatInt(int64(org), 10))),
	}, job.Job, activities.JobInput{Org: org, Job: id})
	if err != nil {
		return fmt.Errorf("start job: %w", err)
	}
	return nil
}
