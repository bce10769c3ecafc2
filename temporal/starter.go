package temporal

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/workflows"
	"github.com/mauntic/mauntic/workflows/journey"
)

var (
	searchOrg         = temporal.NewSearchAttributeKeyKeyword(workflows.SearchOrg)
	searchCampaign    = temporal.NewSearchAttributeKeyKeyword(workflows.SearchCampaign)
	searchContact     = temporal.NewSearchAttributeKeyKeyword(workflows.SearchContact)
	searchEntrySource = temporal.NewSearchAttributeKeyKeyword(workflows.SearchEntrySource)
)

// Priorities of journeys, from 1 (first) to 5.
const (
	priorityLive = 3
	priorityBulk = 5
)

// Starter starts, wakes and asks the workflows of journeys.
type Starter struct {
	client    client.Client
	namespace string
}

var _ campaign.Workflows = (*Starter)(nil)

// NewStarter returns a Starter for the workflows of a namespace.
func NewStarter(c client.Client, namespace string) *Starter {
	return &Starter{client: c, namespace: namespace}
}

// Start implements campaign.Workflows.
func (s *Starter) Start(ctx context.Context, j campaign.Journey) (string, error) {
	priority := priorityLive
	if j.Bulk {
		priority = priorityBulk
	}
	run, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       j.WorkflowID,
		TaskQueue:                workflows.QueueJourney,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		EnableEagerStart:         true,
		Priority:                 temporal.Priority{PriorityKey: priority, FairnessKey: "org-" + strconv.FormatInt(int64(j.Org), 10)},
		StaticSummary:            fmt.Sprintf("Campaign %d · contact %d", j.Campaign, j.Contact),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			searchOrg.ValueSet(strconv.FormatInt(int64(j.Org), 10)),
			searchCampaign.ValueSet(strconv.FormatInt(int64(j.Campaign), 10)),
			searchContact.ValueSet(strconv.FormatInt(int64(j.Contact), 10)),
			searchEntrySource.ValueSet(j.Source),
		),
	}, journey.Journey, journey.Input{Org: j.Org, Journey: j.ID, Seq: j.Seq, Engine: j.Engine})
	if err != nil {
		return "", fmt.Errorf("start journey: %w", err)
	}
	return run.GetRunID(), nil
}

// Wake implements campaign.Workflows.
func (s *Starter) Wake(ctx context.Context, workflowID string, why campaign.Happened) (bool, error) {
	err := s.client.SignalWorkflow(ctx, workflowID, "", journey.WakeSignal, why)
	if gone(err) {
		return false, nil
	}
	return err == nil, err
}

// Running implements campaign.Workflows.
func (s *Starter) Running(ctx context.Context, workflowID string) (bool, error) {
	found, err := s.client.DescribeWorkflowExecution(ctx, workflowID, "")
	if gone(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return found.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// Doing implements campaign.Workflows.
func (s *Starter) Doing(ctx context.Context, workflowID string) (campaign.Instruction, error) {
	var doing campaign.Instruction
	answer, err := s.client.QueryWorkflow(ctx, workflowID, "", journey.DoingQuery)
	if err != nil {
		return doing, fmt.Errorf("query journey: %w", err)
	}
	err = answer.Get(&doing)
	return doing, err
}

// Namespace implements campaign.Workflows.
func (s *Starter) Namespace(ctx context.Context) (string, error) {
	described, err := s.client.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.namespace})
	if err != nil {
		return "", err
	}
	return described.GetNamespaceInfo().GetId(), nil
}

func gone(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}
