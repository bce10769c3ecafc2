package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

const (
	jobsPath = "/api/crm/jobs"
	jobPath  = jobsPath + "/{id}"
	jobTag   = "Jobs"
	bulkPath = contactsPath + "/bulk"
)

func (h handler) registerJobs(a huma.API) {
	huma.Register(a, described(operation(http.MethodGet, jobsPath, "list-jobs", jobTag, "List work on many contacts"),
		"Changes of many contacts, exports, merges of tags and changes of custom fields, the newest first. Ordered by id, createdAt, state, contacts or skipped. Words are looked for in titles, which are English here.\n\n"+
			api.SearchHelp(crm.JobCommands, "kind:bulk tags skipped:>0 created:>=-7d")), h.listJobs)
	huma.Register(a, described(operation(http.MethodGet, jobPath, "get-job", jobTag, "Read a job and how far it is"),
		"Ask again every few seconds while it runs: percent grows. Skips says why contacts were passed over."), h.getJob)
	huma.Register(a, described(operation(http.MethodPost, jobPath+"/cancel", "cancel-job", jobTag, "Stop a job"),
		"What was changed stays, and can be undone."), h.cancelJob)
	huma.Register(a, described(operation(http.MethodPost, jobPath+"/undo", "undo-job", jobTag, "Take back what a job has changed"),
		"Once, within 30 days, as far as nobody has changed it again. Answers the job that does it."), h.undoJob)
}

func (h handler) registerBulk(a huma.API) {
	huma.Register(a, described(operation(http.MethodPost, bulkPath, "change-contacts", "Contacts", "Change many contacts"),
		"Up to 100 contacts are changed before this answers; more become a job that goes on in the background. Contacts that the change does not apply to are passed over, and the job says how many and why."), h.bulk)
}

// Job is work on many contacts.
type Job struct {
	ID        int64            `json:"id" example:"88"`
	Kind      crm.JobKind      `json:"kind" enum:"bulk,export,merge,field" doc:"A change of many contacts, an export, a merge of tags, or a change of a custom field." example:"bulk"`
	Title     string           `json:"title" example:"Add tags: spring-fair"`
	State     crm.JobState     `json:"state" enum:"queued,running,done,failed,cancelled" example:"done"`
	Total     int64            `json:"total" doc:"Contacts; 0 while it is queued." example:"1248"`
	Done      int64            `json:"done" doc:"Changed + skipped, or rows written." example:"1248"`
	Changed   int64            `json:"changed" example:"1240"`
	Skipped   int64            `json:"skipped" example:"8"`
	Skips     map[string]int64 `json:"skips" doc:"Why contacts were passed over, and how many." example:"{\"The contact has these tags already.\":8}"`
	Percent   int              `json:"percent" example:"100"`
	Error     string           `json:"error" example:"The disk for files is full. Ask whoever operates the installation."`
	Undoable  bool             `json:"undoable"`
	Undoes    *int64           `json:"undoes" doc:"The job whose changes it takes back." example:"87"`
	UndoneBy  *int64           `json:"undoneBy" example:"91"`
	File      *JobFile         `json:"file,omitempty" doc:"Of an export that is done: GET …/file."`
	CreatedBy *int64           `json:"createdBy" example:"7"`
	CreatedAt time.Time        `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	StartedAt *time.Time       `json:"startedAt" example:"2026-11-24T09:31:00Z"`
	EndedAt   *time.Time       `json:"endedAt" example:"2026-11-24T09:38:00Z"`
}

// JobFile is the file of an export.
type JobFile struct {
	Name    string    `json:"name" example:"contacts-2026-11-24.csv"`
	Bytes   int64     `json:"bytes" example:"204813"`
	Expires time.Time `json:"expires" example:"2026-12-01T09:38:00Z"`
}

func jobBody(j crm.Job) Job {
	body := Job{
		ID: int64(j.ID), Kind: j.Kind, Title: j.Title.English(), State: j.State, Total: j.Total, Done: j.Done, Changed: j.Changed, Skipped: j.Skipped,
		Skips: skipsBody(j.Result.Skips), Percent: j.Percent(), Error: j.Error.English(), Undoable: j.Undoable(time.Now()), Undoes: (*int64)(j.Undoes),
		UndoneBy: (*int64)(j.UndoneBy), CreatedBy: (*int64)(j.CreatedBy), CreatedAt: j.CreatedAt, StartedAt: j.StartedAt, EndedAt: j.EndedAt,
	}
	if file := j.Result.File; file != nil && j.State == crm.JobDone {
		body.File = &JobFile{Name: file.Name, Bytes: file.Bytes, Expires: file.Expires}
	}
	return body
}

func skipsBody(skips map[domain.Kept]int64) map[string]int64 {
	body := map[string]int64{}
	for why, n := range skips {
		body[why.English()] += n
	}
	return body
}

type jobOutput struct{ Body Job }

// JobPath names a job.
type JobPath struct {
	ID crm.JobID `path:"id" minimum:"1" doc:"Id of the job." example:"88"`
}

type listJobsInput struct {
	api.PageInput
	Kind string `query:"kind" enum:"bulk,export,merge,field" doc:"Only work of this kind."`
}

type listJobsOutput struct{ Body domain.Page[Job] }

func (h handler) listJobs(ctx context.Context, in *listJobsInput) (*listJobsOutput, error) {
	page, err := h.contacts.Jobs(ctx, org(ctx), crm.JobQuery{PageQuery: in.Query(), Kind: crm.JobKind(in.Kind)})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listJobsOutput{Body: domain.MapPage(page, jobBody)}, nil
}

func jobAnswer(job crm.Job, err error) (*jobOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &jobOutput{Body: jobBody(job)}, nil
}

func (h handler) getJob(ctx context.Context, in *JobPath) (*jobOutput, error) {
	return jobAnswer(h.contacts.Job(ctx, org(ctx), in.ID))
}

func (h handler) cancelJob(ctx context.Context, in *JobPath) (*jobOutput, error) {
	return jobAnswer(h.contacts.CancelJob(ctx, org(ctx), in.ID))
}

func (h handler) undoJob(ctx context.Context, in *JobPath) (*jobOutput, error) {
	return jobAnswer(h.contacts.UndoJob(ctx, org(ctx), in.ID))
}

// ChangeContacts names contacts and what is done with all of them.
type ChangeContacts struct {
	Action    string          `json:"action" enum:"add_tags,remove_tags,add_to_segment,remove_from_segment,set_owner,set_do_not_contact,clear_do_not_contact,set_field,change_points,delete,restore,erase" example:"add_tags"`
	IDs       []int64         `json:"ids,omitempty" doc:"At most 10,000. Otherwise all that the search finds." example:"[4711,4712]"`
	All       bool            `json:"all,omitempty" doc:"All that search, tag and segment find; must be true when there are no ids."`
	Search    string          `json:"search,omitempty" doc:"In the language of the contact list. For restore and erase: words in the trash." example:"tag:newsletter !dnc:email"`
	Tag       string          `json:"tag,omitempty" example:"newsletter"`
	Segment   string          `json:"segment,omitempty" doc:"Only contacts in the segment of this alias or number." example:"spring-fair"`
	Tags      []string        `json:"tags,omitempty" doc:"To add or remove." example:"[\"spring-fair\"]"`
	SegmentID crm.SegmentID   `json:"segmentId,omitempty" doc:"To add to or remove from." example:"3"`
	OwnerID   identity.UserID `json:"ownerId,omitempty" doc:"0: nobody." example:"7"`
	Channel   string          `json:"channel,omitempty" enum:"email,sms,push" example:"email"`
	Comment   string          `json:"comment,omitempty" doc:"Why the channel is forbidden." example:"Asked us to stop by phone."`
	Field     string          `json:"field,omitempty" doc:"A field, or the alias of a custom one." example:"company"`
	Value     string          `json:"value,omitempty" doc:"As text; empty clears." example:"Lang & Partner"`
	Points    int             `json:"points,omitempty" doc:"Added; taken away when negative." example:"10"`
}

// TransformSchema gives an example of one action: what the others need is left out.
func (ChangeContacts) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"action": "add_tags", "all": true, "search": "tag:newsletter !dnc:email", "tags": ["spring-fair"]}`)
}

type changeContactsInput struct {
	Body ChangeContacts
}

func (h handler) bulk(ctx context.Context, in *changeContactsInput) (*jobOutput, error) {
	b := in.Body
	q := crm.ContactQuery{PageQuery: domain.PageQuery{Search: b.Search}.Normal(), Tag: b.Tag, Segment: b.Segment}
	switch {
	case len(b.IDs) == 0 && !b.All:
		return nil, api.Problem(domain.Invalid("ids", "Name the contacts by ids, or say all: true to mean all that the search finds."))
	case len(b.IDs) > 0:
		q = crm.ContactQuery{}
		for _, id := range b.IDs {
			q.IDs = append(q.IDs, crm.ContactID(id))
		}
	}
	return jobAnswer(h.contacts.Bulk(ctx, org(ctx), crm.Bulk{Query: q, Change: crm.BulkChange{
		Action: crm.BulkAction(b.Action), Tags: b.Tags, Segment: b.SegmentID, Owner: b.OwnerID, Channel: crm.Channel(b.Channel),
		Comment: b.Comment, Field: b.Field, Value: b.Value, Points: b.Points,
	}}))
}
