package temporal

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/workflows"
	"github.com/mauntic/mauntic/workflows/importer"
	"github.com/mauntic/mauntic/workflows/job"
	"github.com/mauntic/mauntic/workflows/journey"
)

// How a worker process is sized. Two cores are kept busy by these; larger machines run more
// worker processes.
const (
	workflowSlots      = 200
	localActivitySlots = 16 // no more than the database pool has connections
	emailSlots         = 32
	webhookSlots       = 32
	smsSlots           = 8 // providers allow few calls at once
	bulkSlots          = 2
	cachedWorkflows    = 2000 // 27 KB each
	stopTimeout        = 20 * time.Second
	// A starved machine must not make the SDK believe that workflow code hangs.
	deadlockDetection = 10 * time.Second
)

// Activities are what the workers carry out.
type Activities struct {
	Campaign  *activities.Campaign
	CRM       *activities.CRM
	Messaging *activities.Messaging
	Webhook   *activities.Webhook
}

// Workers poll the task queues of one process.
type Workers struct {
	workers []worker.Worker
	failed  chan error
}

// NewWorkers registers all workflows and activities on their queues.
func NewWorkers(c client.Client, do Activities) *Workers {
	worker.SetStickyWorkflowCacheSize(cachedWorkflows)
	w := &Workers{failed: make(chan error, 1)}
	journeys := w.add(c, workflows.QueueJourney, JourneyWorkerOptions())
	journeys.RegisterWorkflow(journey.Journey)
	journeys.RegisterActivity(do.Campaign)

	email := w.add(c, workflows.QueueEmail, EmailWorkerOptions())
	email.RegisterActivity(do.Messaging)

	webhooks := w.add(c, workflows.QueueWebhook, worker.Options{
		DisableWorkflowWorker:              true,
		MaxConcurrentActivityExecutionSize: webhookSlots,
		WorkerStopTimeout:                  stopTimeout,
	})
	webhooks.RegisterActivity(do.Webhook)

	sms := w.add(c, workflows.QueueSMS, worker.Options{
		DisableWorkflowWorker:              true,
		MaxConcurrentActivityExecutionSize: smsSlots,
		WorkerStopTimeout:                  stopTimeout,
	})
	sms.RegisterActivity(do.Messaging)

	bulk := w.add(c, workflows.QueueBulk, worker.Options{
		MaxConcurrentActivityExecutionSize: bulkSlots,
		MaxHeartbeatThrottleInterval:       activities.BeatEvery, // the SDK would keep most of them back
		WorkerStopTimeout:                  stopTimeout,
		DeadlockDetectionTimeout:           deadlockDetection,
	})
	bulk.RegisterWorkflow(importer.Import)
	bulk.RegisterWorkflow(job.Job)
	bulk.RegisterActivity(do.CRM)
	return w
}

func (w *Workers) add(c client.Client, queue string, options worker.Options) worker.Worker {
	options.OnFatalError = func(err error) {
		select {
		case w.failed <- err:
		default: // one of them has said so
		}
	}
	added := worker.New(c, queue, options)
	w.workers = append(w.workers, added)
	return added
}

// Failed receives an error when a worker has given up polling: its namespace is gone. Stop them and
// make new ones.
func (w *Workers) Failed() <-chan error { return w.failed }

// JourneyWorkerOptions are the options of the queue that journeys run on.
func JourneyWorkerOptions() worker.Options {
	return worker.Options{
		MaxConcurrentWorkflowTaskExecutionSize:  workflowSlots,
		MaxConcurrentLocalActivityExecutionSize: localActivitySlots,
		MaxConcurrentWorkflowTaskPollers:        4,
		WorkerStopTimeout:                       stopTimeout,
		DeadlockDetectionTimeout:                deadlockDetection,
	}
}

// EmailWorkerOptions are the options of the queue that emails are sent on.
func EmailWorkerOptions() worker.Options {
	return worker.Options{
		DisableWorkflowWorker:              true,
		MaxConcurrentActivityExecutionSize: emailSlots,
		MaxConcurrentActivityTaskPollers:   4,
		WorkerStopTimeout:                  stopTimeout,
	}
}

// Start begins to poll. After an error nothing polls.
func (w *Workers) Start() error {
	for i, one := range w.workers {
		if err := one.Start(); err != nil {
			for _, started := range w.workers[:i] {
				started.Stop()
			}
			return fmt.Errorf("start worker: %w", err)
		}
	}
	return nil
}

// Stop lets running activities finish, for at most 20 seconds.
func (w *Workers) Stop() {
	done := make(chan struct{})
	for _, one := range w.workers {
		go func() {
			one.Stop()
			done <- struct{}{}
		}()
	}
	for range w.workers {
		<-done
	}
}
