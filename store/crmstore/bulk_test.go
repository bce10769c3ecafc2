package crmstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/crmstore"
)

// people creates contacts, person0@example.com and so on, by a few statements.
func (b bench) people(n int) []crm.ContactID {
	b.t.Helper()
	rows, err := b.db.Pool().Query(b.ctx, `insert into crm.contacts (org_id, firstname, email, company)
		select $1, 'Person', 'person' || n || '@example.com', 'Acme' from generate_series(0, $2 - 1) n order by n returning id`, b.org, n)
	b.must(err)
	var ids []crm.ContactID
	for rows.Next() {
		var id crm.ContactID
		b.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	b.must(rows.Err())
	return ids
}

// served returns the use cases with other helpers.
func (b bench) served(d crm.Deps) *crm.Service {
	d.Store, d.Tx, d.Clock = crmstore.New(b.db), b.db, func() time.Time { return today }
	return crm.New(d)
}

func (b bench) bulk(ids []crm.ContactID, change crm.BulkChange) crm.Job {
	b.t.Helper()
	job, err := b.Bulk(b.ctx, b.org, crm.Bulk{Query: crm.ContactQuery{IDs: ids}, Change: change})
	b.must(err)
	return job
}

func (b bench) run(id crm.JobID) crm.Job {
	b.t.Helper()
	job, err := b.RunJob(b.ctx, b.org, id, func(crm.Job) error { return nil })
	b.must(err)
	return job
}

func (b bench) expect(job crm.Job, state crm.JobState, changed, skipped int64) {
	b.t.Helper()
	if job.State != state || job.Changed != changed || job.Skipped != skipped || job.Done != changed+skipped {
		b.t.Fatalf("job is %s, %d changed, %d skipped, %d done (%v %s); want %s, %d, %d", job.State, job.Changed, job.Skipped, job.Done, job.Result.Skips, job.Error, state, changed, skipped)
	}
}

func (b bench) read(id crm.ContactID) crm.Contact {
	b.t.Helper()
	contact, err := b.Contact(b.ctx, b.org, id)
	b.must(err)
	return contact
}

func TestAnotherOrganizationsJobIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	job := b.bulk([]crm.ContactID{anna.ID}, crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"vip"}})
	org, ctx := b.stranger()
	_, err := b.Job(ctx, org, job.ID)
	b.refused(err, domain.KindNotFound, "no job")
	_, err = b.CancelJob(ctx, org, job.ID)
	b.refused(err, domain.KindNotFound, "no job")
	_, err = b.UndoJob(ctx, org, job.ID)
	b.refused(err, domain.KindNotFound, "no job")
	foreign, err := b.Bulk(ctx, org, crm.Bulk{Query: crm.ContactQuery{IDs: []crm.ContactID{anna.ID}}, Change: crm.BulkChange{Action: crm.BulkDelete}})
	b.must(err)
	b.expect(foreign, crm.JobDone, 0, 0)
	b.read(anna.ID)
	if jobs, err := b.Jobs(ctx, org, crm.JobQuery{}); err != nil || jobs.Total != 1 {
		t.Errorf("the stranger sees %+v, %v", jobs, err)
	}
}

func TestFewContactsAreChangedAtOnceAndBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(3)
	segment, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Fair"})
	b.must(err)
	b.must(b.ChangeTags(b.ctx, b.org, ids[0], crm.TagChange{Add: []string{"VIP"}}))
	b.must(b.SetDoNotContact(b.ctx, b.org, ids[0], crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed}))
	owner := b.member("Otto")
	state := func() string {
		var all []string
		for _, id := range ids {
			c := b.read(id)
			segments, err := b.SegmentsOf(b.ctx, b.org, id)
			b.must(err)
			all = append(all, fmt.Sprint(c.Tags, c.DoNotContact != nil && !c.MayReceive(crm.Email), c.OwnerID != nil, c.Points, *c.Company, len(segments)))
		}
		return strings.Join(all, "; ")
	}
	before := state()
	for name, test := range map[crm.BulkAction]struct {
		change           crm.BulkChange
		changed, skipped int64
		event            string
	}{
		crm.BulkAddTags:      {crm.BulkChange{Tags: []string{"vip", " "}[:1]}, 2, 1, crm.EventTagsChanged},
		crm.BulkRemoveTags:   {crm.BulkChange{Tags: []string{"vip"}}, 1, 2, crm.EventTagsChanged},
		crm.BulkAddToSegment: {crm.BulkChange{Segment: segment.ID}, 3, 0, crm.EventRemovedFromSegment},
		crm.BulkSetOwner:     {crm.BulkChange{Owner: owner}, 3, 0, crm.EventContactUpdated},
		crm.BulkForbid:       {crm.BulkChange{Channel: crm.Email, Comment: "They called."}, 2, 1, crm.EventDoNotContactCleared},
		crm.BulkSetField:     {crm.BulkChange{Field: "company", Value: "Globex"}, 3, 0, crm.EventContactUpdated},
		crm.BulkChangePoints: {crm.BulkChange{Points: 5}, 3, 0, crm.EventPointsChanged},
		crm.BulkDelete:       {crm.BulkChange{}, 3, 0, crm.EventContactRestored},
	} {
		test.change.Action = name
		job := b.bulk(ids, test.change)
		b.expect(job, crm.JobDone, test.changed, test.skipped)
		if name != crm.BulkDelete && state() == before {
			t.Errorf("%s changed nothing", name)
		}
		undo, err := b.UndoJob(b.ctx, b.org, job.ID)
		b.must(err)
		b.expect(undo, crm.JobDone, test.changed, 0)
		if after := state(); after != before {
			t.Errorf("after undoing %s it is %s, before it was %s", name, after, before)
		}
		touched := ids[2]
		if name == crm.BulkRemoveTags {
			touched = ids[0]
		}
		if events := strings.Fields(b.events(touched)); events[len(events)-1] != test.event {
			t.Errorf("%s: events are %s", name, events)
		}
		_, err = b.UndoJob(b.ctx, b.org, job.ID)
		b.refused(err, domain.KindConflict, "undone already")
		_, err = b.UndoJob(b.ctx, b.org, undo.ID)
		b.refused(err, domain.KindConflict, "Undoing can't be undone")
	}
}

func (b bench) member(name string) (id identity.UserID) {
	b.t.Helper()
	b.must(b.db.Pool().QueryRow(b.ctx, `insert into identity.users (email, name) values (lower($1) || '@example.com', $1) returning id`, name).Scan(&id))
	_, err := b.db.Pool().Exec(b.ctx, `insert into identity.org_members (org_id, user_id, role) values ($1, $2, 'user')`, b.org, id)
	b.must(err)
	return id
}

func TestManyContactsAreChangedByAJobThatGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(2500)
	job, err := b.Bulk(b.ctx, b.org, crm.Bulk{Query: crm.ContactQuery{PageQuery: domain.PageQuery{Search: "person"}}, Change: crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"fair"}}})
	b.must(err)
	if job.State != crm.JobQueued {
		t.Fatalf("the job is %s", job.State)
	}
	b.contact("person-too-late@example.com")
	running, err := b.RunningJobs(b.ctx, b.org)
	if err != nil || len(running) != 1 || running[0].ID != job.ID {
		t.Errorf("running are %+v, %v", running, err)
	}
	crash := errors.New("the worker is gone")
	steps := 0
	job, err = b.RunJob(b.ctx, b.org, job.ID, func(crm.Job) error {
		if steps++; steps == 2 {
			return crash
		}
		return nil
	})
	if !errors.Is(err, crash) || job.Done != crm.JobBatch || job.Total != 2500 || job.Cursor != ids[999] {
		t.Fatalf("after the crash: %+v, %v", job, err)
	}
	b.expect(b.run(job.ID), crm.JobDone, 2500, 0)
	b.expect(b.run(job.ID), crm.JobDone, 2500, 0) // a repeat of what is done does nothing
	if events := b.events(ids[0]); events != crm.EventTagsChanged {
		t.Errorf("events of the first are %s", events)
	}
	found, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{Tag: "fair"})
	if err != nil || found.Total != 2500 {
		t.Errorf("%d carry the tag, %v", found.Total, err)
	}
	undo, err := b.UndoJob(b.ctx, b.org, job.ID)
	b.must(err)
	b.expect(b.run(undo.ID), crm.JobDone, 2500, 0)
	if found, err = b.Contacts(b.ctx, b.org, crm.ContactQuery{Tag: "fair"}); err != nil || found.Total != 0 {
		t.Errorf("%d carry the tag after undoing, %v", found.Total, err)
	}
}

func TestACancelledJobStopsAndWhatItDidCanBeUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(1500)
	job, err := b.Bulk(b.ctx, b.org, crm.Bulk{Change: crm.BulkChange{Action: crm.BulkDelete}})
	b.must(err)
	job, err = b.RunJob(b.ctx, b.org, job.ID, func(j crm.Job) error {
		if j.Done > 0 {
			_, err := b.CancelJob(b.ctx, b.org, j.ID)
			return err
		}
		return nil
	})
	b.must(err)
	b.expect(job, crm.JobCancelled, 1000, 0)
	_, err = b.CancelJob(b.ctx, b.org, job.ID)
	b.refused(err, domain.KindConflict, "cancelled")
	undo, err := b.UndoJob(b.ctx, b.org, job.ID)
	b.must(err)
	b.expect(b.run(undo.ID), crm.JobDone, 1000, 0)
}

func TestAJobThatNoTemporalStartsWaitsAndIsFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(101)
	started := &journal{}
	service := b.served(crm.Deps{Jobs: started})
	started.err = errors.New("Temporal is away")
	job, err := service.Bulk(b.ctx, b.org, crm.Bulk{Change: crm.BulkChange{Action: crm.BulkDelete}})
	b.must(err)
	started.err = nil
	b.must(service.ResumeJobs(b.ctx))
	if want := []crm.JobID{job.ID, job.ID}; !slices.Equal(started.ids, want) {
		t.Errorf("started %v, want %v", started.ids, want)
	}
	b.run(job.ID)
	b.must(service.ResumeJobs(b.ctx))
	if len(started.ids) != 2 {
		t.Errorf("a job that is done was started: %v", started.ids)
	}
	nowhere := b.served(crm.Deps{})
	other := b.in(t, "Other")
	other.people(101)
	_, err = nowhere.Bulk(other.ctx, other.org, crm.Bulk{Change: crm.BulkChange{Action: crm.BulkDelete}})
	b.refused(err, domain.KindUnavailable, "Temporal")
}

type journal struct {
	ids []crm.JobID
	err error
}

func (j *journal) StartJob(_ context.Context, _ domain.OrgID, id crm.JobID) error {
	j.ids = append(j.ids, id)
	return j.err
}

func TestBulkChangesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(1)
	for says, change := range map[string]crm.BulkChange{
		"no action":         {Action: "explode"},
		"at least one tag":  {Action: crm.BulkAddTags},
		"Choose a segment":  {Action: crm.BulkAddToSegment, Segment: 77},
		"no user":           {Action: crm.BulkSetOwner, Owner: 77},
		"no channel":        {Action: crm.BulkForbid, Channel: "pigeon"},
		"There is no field": {Action: crm.BulkSetField, Field: "email", Value: "a@example.com"},
		"no time zone":      {Action: crm.BulkSetField, Field: "timeZone", Value: "Mars"},
		"how many points":   {Action: crm.BulkChangePoints},
	} {
		_, err := b.Bulk(b.ctx, b.org, crm.Bulk{Query: crm.ContactQuery{IDs: ids}, Change: change})
		b.refused(err, domain.KindInvalid, says)
	}
	_, err := b.Bulk(b.ctx, b.org, crm.Bulk{Query: crm.ContactQuery{IDs: make([]crm.ContactID, 10_001)}, Change: crm.BulkChange{Action: crm.BulkDelete}})
	b.refused(err, domain.KindInvalid, "At most 10,000")
	viewer := identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: 1, Role: "viewer"})
	_, err = b.Bulk(viewer, b.org, crm.Bulk{Change: crm.BulkChange{Action: crm.BulkDelete}})
	b.refused(err, domain.KindForbidden, "edit contacts")
}

func TestUndoingLeavesWhatWasChangedSince(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(2)
	job := b.bulk(ids, crm.BulkChange{Action: crm.BulkSetField, Field: "company", Value: "Globex"})
	initech := "Initech"
	_, err := b.UpdateContact(b.ctx, b.org, ids[0], crm.ContactPatch{Company: &initech})
	b.must(err)
	undo, err := b.UndoJob(b.ctx, b.org, job.ID)
	b.must(err)
	b.expect(undo, crm.JobDone, 1, 1)
	if *b.read(ids[0]).Company != "Initech" || *b.read(ids[1]).Company != "Acme" {
		t.Errorf("companies are %s and %s", *b.read(ids[0]).Company, *b.read(ids[1]).Company)
	}
	skips, err := b.JobSkips(b.ctx, b.org, undo.ID, 10)
	if err != nil || len(skips) != 1 || skips[0].Contact != ids[0] || !strings.Contains(skips[0].Why.English(), "changed again") {
		t.Errorf("passed over: %+v, %v", skips, err)
	}
}

func TestAllowingManyLeavesThoseWhoUnsubscribed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(3)
	b.must(b.SetDoNotContact(b.ctx, b.org, ids[0], crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed}))
	b.must(b.SetDoNotContact(b.ctx, b.org, ids[1], crm.DoNotContact{Channel: crm.Email, Reason: crm.Manual, Comment: "Asked by phone."}))
	job := b.bulk(ids, crm.BulkChange{Action: crm.BulkAllow, Channel: crm.Email})
	b.expect(job, crm.JobDone, 1, 2)
	if b.read(ids[0]).MayReceive(crm.Email) || !b.read(ids[1]).MayReceive(crm.Email) || len(job.Result.Skips) != 2 {
		t.Errorf("skipped: %v", job.Result.Skips)
	}
	_, err := b.UndoJob(b.ctx, b.org, job.ID)
	b.must(err)
	if marks := b.read(ids[1]).DoNotContact; len(marks) != 1 || marks[0].Comment != "Asked by phone." || marks[0].Reason != crm.Manual {
		t.Errorf("after undoing the marks are %+v", marks)
	}
}
