package temporal

import (
	"context"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/workflows"
)

// channelQueues are the queues whose rates can be set.
var channelQueues = map[messaging.Channel]string{
	messaging.ChannelEmail: workflows.QueueEmail,
	messaging.ChannelSMS:   workflows.QueueSMS,
}

// Throttle limits how fast the server hands out the tasks of a channel's queue. The limit is the
// queue's, so it holds over all workers of the cluster, and it stays when they restart.
type Throttle struct {
	client    client.Client
	namespace string
}

var _ messaging.Throttle = (*Throttle)(nil)

// NewThrottle limits queues of the client's namespace.
func NewThrottle(c client.Client, namespace string) *Throttle {
	return &Throttle{client: c, namespace: namespace}
}

// SetRate implements messaging.Throttle. A server that does not know how is an error only when there
// is a limit to set.
func (t *Throttle) SetRate(ctx context.Context, channel messaging.Channel, perSecond float64) error {
	queue, known := channelQueues[channel]
	if !known {
		return nil // nothing is sent there
	}
	return t.setQueueRate(ctx, queue, perSecond)
}

func (t *Throttle) setQueueRate(ctx context.Context, queue string, perSecond float64) error {
	update := &workflowservice.UpdateTaskQueueConfigRequest_RateLimitUpdate{Reason: "what the provider and MAUNTIC_EMAIL_RATE or MAUNTIC_SMS_RATE allow"}
	if perSecond > 0 {
		update.RateLimit = &taskqueuepb.RateLimit{RequestsPerSecond: float32(perSecond)}
	}
	_, err := t.client.WorkflowService().UpdateTaskQueueConfig(ctx, &workflowservice.UpdateTaskQueueConfigRequest{
		Namespace: t.namespace, Identity: "mauntic", TaskQueue: queue, TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY,
		UpdateQueueRateLimit: update,
	})
	if unknown := (*serviceerror.Unimplemented)(nil); perSecond == 0 && errors.As(err, &unknown) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("limit queue %s: %w", queue, err)
	}
	return nil
}
