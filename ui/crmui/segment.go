package crmui

import (
	"context"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	segmentsPath    = "/app/segments"
	segmentsID      = "segments" // of the element that holds the list
	segmentChipsID  = "contact-segments"
	offeredSegments = 500 // that a contact can be added to, in one choice
)

func (p *pages) segmentRoutes(r fiber.Router) {
	r.Get(segmentsPath, p.segments)
	r.Get(segmentsPath+"/suggest", listing.Suggest(segmentsID, crm.SegmentCommands))
	r.Get(segmentsPath+"/new", p.newSegment)
	r.Post(segmentsPath, p.createSegment)
	r.Get(segmentsPath+"/:id<int>", p.segment)
	r.Post(segmentsPath+"/:id<int>", p.updateSegment)
	r.Post(segmentsPath+"/:id<int>/delete", p.deleteSegment)
	r.Post(segmentsPath+"/:id<int>/restore", p.restoreSegment)
	r.Post(contactsPath+"/:id<int>/segments", p.changeSegments)
}

func segmentPath(id crm.SegmentID) string { return fmt.Sprintf("%s/%d", segmentsPath, id) }

// membersPath lists the contacts of a segment.
func membersPath(g crm.Segment) string {
	return contactsPath + "?" + url.Values{"search": {"segment:" + g.Alias}}.Encode()
}

// segmentListView is the list of segments.
type segmentListView struct {
	List    component.List
	Rows    []crm.Segment
	Problem *search.Error // why the search can't be read; nil: it can
}

func (p *pages) segments(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Contacts.Segments(c.UserContext(), orgOf(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := segmentListView{Rows: found.Items, List: component.ListOf(segmentsPath, segmentsID, q, found), Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: segmentsPage(v), Region: segmentRegion(v), Body: segmentTable(v)})
}

// segmentForm is a segment as it is typed.
type segmentForm struct {
	Segment                  crm.Segment // as it is kept; without an id it is new
	Name, Alias, Description string
	IsPublished              bool
	Errors                   component.Errors
}

func (f segmentForm) action() string {
	if f.Segment.ID == 0 {
		return segmentsPath
	}
	return segmentPath(f.Segment.ID)
}

// deleteText says what goes with a segment, and what stays.
func (f segmentForm) deleteText(ctx context.Context) string {
	if f.Segment.Contacts == 0 {
		return words.T(ctx, "Nobody is in it. Searches and imports that name it find nothing any more. You can undo this for 30 days.")
	}
	return words.N(ctx, f.Segment.Contacts,
		"{{.Count}} contact is in it and stays in your database. Searches and imports that name the segment find nothing any more. You can undo this for 30 days.",
		"{{.Count}} contacts are in it and stay in your database. Searches and imports that name the segment find nothing any more. You can undo this for 30 days.")
}

func segmentFormOf(g crm.Segment) segmentForm {
	return segmentForm{Segment: g, Name: g.Name, Alias: g.Alias, Description: g.Description, IsPublished: g.IsPublished}
}

func typedSegment(c *fiber.Ctx, g crm.Segment) segmentForm {
	return segmentForm{
		Segment: g, Name: c.FormValue("name"), Alias: c.FormValue("alias"), Description: c.FormValue("description"),
		IsPublished: c.FormValue("isPublished") == "true",
	}
}

func (p *pages) newSegment(c *fiber.Ctx) error {
	return page.Render(c, fiber.StatusOK, newSegmentPage(segmentForm{IsPublished: true}))
}

func (p *pages) createSegment(c *fiber.Ctx) error {
	form := typedSegment(c, crm.Segment{})
	segment, err := p.Contacts.CreateSegment(c.UserContext(), orgOf(c), crm.SegmentInput{
		Name: form.Name, Alias: form.Alias, Description: form.Description, Unpublished: !form.IsPublished,
	})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		form.Errors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, newSegmentPage(form))
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, segmentPath(segment.ID), words.F(c.UserContext(), "The segment “{{.Name}}” is there.", words.Data{"Name": segment.Name}))
}

func (p *pages) segment(c *fiber.Ctx) error {
	segment, err := p.readSegment(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, segmentPage(segmentFormOf(segment)))
}

func (p *pages) updateSegment(c *fiber.Ctx) error {
	segment, err := p.readSegment(c)
	if err != nil {
		return err
	}
	form := typedSegment(c, segment)
	_, err = p.Contacts.UpdateSegment(c.UserContext(), orgOf(c), segment.ID, crm.SegmentPatch{
		Name: &form.Name, Alias: &form.Alias, Description: &form.Description, IsPublished: &form.IsPublished,
	})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		form.Errors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, segmentPage(form))
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, segmentPath(segment.ID), words.T(c.UserContext(), "Saved."))
}

func (p *pages) deleteSegment(c *fiber.Ctx) error {
	segment, err := p.readSegment(c)
	if err != nil {
		return err
	}
	if err := p.Contacts.DeleteSegment(c.UserContext(), orgOf(c), segment.ID); err != nil {
		return err
	}
	return page.RedirectUndo(c, segmentsPath, words.F(c.UserContext(), "The segment “{{.Name}}” is deleted.", words.Data{"Name": segment.Name}),
		segmentPath(segment.ID)+"/restore")
}

func (p *pages) restoreSegment(c *fiber.Ctx) error {
	id, err := page.ID[crm.SegmentID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Contacts.RestoreSegment(c.UserContext(), orgOf(c), id); err != nil {
		return err
	}
	return page.Redirect(c, segmentPath(id), words.T(c.UserContext(), "The segment is back, with its contacts."))
}

func (p *pages) readSegment(c *fiber.Ctx) (crm.Segment, error) {
	id, err := page.ID[crm.SegmentID](c, "id")
	if err != nil {
		return crm.Segment{}, err
	}
	return p.Contacts.Segment(c.UserContext(), orgOf(c), id)
}

// segmentChipsView is in which segments a contact is, and in which it could be.
type segmentChipsView struct {
	Contact crm.ContactID
	In      []crm.Segment
	Open    []crm.Segment
	Removed removedChip
}

func (p *pages) segmentChips(c *fiber.Ctx, contact crm.ContactID) (segmentChipsView, error) {
	ctx := c.UserContext()
	in, err := p.Contacts.SegmentsOf(ctx, orgOf(c), contact)
	if err != nil {
		return segmentChipsView{}, err
	}
	open, err := p.Contacts.OpenSegments(ctx, orgOf(c), contact, offeredSegments)
	return segmentChipsView{Contact: contact, In: in, Open: open}, err
}

// changeSegments adds a contact to a segment, or takes it out of one.
func (p *pages) changeSegments(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	ctx, one := c.UserContext(), []crm.ContactID{contact.ID}
	if id := segmentNamed(c, "add"); id != 0 {
		_, err = p.Contacts.AddToSegment(ctx, orgOf(c), id, one, "")
	}
	if id := segmentNamed(c, "remove"); id != 0 && err == nil {
		_, err = p.Contacts.RemoveFromSegment(ctx, orgOf(c), id, one, "")
	}
	if err != nil {
		return err
	}
	if !page.IsHTMX(c) {
		return page.Redirect(c, contactPath(contact.ID), "")
	}
	v, err := p.segmentChips(c, contact.ID)
	if err != nil {
		return err
	}
	v.Removed = removedChipOf(c)
	return page.Fragment(c, fiber.StatusOK, segmentChips(v))
}

// segmentNamed reads the number of a segment from a form, 0 when there is none.
func segmentNamed(c *fiber.Ctx, field string) crm.SegmentID {
	return crm.SegmentID(numbered(c.FormValue(field), ""))
}
