package temporal

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/workflows"
)

// Observer sees how the task queues of a namespace are worked off.
type Observer struct {
	client    client.Client
	namespace string
}

var _ operations.Temporal = (*Observer)(nil)

// NewObserver returns an Observer.
func NewObserver(c client.Client, namespace string) *Observer {
	return &Observer{client: c, namespace: namespace}
}

// watched are the queues with what each of them holds.
var watched = []struct {
	queue string
	kind  enumspb.TaskQueueType
}{
	{workflows.QueueJourney, enumspb.TASK_QUEUE_TYPE_WORKFLOW},
	{workflows.QueueEmail, enumspb.TASK_QUEUE_TYPE_ACTIVITY},
	{workflows.QueueBulk, enumspb.TASK_QUEUE_TYPE_WORKFLOW},
	{workflows.QueueBulk, enumspb.TASK_QUEUE_TYPE_ACTIVITY},
}

// Queues implements operations.Temporal.
func (o *Observer) Queues(ctx context.Context) ([]operations.Queue, error) {
	queues := make([]operations.Queue, len(watched))
	group, ctx := errgroup.WithContext(ctx)
	for i, w := range watched {
		group.Go(func() error {
			described, err := o.client.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
				Namespace: o.namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: w.queue}, TaskQueueType: w.kind, ReportStats: true,
			})
			if err != nil {
				return fmt.Errorf("describe task queue %s: %w", w.queue, err)
			}
			queues[i] = queueOf(w.queue, w.kind, described)
			return nil
		})
	}
	err := group.Wait()
	return queues, err
}

func queueOf(name string, kind enumspb.TaskQueueType, d *workflowservice.DescribeTaskQueueResponse) operations.Queue {
	q := operations.Queue{
		Name: name, Kind: "workflows", Backlog: d.GetStats().GetApproximateBacklogCount(), Age: d.GetStats().GetApproximateBacklogAge().AsDuration(),
		Added: float64(d.GetStats().GetTasksAddRate()), Done: float64(d.GetStats().GetTasksDispatchRate()),
	}
	if kind == enumspb.TASK_QUEUE_TYPE_ACTIVITY {
		q.Kind = "activities"
	}
	for _, poller := range d.GetPollers() {
		q.Workers = append(q.Workers, operations.Worker{Identity: poller.GetIdentity(), Seen: poller.GetLastAccessTime().AsTime()})
	}
	return q
}

// Version implements operations.Temporal.
func (o *Observer) Version(ctx context.Context) (string, error) {
	cluster, err := o.client.WorkflowService().GetClusterInfo(ctx, &workflowservice.GetClusterInfoRequest{})
	return cluster.GetServerVersion(), err
}
