package crmui

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	jobsPath  = "/app/jobs"
	jobsID    = "jobs" // of the list
	jobLiveID = "job"  // of what shows how far it is
	skipRows  = 20
)

func (p *pages) jobRoutes(r fiber.Router) {
	r.Get(jobsPath, p.jobs)
	r.Get(jobsPath+"/suggest", listing.Suggest(jobsID, crm.JobCommands))
	r.Get(jobsPath+"/:id<int>", p.showJob)
	r.Get(jobsPath+"/:id<int>/events", p.jobEvents)
	r.Post(jobsPath+"/:id<int>/cancel", p.cancelJob)
	r.Post(jobsPath+"/:id<int>/undo", p.undoJob)
}

func jobPath(id crm.JobID) string { return fmt.Sprintf("%s/%d", jobsPath, id) }

// jobsView is the list of jobs.
type jobsView struct {
	List    component.List
	Rows    []crm.Job
	Problem *search.Error // why the search can't be read; nil: it can
}

func (p *pages) jobs(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Contacts.Jobs(c.UserContext(), orgOf(c), crm.JobQuery{PageQuery: q})
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := jobsView{List: component.ListOf(jobsPath, jobsID, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: jobsPage(v), Region: jobRegion(v), Body: jobTable(v)})
}

// jobPills are the filters above the list.
var jobPills = []listing.Pill{
	{Term: "", Label: words.Mark("All")},
	{Term: "state:running", Label: words.Mark("Running")},
	{Term: "state:failed", Label: words.Mark("Failed")},
	{Term: "kind:export", Label: words.Mark("Exports")},
	{Term: "by:me", Label: words.Mark("Mine")},
}

// jobView is the page of one job.
type jobView struct {
	crm.Job
	Skips []crm.SkippedContact // some of them, when it is over
	Undo  bool                 // what it did can be taken back
	// Expired says that the file of an export is gone.
	Expired bool
}

func (p *pages) readJob(ctx context.Context, org domain.OrgID, id crm.JobID) (jobView, error) {
	job, err := p.Contacts.Job(ctx, org, id)
	if err != nil {
		return jobView{}, err
	}
	now := page.From(ctx).Now
	v := jobView{Job: job, Undo: job.Undoable(now), Expired: job.Result.File != nil && job.Result.File.Expired(now)}
	if job.State.Final() && job.Skipped > 0 {
		v.Skips, err = p.Contacts.JobSkips(ctx, org, id, skipRows)
	}
	return v, err
}

func (p *pages) showJob(c *fiber.Ctx) error {
	id, err := page.ID[crm.JobID](c, "id")
	if err != nil {
		return err
	}
	v, err := p.readJob(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, jobPage(v))
}

// jobEvents streams how far a job is.
func (p *pages) jobEvents(c *fiber.Ctx) error {
	id, err := page.ID[crm.JobID](c, "id")
	if err != nil {
		return err
	}
	org := orgOf(c) // the request is gone when the stream goes on
	return page.Stream(c, func(ctx context.Context) (templ.Component, bool, error) {
		v, err := p.readJob(ctx, org, id)
		if err != nil {
			return nil, false, err
		}
		return jobStatus(v), v.State.Final(), nil
	})
}

func (p *pages) cancelJob(c *fiber.Ctx) error {
	id, err := page.ID[crm.JobID](c, "id")
	if err != nil {
		return err
	}
	if _, err := p.Contacts.CancelJob(c.UserContext(), orgOf(c), id); err != nil {
		return err
	}
	return page.Redirect(c, jobPath(id), words.T(c.UserContext(), "It is cancelled."))
}

func (p *pages) undoJob(c *fiber.Ctx) error {
	id, err := page.ID[crm.JobID](c, "id")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	job, err := p.Contacts.UndoJob(ctx, orgOf(c), id)
	if err != nil {
		return err
	}
	if job.State != crm.JobDone {
		return page.Redirect(c, jobPath(job.ID), "")
	}
	return page.Redirect(c, cameFrom(c, jobPath(job.ID)), words.N(ctx, int(job.Changed),
		"Undone: {{.Count}} contact is as it was before.", "Undone: {{.Count}} contacts are as they were before."))
}

// jobTone says how far a job is.
func jobTone(ctx context.Context, state crm.JobState) (component.Tone, string) {
	switch state {
	case crm.JobQueued:
		return component.Info, words.T(ctx, "Waiting to start")
	case crm.JobRunning:
		return component.Info, words.T(ctx, "Running")
	case crm.JobDone:
		return component.Good, words.T(ctx, "Done")
	case crm.JobFailed:
		return component.Bad, words.T(ctx, "Failed")
	}
	return component.Neutral, words.T(ctx, "Cancelled")
}

func jobSentence(ctx context.Context, v jobView) string {
	switch {
	case v.State == crm.JobQueued:
		return words.T(ctx, "It starts in a moment.")
	case v.State == crm.JobRunning:
		return words.F(ctx, "{{.Done}} of {{.Total}} contacts", words.Data{"Done": words.Number(int(v.Done)), "Total": words.Number(int(v.Total))})
	case v.State == crm.JobFailed:
		return words.Kept(ctx, v.Error)
	case v.State == crm.JobCancelled && v.DeletesField():
		return words.T(ctx, "The values that were deleted are gone. The field is there with the others, not published.")
	case v.State == crm.JobCancelled && v.Whole():
		return words.T(ctx, "Nothing was changed.")
	case v.State == crm.JobCancelled && v.Kind == crm.JobExport:
		return words.T(ctx, "There is no file.")
	case v.State == crm.JobCancelled:
		return words.T(ctx, "What was changed before stays.")
	case v.Kind == crm.JobExport:
		return words.T(ctx, "Your file is ready.")
	case v.DeletesField():
		return words.N(ctx, int(v.Changed), "The field is deleted, with the value of {{.Count}} contact.", "The field is deleted, with the values of {{.Count}} contacts.")
	case v.Skipped > 0:
		return words.N(ctx, int(v.Skipped), "{{.Count}} contact was passed over; see below why.", "{{.Count}} contacts were passed over; see below why.")
	}
	return words.N(ctx, int(v.Changed), "{{.Count}} contact was changed.", "All {{.Count}} contacts were changed.")
}

// stopText says what stopping the job means.
func (v jobView) stopText(ctx context.Context) string {
	switch {
	case v.Whole():
		return words.T(ctx, "Everything stays as it was before: this is done as a whole or not at all.")
	case v.DeletesField():
		return words.T(ctx, "The values that were deleted so far can't be brought back. The field stays with the others, not published.")
	case v.Kind == crm.JobExport:
		return words.T(ctx, "There will be no file.")
	}
	return words.T(ctx, "What was changed so far stays. You can undo it afterwards.")
}

// jobPace says how fast it goes, and how long it still takes.
func jobPace(ctx context.Context, v jobView) string {
	pace, left := v.Pace(page.From(ctx).Now)
	return contactPace(ctx, pace, left)
}

// restartText says what becomes of the job without the reader, and when the program ends meanwhile.
func restartText(ctx context.Context, v jobView) string {
	if v.BeginsAgain() {
		return words.T(ctx, "You can leave this page. If the program is restarted meanwhile, this begins again by itself.")
	}
	return words.T(ctx, "You can leave this page. If the program is restarted meanwhile, this goes on by itself where it was.")
}

// reasons are why contacts were passed over, the most frequent first.
func (v jobView) reasons() []domain.Kept {
	return slices.SortedFunc(maps.Keys(v.Result.Skips), func(a, b domain.Kept) int {
		if n := v.Result.Skips[b] - v.Result.Skips[a]; n != 0 {
			return int(n)
		}
		return len(a) - len(b)
	})
}
