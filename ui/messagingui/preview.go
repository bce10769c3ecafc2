package messagingui

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	previewPath    = emailsPath + "/preview"
	peoplePath     = emailsPath + "/people"
	newPreviewPath = emailsPath + "/new/preview"
	previewFrame   = "email-preview" // name of the frame
	previewPeople  = "preview-people"
)

// previewPolicy is for the document around a mail: nothing runs in it, and the mail inside is in a
// sandboxed frame that inherits the rest.
const previewPolicy = "default-src 'none'; style-src 'unsafe-inline' https: http:; img-src https: http: data:; font-src https: http: data:; " +
	"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

func (p pages) registerPreview(r fiber.Router) {
	r.Get(emailsPath+"/:id<int>/preview", p.previewSaved)
	r.Post(previewPath, p.previewTyped)
	r.Get(newPreviewPath, func(c *fiber.Ctx) error { return p.preview(c, startEmail(c.UserContext())) })
	r.Get(peoplePath, p.findPeople)
}

// previewView is the document in the preview frame.
type previewView struct {
	messaging.Rendered
	Errors component.Errors
}

// previewAttrs let a button fill the preview again: with what is typed, or with what is saved for those who
// do not write emails.
func previewAttrs(ctx context.Context) templ.Attributes {
	if !page.May(ctx, identity.EditEmails) {
		return templ.Attributes{"form": emailForm}
	}
	return templ.Attributes{"form": emailForm, "formaction": previewPath, "formtarget": previewFrame, "formnovalidate": true}
}

// previewSaved shows an email as it is saved.
func (p pages) previewSaved(c *fiber.Ctx) error {
	id, err := page.ID[messaging.EmailID](c, "id")
	if err != nil {
		return err
	}
	email, err := p.Messaging.Email(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return p.preview(c, email.Input())
}

// previewTyped shows an email as it stands in the form.
func (p pages) previewTyped(c *fiber.Ctx) error { return p.preview(c, emailInput(c)) }

func (p pages) preview(c *fiber.Ctx, in messaging.EmailInput) error {
	var v previewView
	rendered, err := p.Messaging.Preview(c.UserContext(), org(c), in, chosenContact(c))
	if err != nil {
		found, ours := component.ErrorsFrom(c.UserContext(), err)
		if !ours {
			return err
		}
		v.Errors = found
	}
	v.Rendered = rendered
	c.Set(fiber.HeaderContentSecurityPolicy, previewPolicy)
	return page.Fragment(c, http.StatusOK, previewDocument(v))
}

// chosenContact is whose data fill the merge tags; nil: an invented contact's.
func chosenContact(c *fiber.Ctx) *crm.ContactID {
	id := crm.ContactID(formInt(c, "as"))
	if id < 1 {
		return nil
	}
	return &id
}

func formInt(c *fiber.Ctx, name string) int {
	n, err := strconv.Atoi(c.FormValue(name))
	if err != nil {
		return 0
	}
	return n
}

// findPeople lists a few contacts that a preview can be filled in for.
func (p pages) findPeople(c *fiber.Ctx) error {
	found, err := p.CRM.Contacts(c.UserContext(), org(c), crm.ContactQuery{PageQuery: domain.PageQuery{Limit: 5, Search: c.Query("find")}})
	if err != nil {
		return err
	}
	return page.Fragment(c, http.StatusOK, people(found.Items))
}

func emailOf(ctx context.Context, contact crm.Contact) string {
	if contact.Email == nil {
		return words.T(ctx, "no email address")
	}
	return *contact.Email
}

var fieldLabels = map[string]string{
	"name": words.Mark("Name"), "fromName": words.Mark("Sender's name"), "fromEmail": words.Mark("Sender's address"), "replyTo": words.Mark("Answers go to"),
	"subject": words.Mark("Subject"), "preheader": words.Mark("Preheader"), "html": "HTML", "text": words.Mark("Text part"),
}

// fieldLabel begins a finding with the name of its field.
func fieldLabel(ctx context.Context, field string) string {
	if label := fieldLabels[field]; label != "" {
		return words.Say(ctx, label) + ": "
	}
	return ""
}
