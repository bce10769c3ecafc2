package crmui

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// contactTab names a part of a contact's page. Each has its own address.
type contactTab string

// The tabs.
const (
	tabTimeline contactTab = "" // what happened
	tabNotes    contactTab = "notes"
	tabFiles    contactTab = "files"
	tabJourneys contactTab = "journeys"
	tabConsent  contactTab = "consent"
)

var contactTabs = []struct {
	tab   contactTab
	label string
}{
	{tabTimeline, words.Mark("Timeline")},
	{tabNotes, words.Mark("Notes")},
	{tabFiles, words.Mark("Files")},
	{tabJourneys, words.Mark("Journeys")},
	{tabConsent, words.Mark("Consent")},
}

// tabPath is the address of a part of a contact's page.
func tabPath(id crm.ContactID, tab contactTab) string {
	if tab == tabTimeline {
		return contactPath(id)
	}
	return contactPath(id) + "?tab=" + string(tab)
}

// contactView is the page of one contact. Of the tabs, the one that is open is filled in.
type contactView struct {
	crm.Contact
	Set      crm.FieldSet // what the custom fields mean
	Tab      contactTab
	Owner    string // the name of who looks after the contact, "" for nobody
	Marks    marksView
	Segments segmentChipsView
	Timeline timelineView
	Notes    notesView
	Files    filesView
	Consents consentsView
}

func (v contactView) tabs(ctx context.Context) []component.Tab {
	tabs := make([]component.Tab, len(contactTabs))
	for i, t := range contactTabs {
		tabs[i] = component.Tab{Label: words.Say(ctx, t.label), Href: tabPath(v.ID, t.tab), Active: t.tab == v.Tab}
	}
	return tabs
}

// tabName is what the open tab is called.
func (v contactView) tabName(ctx context.Context) string {
	for _, t := range contactTabs {
		if t.tab == v.Tab {
			return words.Say(ctx, t.label)
		}
	}
	return ""
}

// line is what stands below the name: position and company.
func (v contactView) line() string {
	var parts []string
	for _, part := range []*string{v.Position, v.Company} {
		if part != nil {
			parts = append(parts, *part)
		}
	}
	return strings.Join(parts, " · ")
}

func (p *pages) contact(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	tab := tabTimeline // also for names that are none
	for _, known := range contactTabs {
		if known.tab == contactTab(c.Query("tab")) {
			tab = known.tab
		}
	}
	return p.renderContact(c, id, tab, nil)
}

// renderContact answers with the page of a contact. With change it shows a form that was refused.
func (p *pages) renderContact(c *fiber.Ctx, id crm.ContactID, tab contactTab, change func(*contactView)) error {
	contact, err := p.Contacts.Contact(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	v := contactView{Contact: contact, Tab: tab}
	for _, read := range []func(*fiber.Ctx, *contactView) error{p.readHead, p.readTab} {
		if err := read(c, &v); err != nil {
			return err
		}
	}
	status := fiber.StatusOK
	if change != nil {
		change(&v)
		status = fiber.StatusUnprocessableEntity
	}
	return page.Render(c, status, contactPage(v),
		page.Part{ID: notesID, Show: notesTab(v.Notes)}, page.Part{ID: filesID, Show: filesTab(v.Files)})
}

// readHead reads what every tab shows.
func (p *pages) readHead(c *fiber.Ctx, v *contactView) (err error) {
	if v.Set, err = p.Contacts.FieldSet(c.UserContext(), orgOf(c)); err != nil {
		return err
	}
	if v.Marks, err = p.marks(c, v.Contact); err != nil {
		return err
	}
	if v.Marks.Known, err = p.knownTags(c); err != nil {
		return err
	}
	if v.Segments, err = p.segmentChips(c, v.ID); err != nil || v.OwnerID == nil {
		return err
	}
	names, err := p.Contacts.ColleagueNames(c.UserContext(), orgOf(c), []identity.UserID{*v.OwnerID})
	v.Owner = names[*v.OwnerID]
	return err
}

// readTab reads what the open tab shows.
func (p *pages) readTab(c *fiber.Ctx, v *contactView) (err error) {
	switch v.Tab {
	case tabTimeline:
		v.Timeline, err = p.readTimeline(c)
	case tabNotes:
		v.Notes, err = p.readNotes(c, v.ID)
	case tabFiles:
		v.Files, err = p.readFiles(c, v.ID)
	case tabConsent:
		v.Consents, err = p.readConsents(c, v.ID)
	}
	return err
}

// read returns the contact that the address names.
func (p *pages) read(c *fiber.Ctx) (crm.Contact, error) {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return crm.Contact{}, err
	}
	return p.Contacts.Contact(c.UserContext(), orgOf(c), id)
}

func (p *pages) deleteContact(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	if err := p.Contacts.DeleteContact(c.UserContext(), orgOf(c), contact.ID); err != nil {
		return err
	}
	said := words.F(c.UserContext(), "{{.Name}} is in the trash.", words.Data{"Name": contact.Name()})
	return page.RedirectUndo(c, contactsPath, said, contactPath(contact.ID)+"/restore")
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
