package temporal

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// burst starts n activities on a queue and waits for them.
func burst(ctx workflow.Context, queue string, n int) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{TaskQueue: queue, StartToCloseTimeout: time.Minute})
	var started []workflow.Future
	for range n {
		started = append(started, workflow.ExecuteActivity(ctx, "Note"))
	}
	for _, future := range started {
		if err := future.Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// notes remembers when activities ran.
type notes struct {
	mu sync.Mutex
	at []time.Time
}

func (n *notes) Note(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.at = append(n.at, time.Now())
	return nil
}

func TestARateHoldsOverAllWorkersOfAQueue(t *testing.T) {
	t.Parallel()
	namespace := os.Getenv("TEST_TEMPORAL_NAMESPACE")
	c, err := Dial(t.Context(), Connection{Address: os.Getenv("TEST_TEMPORAL_ADDRESS"), Namespace: namespace, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	const queue, rate, tasks = "throttle-test", 5, 20
	throttle := NewThrottle(c, namespace)
	if err := throttle.setQueueRate(t.Context(), queue, rate); err != nil {
		t.Fatal(err)
	}
	ran := &notes{}
	// As in the product, workflows have a queue of their own: an activity on the workflow's queue may
	// be handed to its worker eagerly, past the limit.
	flows := worker.New(c, queue+"-flows", worker.Options{})
	flows.RegisterWorkflow(burst)
	workers := []worker.Worker{flows}
	for range 3 {
		w := worker.New(c, queue, worker.Options{DisableWorkflowWorker: true})
		w.RegisterActivity(ran)
		workers = append(workers, w)
	}
	for _, w := range workers {
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Stop)
	}
	run := func() time.Duration {
		ran.at = nil
		began := time.Now()
		execution, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: queue + "-flows"}, burst, queue, tasks)
		if err != nil {
			t.Fatal(err)
		}
		if err := execution.Get(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		return ran.at[tasks-1].Sub(began)
	}
	// A second's worth may go out at once; what follows needs its time.
	if took, least := run(), time.Duration(tasks-rate-1)*time.Second/rate; took < least {
		t.Errorf("%d tasks at %d a second took %s, want at least %s", tasks, rate, took, least)
	} else {
		t.Logf("%d tasks at %d a second took %s", tasks, rate, took)
	}
	if err := throttle.setQueueRate(t.Context(), queue, 0); err != nil {
		t.Fatal(err)
	}
	t.Logf("without a limit they took %s", run())
}
