package crmui

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const viewsPath = contactsPath + "/views"

func (p *pages) viewRoutes(r fiber.Router) {
	r.Get(viewsPath+"/new", p.newView)
	r.Post(viewsPath, p.createView)
	r.Get(viewsPath+"/:id<int>/edit", p.editView)
	r.Post(viewsPath+"/:id<int>", p.updateView)
	r.Post(viewsPath+"/:id<int>/delete", p.deleteView)
	r.Post(viewsPath+"/:id<int>/restore", p.restoreView)
}

func viewPath(id crm.ViewID) string { return fmt.Sprintf("%s/%d", viewsPath, id) }

// viewAddress is the list as the view shows it.
func viewAddress(id crm.ViewID) string { return fmt.Sprintf("%s?view=%d", contactsPath, id) }

// listAddress reads an address of the list that a form carries; others lead to the plain list.
func listAddress(text string) *url.URL {
	address, err := url.Parse(text)
	if err != nil || address.Path != contactsPath || address.Host != "" || address.Scheme != "" {
		return &url.URL{Path: contactsPath}
	}
	return &url.URL{Path: contactsPath, RawQuery: address.RawQuery}
}

// tabs lead to the views, after the whole list.
func (v listView) tabs(ctx context.Context) []component.ViewTab {
	tabs := []component.ViewTab{{Label: words.T(ctx, "All contacts"), Href: contactsPath, Active: v.View == nil}}
	for _, view := range v.Views {
		tabs = append(tabs, component.ViewTab{
			Label: view.Name, Href: viewAddress(view.ID), Shared: view.IsShared, Active: v.View != nil && v.View.ID == view.ID,
		})
	}
	return tabs
}

// changed says whether the list shows something else than its view does, or than the plain list.
func (v listView) changed() bool {
	q := v.List.Query
	if v.View == nil {
		return v.Search != nil || q.OrderBy != ""
	}
	kept, err := search.Parse(v.View.Search, v.commands())
	differs := err != nil || search.String(kept) != search.String(v.Search)
	order := v.View.OrderBy != q.OrderBy || q.OrderBy != "" && orDesc(v.View.OrderDir) != q.OrderDir
	return differs || order || v.Custom && !slices.Equal(v.keys(), v.View.Columns)
}

func orDesc(dir string) string {
	if dir == "" {
		return "desc"
	}
	return dir
}

// state says what can be done with the view that is open, or with what could become one.
func (v listView) state(ctx context.Context) component.ViewState {
	s := component.ViewState{Open: v.View != nil, Changed: v.changed(), State: map[string]string{
		"search": search.String(v.Search), "orderBy": v.List.Query.OrderBy, "orderDir": v.List.Query.OrderDir, "columns": "",
	}}
	if v.Custom {
		s.State["columns"] = strings.Join(v.keys(), ",")
	} else if v.View != nil {
		s.State["columns"] = strings.Join(v.View.Columns, ",")
	}
	if s.Changed {
		s.SaveAs = viewsPath + "/new"
	}
	if v.View == nil {
		return s
	}
	s.Back = viewAddress(v.View.ID)
	if !v.View.ChangedBy(identity.ActorFrom(ctx)) {
		return s
	}
	if s.Changed {
		s.Save = viewPath(v.View.ID)
	}
	s.Menu = []component.ViewAction{
		{Label: v.renameLabel(ctx), Icon: "pencil", Dialog: viewPath(v.View.ID) + "/edit"},
		{Label: words.T(ctx, "Delete the view"), Icon: "trash-2", Post: viewPath(v.View.ID) + "/delete", Bad: true},
	}
	return s
}

// renameLabel says what the dialog of a view can change.
func (v listView) renameLabel(ctx context.Context) string {
	if !v.MayEdit {
		return words.T(ctx, "Rename")
	}
	return words.T(ctx, "Rename or share")
}

// renameTitle is the title of that dialog.
func renameTitle(ctx context.Context) string {
	if !mayEdit(ctx) {
		return words.T(ctx, "Rename the view")
	}
	return words.T(ctx, "Rename or share the view")
}

// viewForm is the dialog that names a view.
type viewForm struct {
	Action string
	Title  string
	Name   string
	Shared bool
	State  map[string]string // of a new view
	Errors component.Errors
}

func (p *pages) newView(c *fiber.Ctx) error {
	return page.Fragment(c, fiber.StatusOK, viewDialog(newViewForm(c, c.Query)))
}

func newViewForm(c *fiber.Ctx, value func(string, ...string) string) viewForm {
	f := viewForm{Action: viewsPath, Title: words.T(c.UserContext(), "Save as a view"), State: map[string]string{}}
	for _, name := range []string{"search", "orderBy", "orderDir", "columns"} {
		f.State[name] = value(name)
	}
	return f
}

func (p *pages) createView(c *fiber.Ctx) error {
	f := newViewForm(c, c.FormValue)
	f.Name, f.Shared = c.FormValue("name"), c.FormValue("shared") != ""
	view, err := p.Contacts.CreateView(c.UserContext(), orgOf(c), crm.ViewInput{
		Name: f.Name, Search: f.State["search"], OrderBy: f.State["orderBy"], OrderDir: f.State["orderDir"],
		Columns: splitColumns(f.State["columns"]), IsShared: f.Shared,
	})
	if err != nil {
		return viewRefused(c, f, err)
	}
	return page.Redirect(c, viewAddress(view.ID), words.T(c.UserContext(), "The view is saved."))
}

func viewRefused(c *fiber.Ctx, f viewForm, err error) error {
	found, ok := component.ErrorsFrom(c.UserContext(), err)
	if !ok {
		return err
	}
	f.Errors = found
	return page.Fragment(c, fiber.StatusUnprocessableEntity, viewDialog(f))
}

func splitColumns(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func (p *pages) editView(c *fiber.Ctx) error {
	id, err := page.ID[crm.ViewID](c, "id")
	if err != nil {
		return err
	}
	view, err := p.Contacts.View(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, viewDialog(viewForm{
		Action: viewPath(id), Title: renameTitle(c.UserContext()), Name: view.Name, Shared: view.IsShared,
	}))
}

// updateView saves a name and whether it is shared, or what the list shows; whichever the form sends.
func (p *pages) updateView(c *fiber.Ctx) error {
	id, err := page.ID[crm.ViewID](c, "id")
	if err != nil {
		return err
	}
	var patch crm.ViewPatch
	sent := c.Context().PostArgs()
	if sent.Has("name") {
		patch.Name, patch.IsShared = new(c.FormValue("name")), new(c.FormValue("shared") != "")
	}
	if sent.Has("search") {
		patch.Search, patch.OrderBy, patch.OrderDir = new(c.FormValue("search")), new(c.FormValue("orderBy")), new(c.FormValue("orderDir"))
		patch.Columns = new(splitColumns(c.FormValue("columns")))
	}
	if _, err = p.Contacts.UpdateView(c.UserContext(), orgOf(c), id, patch); err != nil {
		if patch.Name == nil {
			return err
		}
		return viewRefused(c, viewForm{
			Action: viewPath(id), Title: renameTitle(c.UserContext()), Name: *patch.Name, Shared: *patch.IsShared,
		}, err)
	}
	return page.Redirect(c, viewAddress(id), words.T(c.UserContext(), "The view is saved."))
}

func (p *pages) deleteView(c *fiber.Ctx) error {
	id, err := page.ID[crm.ViewID](c, "id")
	if err != nil {
		return err
	}
	view, err := p.Contacts.View(c.UserContext(), orgOf(c), id)
	if err == nil {
		err = p.Contacts.DeleteView(c.UserContext(), orgOf(c), id)
	}
	if err != nil {
		return err
	}
	said := words.F(c.UserContext(), "The view {{.Name}} is deleted.", words.Data{"Name": view.Name})
	return page.RedirectUndo(c, contactsPath, said, viewPath(id)+"/restore")
}

func (p *pages) restoreView(c *fiber.Ctx) error {
	id, err := page.ID[crm.ViewID](c, "id")
	if err != nil {
		return err
	}
	view, err := p.Contacts.RestoreView(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	return page.Redirect(c, viewAddress(id), words.F(c.UserContext(), "The view {{.Name}} is back.", words.Data{"Name": view.Name}))
}
