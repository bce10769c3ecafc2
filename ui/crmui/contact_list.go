package crmui

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
)

// listView is the list of contacts.
type listView struct {
	List    component.List
	Rows    []crm.Contact
	Search  search.Expr
	Problem *search.Error // why the search can't be read; nil: it can
	Fields  []crm.Field
	Views   []crm.View
	View    *crm.View // the one that is open
	Columns []contactColumn
	Custom  bool // the columns are the address's own
	Owners  map[identity.UserID]string
	MayEdit bool
	Denied  bool // whoever is calling may not see contacts
	Failed  bool // they could not be read
}

// contacts shows the list. Its address is all of its state: search, orderBy, orderDir, page, limit, the view
// it was opened with, and columns where they are not the view's or the person's own.
func (p *pages) contacts(c *fiber.Ctx) error {
	if to := filterAddress(c); to != "" {
		return page.Redirect(c, to, "")
	}
	v, err := p.contactList(c)
	if err == nil && v.Problem == nil {
		err = p.readContacts(c, &v)
	}
	var status int
	switch {
	case err == nil:
		return listing.Render(c, listing.Page{List: v.List, Problem: v.Problem, Whole: contactsPage(v), Region: contactRegion(v), Body: contactTable(v)})
	case page.IsHTMX(c): // the list stays, and a toast says why
		return err
	case errors.Is(err, domain.ErrForbidden):
		status, v.Denied = fiber.StatusForbidden, true
	case errors.Is(err, domain.ErrAway):
		status, v.Failed = fiber.StatusServiceUnavailable, true
	default:
		return err
	}
	return page.Render(c, status, contactsPage(v))
}

// filterAddress turns ?tag=… and ?segment=…, by which other pages link here, into a search.
func filterAddress(c *fiber.Ctx) string {
	text := c.Query("search")
	for _, command := range []string{"tag", "segment"} {
		if value := strings.TrimSpace(c.Query(command)); value != "" {
			text = strings.TrimSpace(text + " " + command + ":" + search.Completion(value))
		}
	}
	if text == c.Query("search") {
		return ""
	}
	return contactsPath + "?" + url.Values{"search": {text}}.Encode()
}

// contactList reads everything about the list but its rows.
func (p *pages) contactList(c *fiber.Ctx) (listView, error) {
	ctx, org := c.UserContext(), orgOf(c)
	q := page.Query(c)
	v := listView{
		List: component.List{Path: contactsPath, ID: contactsID, Query: q}, MayEdit: mayEdit(ctx),
	}
	var err error
	if v.Fields, err = p.Contacts.Fields(ctx, org); err != nil {
		return v, err
	}
	if v.Views, err = p.Contacts.Views(ctx, org, crm.ContactViews); err != nil {
		return v, err
	}
	if i := slices.IndexFunc(v.Views, func(view crm.View) bool { return int(view.ID) == c.QueryInt("view") }); i >= 0 {
		v.View = &v.Views[i]
		if !c.Context().QueryArgs().Has("search") {
			q.Search, q.OrderBy, q.OrderDir = v.View.Search, v.View.OrderBy, v.View.OrderDir
			q = q.Normal()
			v.List.Query = q
		}
		v.List = v.List.With("view", c.Query("view"))
	}
	v.Search, err = p.Contacts.ParseContactSearch(ctx, org, q.Search)
	if v.Problem, err = listing.Problem(err); err != nil {
		return v, err
	}
	err = p.readColumns(c, &v)
	return v, err
}

// readContacts fills in the page of contacts that was asked for.
func (p *pages) readContacts(c *fiber.Ctx, v *listView) error {
	found, err := p.Contacts.Contacts(c.UserContext(), orgOf(c), crm.ContactQuery{PageQuery: v.List.Query})
	if err != nil {
		return err
	}
	v.Rows = found.Items
	filter := v.List.Filter
	v.List = component.ListOf(contactsPath, contactsID, v.List.Query, found)
	v.List.Filter = filter
	owners := map[identity.UserID]bool{}
	for _, contact := range v.Rows {
		if contact.OwnerID != nil {
			owners[*contact.OwnerID] = true
		}
	}
	v.Owners, err = p.Contacts.ColleagueNames(c.UserContext(), orgOf(c), slices.Collect(maps.Keys(owners)))
	return err
}

// empty says that there is nothing to search or arrange yet.
func (v listView) empty() bool {
	return v.List.Total == 0 && !v.Denied && !v.Failed && v.Problem == nil && v.Search == nil && v.List.Query.Page <= 1
}

// commands are what the list can be searched by.
func (v listView) commands() search.Commands { return crm.ContactCommands(v.Fields) }
