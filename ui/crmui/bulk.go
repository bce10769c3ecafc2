package crmui

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	bulkPath     = contactsPath + "/bulk"
	bulkFormID   = "bulk-form"
	bulkDialogID = "bulk" // begins the id of the dialog's title
)

func (p *pages) bulkRoutes(r fiber.Router) {
	r.Get(bulkPath+"/dialog", p.bulkDialog)
	r.Post(bulkPath, p.bulk)
}

// bulkView is the dialog that asks what an action needs to know.
type bulkView struct {
	Change   crm.BulkChange
	Contacts int           // how many it is about
	Keep     []hiddenField // which contacts those are
	Tags     []string      // to choose from
	Segments []crm.Segment
	Owners   []crm.Colleague
	Fields   []component.Option
	Errors   component.Errors
}

type hiddenField struct{ Name, Value string }

// bulkQuery reads which contacts are meant: ids between commas, or all that a search finds.
func bulkQuery(c *fiber.Ctx) (crm.ContactQuery, []hiddenField, error) {
	if c.FormValue("all") == "1" {
		q := crm.ContactQuery{PageQuery: domain.PageQuery{Search: c.FormValue("search")}.Normal(), Tag: c.FormValue("tag"), Segment: c.FormValue("segment")}
		return q, []hiddenField{{"all", "1"}, {"search", q.Search}, {"tag", q.Tag}, {"segment", q.Segment}}, nil
	}
	q := crm.ContactQuery{IDs: []crm.ContactID{}}
	for text := range strings.SplitSeq(c.FormValue("ids"), ",") {
		if id, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
			q.IDs = append(q.IDs, crm.ContactID(id))
		}
	}
	if len(q.IDs) == 0 {
		return q, nil, domain.Invalid("ids", "Choose contacts first.")
	}
	return q, []hiddenField{{"ids", c.FormValue("ids")}}, nil
}

// bulkChange reads the action and its inputs. The form's segment is called to, because segment is
// part of the query.
func bulkChange(c *fiber.Ctx) crm.BulkChange {
	number := func(name string) int {
		n, _ := strconv.Atoi(strings.TrimSpace(c.FormValue(name)))
		return n
	}
	change := crm.BulkChange{
		Action: crm.BulkAction(c.FormValue("action")), Segment: crm.SegmentID(number("to")), Owner: identity.UserID(number("owner")),
		Channel: crm.Channel(c.FormValue("channel")), Comment: c.FormValue("comment"),
		Field: c.FormValue("field"), Value: c.FormValue("value"), Points: number("points"),
	}
	for _, names := range c.Context().PostArgs().PeekMulti("tags") {
		change.Tags = append(change.Tags, tagList(string(names))...)
	}
	return change
}

func (p *pages) bulkDialog(c *fiber.Ctx) error {
	if c.FormValue("action") == exportAction {
		return p.exportDialog(c, fiber.StatusOK, exportView{})
	}
	q, keep, err := bulkQuery(c)
	if err != nil {
		return err
	}
	change := bulkChange(c)
	if change.Channel == "" {
		change.Channel = crm.Email
	}
	v, err := p.bulkViewOf(c.UserContext(), orgOf(c), q, change)
	if err != nil {
		return err
	}
	v.Keep = keep
	return page.Fragment(c, fiber.StatusOK, bulkDialog(v))
}

// bulkViewOf fills the dialog with what can be chosen for the action.
func (p *pages) bulkViewOf(ctx context.Context, org domain.OrgID, q crm.ContactQuery, change crm.BulkChange) (v bulkView, err error) {
	v.Change = change
	if bulkTitles[change.Action] == "" {
		return v, domain.NotFound("There is no such page.")
	}
	if v.Contacts, err = p.Contacts.BulkCount(ctx, org, q, change.Action); err != nil {
		return v, err
	}
	switch change.Action {
	case crm.BulkAddTags, crm.BulkRemoveTags:
		var tags domain.Page[crm.Tag]
		tags, err = p.Contacts.Tags(ctx, org, domain.PageQuery{Limit: domain.MaxLimit, OrderBy: "contacts"})
		for _, tag := range tags.Items {
			v.Tags = append(v.Tags, tag.Name)
		}
	case crm.BulkAddToSegment, crm.BulkRemoveFromSegment:
		var segments domain.Page[crm.Segment]
		segments, err = p.Contacts.Segments(ctx, org, domain.PageQuery{Limit: domain.MaxLimit})
		v.Segments = segments.Items
	case crm.BulkSetOwner:
		v.Owners, err = p.Contacts.Owners(ctx, org)
	case crm.BulkSetField:
		v.Fields, err = p.bulkFields(ctx, org)
	}
	return v, err
}

// bulkFields lists the fields that can be set for many contacts.
func (p *pages) bulkFields(ctx context.Context, org domain.OrgID) ([]component.Option, error) {
	set, err := p.Contacts.FieldSet(ctx, org)
	if err != nil {
		return nil, err
	}
	var options []component.Option
	for _, name := range crm.BulkFields {
		options = append(options, component.Option{Value: name, Label: words.Say(ctx, coreFieldNames[name])})
	}
	for _, field := range set.Published() {
		if !field.IsUnique {
			options = append(options, component.Option{Value: field.Alias, Label: field.Label})
		}
	}
	return options, nil
}

// bulk changes the contacts. Few are changed at once, and the list comes back with a way to undo it;
// many become a job, whose page comes.
func (p *pages) bulk(c *fiber.Ctx) error {
	q, keep, err := bulkQuery(c)
	if err != nil {
		return err
	}
	ctx, org, change := c.UserContext(), orgOf(c), bulkChange(c)
	failed := p.confirmed(c, q, change.Action)
	var job crm.Job
	if failed == nil {
		job, failed = p.Contacts.Bulk(ctx, org, crm.Bulk{Query: q, Change: change})
	}
	if found, refused := component.ErrorsFrom(c.UserContext(), failed); refused {
		v, err := p.bulkViewOf(ctx, org, q, change)
		if err != nil {
			return err
		}
		v.Keep, v.Errors = keep, bulkErrors(found)
		return page.Fragment(c, fiber.StatusUnprocessableEntity, bulkDialog(v))
	}
	if failed != nil {
		return failed
	}
	back := cameFrom(c, contactsPath)
	switch {
	case job.State != crm.JobDone:
		return page.Redirect(c, jobPath(job.ID), "")
	case job.Undoable(page.From(ctx).Now):
		return page.RedirectUndo(c, back, bulkDone(ctx, job), jobPath(job.ID)+"/undo")
	}
	return page.Redirect(c, back, bulkDone(ctx, job))
}

// confirmed refuses to delete for ever until somebody has typed how many contacts that is about.
func (p *pages) confirmed(c *fiber.Ctx, q crm.ContactQuery, action crm.BulkAction) error {
	if action != crm.BulkErase {
		return nil
	}
	n, err := p.Contacts.BulkCount(c.UserContext(), orgOf(c), q, action)
	if err == nil && strings.TrimSpace(c.FormValue("confirm")) != eraseWord(n) {
		err = domain.Invalid("confirm", "Type %s, the number of contacts, to delete them for ever.", eraseWord(n))
	}
	return err
}

// bulkErrors puts findings to the controls of the dialog.
func bulkErrors(found component.Errors) component.Errors {
	for i, f := range found {
		switch {
		case strings.HasPrefix(f.Field, "tags"):
			found[i].Field = "tags"
		case f.Field == "segment":
			found[i].Field = "to"
		case f.Field == "ownerId":
			found[i].Field = "owner"
		}
	}
	return found
}

// bulkDone says what was changed and what was not.
func bulkDone(ctx context.Context, job crm.Job) string {
	said := words.N(ctx, int(job.Changed), "{{.Count}} contact was changed.", "{{.Count}} contacts were changed.")
	switch job.Settings.Change.Action {
	case crm.BulkDelete:
		said = words.N(ctx, int(job.Changed), "{{.Count}} contact is in the trash.", "{{.Count}} contacts are in the trash.")
	case crm.BulkRestore:
		said = words.N(ctx, int(job.Changed), "{{.Count}} contact is back.", "{{.Count}} contacts are back.")
	case crm.BulkErase:
		said = words.N(ctx, int(job.Changed), "{{.Count}} contact is gone for ever.", "{{.Count}} contacts are gone for ever.")
	}
	for why, n := range job.Result.Skips {
		said += " " + words.N(ctx, int(n), "{{.Count}} was passed over:", "{{.Count}} were passed over:") + " " + words.Kept(ctx, why)
	}
	return said
}

// cameFrom is the page of ours that htmx asked from, or another when that is not known.
func cameFrom(c *fiber.Ctx, other string) string {
	current, err := url.Parse(c.Get("HX-Current-URL"))
	if err != nil || !strings.HasPrefix(current.Path, "/app/") {
		return other
	}
	return current.RequestURI()
}

// bulkTitles head the dialogs.
var bulkTitles = map[crm.BulkAction]string{
	crm.BulkAddTags: words.Mark("Add tags"), crm.BulkRemoveTags: words.Mark("Remove tags"),
	crm.BulkAddToSegment: words.Mark("Add to a segment"), crm.BulkRemoveFromSegment: words.Mark("Remove from a segment"),
	crm.BulkSetOwner: words.Mark("Change the owner"), crm.BulkForbid: words.Mark("Do not contact"), crm.BulkAllow: words.Mark("Allow contact again"),
	crm.BulkSetField: words.Mark("Set a field"), crm.BulkChangePoints: words.Mark("Change points"),
	crm.BulkDelete: words.Mark("Delete contacts"), crm.BulkRestore: words.Mark("Restore contacts"), crm.BulkErase: words.Mark("Delete for ever"),
}

// bulkButtons are the words on the button that does it.
var bulkButtons = map[crm.BulkAction]string{
	crm.BulkAddTags: words.Mark("Add"), crm.BulkRemoveTags: words.Mark("Remove"), crm.BulkAddToSegment: words.Mark("Add"), crm.BulkRemoveFromSegment: words.Mark("Remove"),
	crm.BulkSetOwner: words.Mark("Change"), crm.BulkForbid: words.Mark("Stop"), crm.BulkAllow: words.Mark("Allow"), crm.BulkSetField: words.Mark("Set"),
	crm.BulkChangePoints: words.Mark("Change"), crm.BulkDelete: words.Mark("Delete"), crm.BulkRestore: words.Mark("Restore"), crm.BulkErase: words.Mark("Delete for ever"),
}

var coreFieldNames = map[string]string{
	"firstname": words.Mark("First name"), "lastname": words.Mark("Last name"), "company": words.Mark("Company"), "position": words.Mark("Position"),
	"stage": words.Mark("Stage"), "timeZone": words.Mark("Time zone"), "locale": words.Mark("Language"), "preferredChannel": words.Mark("Preferred channel"),
}
