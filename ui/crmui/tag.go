package crmui

import (
	"context"
	"fmt"
	"strings"

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
	tagsPath   = "/app/settings/tags"
	tagTableID = "tags" // of the element that holds the list
	// Of the dialog that makes a tag, and of the form in it.
	newTagID     = "new-tag"
	newTagFormID = "new-tag-form"
)

func (p *pages) tagRoutes(r fiber.Router) {
	r.Get(tagsPath, p.tags)
	r.Get(tagsPath+"/suggest", listing.Suggest(tagTableID, crm.TagCommands))
	r.Post(tagsPath, p.createTag)
	r.Get(tagsPath+"/:id<int>", p.tag)
	r.Post(tagsPath+"/:id<int>", p.updateTag)
	r.Post(tagsPath+"/:id<int>/merge", p.mergeTag)
	r.Post(tagsPath+"/:id<int>/delete", p.deleteTag)
	r.Post(tagsPath+"/:id<int>/restore", p.restoreTag)
}

func tagAdminPath(id crm.TagID) string { return fmt.Sprintf("%s/%d", tagsPath, id) }

// tagListView is the list of tags, with the form of a new one.
type tagListView struct {
	List    component.List
	Rows    []crm.Tag
	Form    tagForm
	Problem *search.Error // why the search can't be read; nil: it can
}

// tagForm is a tag as it is typed.
type tagForm struct {
	Tag               crm.Tag // as it is kept
	Name, Description string
	Into              string   // the tag that it is to be merged into, as typed
	Twin              *crm.Tag // another tag has the name that was typed
	Known             []string // tags that it can be merged into
	Errors            component.Errors
}

// deleteText says how many lose the tag.
func (f tagForm) deleteText(ctx context.Context) string {
	return words.N(ctx, f.Tag.Contacts,
		"{{.Count}} contact loses the tag. Campaigns and searches that name it find nobody by it any more. You can undo this for 30 days.",
		"{{.Count}} contacts lose the tag. Campaigns and searches that name it find nobody by it any more. You can undo this for 30 days.")
}

func (p *pages) tags(c *fiber.Ctx) error {
	v, err := p.readTags(c)
	if err != nil {
		return err
	}
	return listing.Render(c, listing.Page{List: v.List, Problem: v.Problem, Whole: tagsPage(v), Region: tagRegion(v), Body: tagTable(v)})
}

func (p *pages) readTags(c *fiber.Ctx) (tagListView, error) {
	q := page.Query(c)
	if q.OrderBy == "" {
		q.OrderBy, q.OrderDir = "name", "asc"
	}
	found, err := p.Contacts.Tags(c.UserContext(), orgOf(c), q)
	problem, err := listing.Problem(err)
	return tagListView{Rows: found.Items, List: component.ListOf(tagsPath, tagTableID, q, found), Problem: problem}, err
}

func (p *pages) createTag(c *fiber.Ctx) error {
	form := tagForm{Name: c.FormValue("name"), Description: c.FormValue("description")}
	tag, err := p.Contacts.CreateTag(c.UserContext(), orgOf(c), form.Name, form.Description)
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v, err := p.readTags(c)
		if err != nil {
			return err
		}
		form.Errors = found
		v.Form = form
		return page.Render(c, fiber.StatusUnprocessableEntity, tagsPage(v), page.Part{ID: newTagFormID, Show: newTagForm(v.Form)})
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, tagsPath, words.F(c.UserContext(), "The tag “{{.Name}}” is there.", words.Data{"Name": tag.Name}))
}

func (p *pages) tag(c *fiber.Ctx) error {
	form, err := p.readTag(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, tagPage(form))
}

// readTag reads the tag that the address names, as a form that is not touched yet.
func (p *pages) readTag(c *fiber.Ctx) (tagForm, error) {
	id, err := page.ID[crm.TagID](c, "id")
	if err != nil {
		return tagForm{}, err
	}
	tag, err := p.Contacts.Tag(c.UserContext(), orgOf(c), id)
	if err != nil {
		return tagForm{}, err
	}
	known, err := p.Contacts.TagNames(c.UserContext(), orgOf(c), suggestedTags)
	return tagForm{Tag: tag, Name: tag.Name, Description: tag.Description, Known: known}, err
}

func (p *pages) updateTag(c *fiber.Ctx) error {
	form, err := p.readTag(c)
	if err != nil {
		return err
	}
	form.Name, form.Description = c.FormValue("name"), c.FormValue("description")
	_, err = p.Contacts.UpdateTag(c.UserContext(), orgOf(c), form.Tag.ID, crm.TagPatch{Name: &form.Name, Description: &form.Description})
	found, refused := component.ErrorsFrom(c.UserContext(), err)
	switch {
	case refused:
		form.Errors = found
		if domain.KindOf(err) == domain.KindConflict {
			if form.Twin, err = p.tagNamed(c, form.Name); err != nil {
				return err
			}
		}
		return page.Render(c, fiber.StatusUnprocessableEntity, tagPage(form))
	case err != nil:
		return err
	}
	return page.Redirect(c, tagsPath, words.T(c.UserContext(), "Saved."))
}

// tagNamed returns the tag of a name, whatever the case; nil when there is none.
func (p *pages) tagNamed(c *fiber.Ctx, name string) (*crm.Tag, error) {
	name = strings.TrimSpace(name)
	// In the order of their names, the tag of just that name is the first of those that contain it.
	found, err := p.Contacts.Tags(c.UserContext(), orgOf(c), domain.PageQuery{Search: search.Literal(name), OrderBy: "name", OrderDir: "asc", Limit: domain.MaxLimit})
	if err != nil {
		return nil, err
	}
	for _, tag := range found.Items {
		if strings.EqualFold(tag.Name, name) {
			return &tag, nil
		}
	}
	return nil, nil
}

func (p *pages) mergeTag(c *fiber.Ctx) error {
	ctx := c.UserContext()
	form, err := p.readTag(c)
	if err != nil {
		return err
	}
	form.Into = c.FormValue("into")
	into, err := p.tagNamed(c, form.Into)
	var merged crm.Merged
	if err == nil {
		if into == nil {
			err = domain.Invalid("into", "There is no tag of that name.")
		} else {
			merged, err = p.Contacts.MergeTags(ctx, orgOf(c), form.Tag.ID, into.ID)
		}
	}
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		form.Errors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, tagPage(form))
	}
	if err != nil {
		return err
	}
	if merged.Job != nil {
		return page.Redirect(c, jobPath(merged.Job.ID), "")
	}
	return page.Redirect(c, tagsPath, words.NF(ctx, merged.Contacts, "{{.Count}} contact has “{{.Into}}” in place of “{{.From}}” now.", "{{.Count}} contacts have “{{.Into}}” in place of “{{.From}}” now.",
		words.Data{"From": form.Tag.Name, "Into": into.Name}))
}

func (p *pages) deleteTag(c *fiber.Ctx) error {
	form, err := p.readTag(c)
	if err != nil {
		return err
	}
	if err := p.Contacts.DeleteTag(c.UserContext(), orgOf(c), form.Tag.ID); err != nil {
		return err
	}
	return page.RedirectUndo(c, tagsPath, words.F(c.UserContext(), "The tag “{{.Name}}” is deleted.", words.Data{"Name": form.Tag.Name}),
		tagAdminPath(form.Tag.ID)+"/restore")
}

func (p *pages) restoreTag(c *fiber.Ctx) error {
	id, err := page.ID[crm.TagID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Contacts.RestoreTag(c.UserContext(), orgOf(c), id); err != nil {
		return err
	}
	return page.Redirect(c, tagsPath, words.T(c.UserContext(), "The tag is back, with those who had it."))
}
