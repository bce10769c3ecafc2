package crmui

import (
	"context"
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	fieldsPath = "/app/settings/fields"
	fieldsID   = "contact-fields"
	// countedAtOnce is how many contacts may be read for the numbers of the list before it is shown.
	countedAtOnce = 20_000
)

func (p *pages) fieldRoutes(r fiber.Router) {
	r.Get(fieldsPath, p.fields)
	r.Get(fieldsPath+"/new", p.newField)
	r.Post(fieldsPath, p.createField)
	r.Get(fieldsPath+"/:id<int>", p.editField)
	r.Post(fieldsPath+"/:id<int>", p.updateField)
	r.Post(fieldsPath+"/:id<int>/move", p.moveField)
	r.Post(fieldsPath+"/:id<int>/delete", p.deleteField)
	r.Get(fieldsPath+"/:id<int>/uses", p.fieldUses)
}

func fieldPath(id crm.FieldID) string { return fmt.Sprintf("%s/%d", fieldsPath, id) }

// fieldsView is the list of custom fields.
type fieldsView struct {
	Groups    []fieldGroupView // those that have fields
	Count     int
	MayEdit   bool
	Uncounted bool // who has values is told later: counting reads all contacts
}

type fieldGroupView struct {
	Group crm.FieldGroup
	Rows  []fieldRow
}

// fieldRow is a line of the list.
type fieldRow struct {
	crm.Field
	Contacts    int // that have a value
	Uncounted   bool
	Index       crm.IndexState
	Deleting    bool // its values go in the background
	First, Last bool // within the group
}

func (p *pages) fields(c *fiber.Ctx) error {
	v, err := p.fieldList(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, fieldsPage(v), page.Part{ID: fieldsID, Show: fieldList(v)})
}

func (p *pages) fieldList(c *fiber.Ctx) (fieldsView, error) {
	ctx, org := c.UserContext(), orgOf(c)
	v := fieldsView{MayEdit: page.May(ctx, identity.EditSettings)}
	fields, err := p.Contacts.Fields(ctx, org)
	if err != nil {
		return v, err
	}
	v.Count = len(fields)
	if v.Count == 0 {
		return v, nil
	}
	var holders map[string]int
	if v.Uncounted, err = p.countsLater(c); err == nil && !v.Uncounted {
		holders, err = p.Contacts.FieldHolders(ctx, org)
	}
	if err != nil {
		return v, err
	}
	states, err := p.Contacts.FieldIndexStates(ctx, org)
	if err != nil {
		return v, err
	}
	jobs, err := p.Contacts.RunningJobs(ctx, org)
	if err != nil {
		return v, err
	}
	for i, field := range fields {
		row := fieldRow{Field: field, Contacts: holders[field.Alias], Uncounted: v.Uncounted, Index: states[field.Alias]}
		row.Deleting = slices.ContainsFunc(jobs, func(j crm.Job) bool { return j.DeletesField() && j.Settings.Field.ID == field.ID })
		row.First = i == 0 || fields[i-1].Group != field.Group
		row.Last = i == len(fields)-1 || fields[i+1].Group != field.Group
		if row.First {
			v.Groups = append(v.Groups, fieldGroupView{Group: field.Group})
		}
		group := &v.Groups[len(v.Groups)-1]
		group.Rows = append(group.Rows, row)
	}
	return v, nil
}

// countsLater says whether the list comes without numbers first, and asks for them then.
func (p *pages) countsLater(c *fiber.Ctx) (bool, error) {
	if c.QueryBool("counted") {
		return false, nil
	}
	n, err := p.Contacts.CountContacts(c.UserContext(), orgOf(c), crm.ContactQuery{})
	return n > countedAtOnce, err
}

// move is the button that exchanges a field with its neighbour.
func (r fieldRow) move(ctx context.Context, to string) component.ConfirmProps {
	b := component.ButtonProps{Label: words.F(ctx, "Move “{{.Field}}” up", words.Data{"Field": r.Label}), Icon: "chevron-up", Disabled: r.First}
	if to == "down" {
		b.Label, b.Icon, b.Disabled = words.F(ctx, "Move “{{.Field}}” down", words.Data{"Field": r.Label}), "chevron-down", r.Last
	}
	b.IconOnly, b.Small, b.Look = true, true, component.Quiet
	return component.ConfirmProps{ButtonProps: b, Action: fieldPath(r.ID) + "/move?to=" + to}
}

func (r fieldRow) remove(ctx context.Context) component.ConfirmProps {
	text := words.T(ctx, "No contact has a value. Emails that show it will show nothing there.")
	if r.Contacts > 0 {
		text = words.N(ctx, r.Contacts, "{{.Count}} contact loses its value, which cannot be undone. Emails that show it will show nothing there.",
			"{{.Count}} contacts lose their values, which cannot be undone. Emails that show it will show nothing there.")
	}
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{
			Label: words.F(ctx, "Delete “{{.Field}}”", words.Data{"Field": r.Label}), Icon: "trash-2", IconOnly: true, Small: true, Look: component.Danger,
		},
		Action: fmt.Sprintf("%s/delete?contacts=%d", fieldPath(r.ID), r.Contacts),
		Title:  words.F(ctx, "Delete the field “{{.Field}}”?", words.Data{"Field": r.Label}), Text: text, Yes: words.T(ctx, "Delete"),
	}
}

func (p *pages) moveField(c *fiber.Ctx) error {
	id, err := page.ID[crm.FieldID](c, "id")
	if err != nil {
		return err
	}
	fields, err := p.Contacts.Fields(c.UserContext(), orgOf(c))
	if err != nil {
		return err
	}
	ids := make([]crm.FieldID, len(fields))
	for i, field := range fields {
		ids[i] = field.ID
	}
	at := slices.Index(ids, id)
	to := at + 1
	if c.Query("to") == "up" {
		to = at - 1
	}
	if at >= 0 && to >= 0 && to < len(ids) && fields[at].Group == fields[to].Group {
		ids[at], ids[to] = ids[to], ids[at]
		if err := p.Contacts.ReorderFields(c.UserContext(), orgOf(c), ids); err != nil {
			return err
		}
	}
	return page.Redirect(c, fieldsPath, "")
}

func (p *pages) deleteField(c *fiber.Ctx) error {
	id, err := page.ID[crm.FieldID](c, "id")
	if err != nil {
		return err
	}
	field, err := p.Contacts.Field(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	if uses, err := p.Contacts.FieldUses(c.UserContext(), orgOf(c), id); err != nil {
		return err
	} else if len(uses) > 0 {
		return page.Redirect(c, fieldUsesPath(id), "")
	}
	job, err := p.Contacts.DeleteField(c.UserContext(), orgOf(c), id, c.QueryInt("contacts"))
	if err != nil {
		return err
	}
	if job != nil {
		return page.Redirect(c, jobPath(job.ID), "")
	}
	return page.Redirect(c, fieldsPath, words.F(c.UserContext(), "The field “{{.Field}}” is deleted.", words.Data{"Field": field.Label}))
}
