package crmui

import (
	"bufio"
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
	consentsID   = "consents"
	consentsSize = 50
)

var consentSources = map[crm.ConsentSource]string{
	crm.ByForm: words.Mark("Form"), crm.ByImport: words.Mark("Import"), crm.ByAPI: words.Mark("Program with an API key"),
	crm.ByPerson: words.Mark("Someone on your team"), crm.ByLink: words.Mark("Link in a message"), crm.ByReply: words.Mark("Answer by SMS"),
	crm.ByProvider: words.Mark("Report of the provider"), crm.ByCampaign: words.Mark("Campaign"),
}

func (p *pages) consentRoutes(r fiber.Router) {
	r.Post(contactsPath+"/:id<int>/consents", p.recordConsent)
	r.Get(contactsPath+"/:id<int>/consents.csv", p.consentFile)
}

// consentsView is the newest part of a contact's consent log.
type consentsView struct {
	Contact  crm.ContactID
	Consents []crm.Consent
	Details  map[crm.ConsentID]string // which message it was, in words
	More     string                   // address of the entries before these, "" when there are none
	Form     consentForm
}

// consentForm is an entry as it is typed.
type consentForm struct {
	Purpose, State, Detail, Wording string
	Errors                          component.Errors
}

func (p *pages) readConsents(c *fiber.Ctx, contact crm.ContactID) (consentsView, error) {
	ctx := c.UserContext()
	found, err := p.Contacts.Consents(ctx, orgOf(c), contact, crm.ConsentID(c.QueryInt("before")), consentsSize)
	v := consentsView{Contact: contact, Consents: found, Form: consentForm{State: string(crm.Granted)}}
	if err != nil {
		return v, err
	}
	if len(found) == consentsSize {
		v.More = fmt.Sprintf("%s&before=%d", tabPath(contact, tabConsent), found[len(found)-1].ID)
	}
	v.Details, err = p.consentDetails(ctx, orgOf(c), found)
	return v, err
}

// recordConsent adds what somebody here was told.
func (p *pages) recordConsent(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	form := consentForm{Purpose: c.FormValue("purpose"), State: c.FormValue("state"), Detail: c.FormValue("detail"), Wording: c.FormValue("wording")}
	_, err = p.Contacts.RecordConsent(c.UserContext(), orgOf(c), id, crm.ConsentInput{
		Purpose: form.Purpose, State: crm.ConsentState(form.State), Detail: form.Detail, Wording: form.Wording,
	})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		form.Errors = found
		return p.renderContact(c, id, tabConsent, func(v *contactView) { v.Consents.Form = form })
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, tabPath(id, tabConsent), words.T(c.UserContext(), "The entry is in the log."))
}

// consentFile streams the whole log as CSV.
func (p *pages) consentFile(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	ctx, org := context.WithoutCancel(c.UserContext()), orgOf(c)
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil { // before the status is sent
		return err
	}
	c.Attachment(fmt.Sprintf("contact-%d-consents.csv", contact.ID))
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = p.Contacts.WriteConsents(ctx, org, contact.ID, w)
	})
	return nil
}

// purposeName is what people call a purpose: a channel by its name, another one as it is written.
func purposeName(ctx context.Context, purpose string) string {
	if slices.Contains(crm.Channels, crm.Channel(purpose)) {
		return channelName(ctx, crm.Channel(purpose))
	}
	return purpose
}
