package temporal

import (
	"context"
	"fmt"
	"slices"

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

var kinds = []enumspb.TaskQueueType{enumspb.TASK_QUEUE_TYPE_WORKFLOW, enumspb.TASK_QUEUE_TYPE_ACTIVITY}

// Queues implements operations.Temporal. Most queues hold only one kind of tasks; what nobody asks for
// and nothing waits in is left out, unless nobody works on the queue at all.
func (o *Observer) Queues(ctx context.Context) ([]operations.Queue, error) {
	described := make([]operations.Queue, len(workflows.Queues())*len(kinds))
	group, ctx := errgroup.WithContext(ctx)
	for i := range described {
		name, kind := workflows.Queues()[i/len(kinds)], kinds[i%len(kinds)]
		group.Go(func() error {
			found, err := o.client.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
				Namespace: o.namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: name}, TaskQueueType: kind, ReportStats: true,
			})
			if err != nil {
				return fmt.Errorf("describe task queue %s: %w", name, err)
			}
			described[i] = queueOf(name, kind, found)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var queues []operations.Queue
	for pair := range slices.Chunk(described, len(kinds)) {
		used := slices.DeleteFunc(slices.Clone(pair), func(q operations.Queue) bool { return len(q.Workers) == 0 && q.Backlog == 0 })
		if len(used) == 0 {
			used = pair[len(pair)-1:]
		}
		queues = append(queues, used...)
	}
	return queues, nil
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
