package activities

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// JobInput names a job.
type JobInput struct {
	Org domain.OrgID
	Job crm.JobID
}

// JobOutcome is how a job ended.
type JobOutcome struct {
	State   crm.JobState
	Changed int64
	Skipped int64
}

// RunJob works on a job to its end. A repeat goes on where the last attempt stopped.
func (a *CRM) RunJob(ctx context.Context, in JobInput) (JobOutcome, error) {
	ctx = identity.WithActor(ctx, identity.System(in.Org))
	pulse := newPulse(ctx, activity.RecordHeartbeat)
	defer pulse.end()
	job, err := a.Service.RunJob(ctx, in.Org, in.Job, func(job crm.Job) error { return pulse.note(job.Done) })
	if domain.KindOf(err) != "" {
		return JobOutcome{}, a.giveUpJob(ctx, in, err)
	}
	return JobOutcome{State: job.State, Changed: job.Changed, Skipped: job.Skipped}, err
}

// giveUpJob ends a job for a reason that no repeat will change.
func (a *CRM) giveUpJob(ctx context.Context, in JobInput, why error) error {
	if err := a.Service.FailJob(ctx, in.Org, in.Job, why); err != nil && domain.KindOf(err) != domain.KindNotFound {
		return fmt.Errorf("record that the job failed: %w", err)
	}
	return temporal.NewNonRetryableApplicationError("The job can't go on.", "JobFailed", why)
}
