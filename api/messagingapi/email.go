package messagingapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	emailsPath = "/api/messaging/emails"
	emailPath  = emailsPath + "/{id}"
	emailsTag  = "Emails"

	maxBody = 2 << 20 // HTML and text, each below 256 KB, and the escapes of JSON
)

func (h handlers) registerEmails(a huma.API) {
	write := func(o huma.Operation) huma.Operation {
		o.MaxBodyBytes = maxBody
		return o
	}
	create := write(described(operation(http.MethodPost, emailsPath, "create-email", "Create an email", emailsTag),
		"Nothing is sent. It may be unfinished: what is missing keeps a campaign from being published. Liquid that can't be read is refused."))
	create.DefaultStatus = http.StatusCreated
	list := operation(http.MethodGet, emailsPath, "list-emails", "List emails", emailsTag)
	list.Description = "Without their HTML and text. Ordered by id, name, subject, createdAt or updatedAt. Words are looked for in names and subjects.\n\n" +
		api.SearchHelp(messaging.EmailCommands, `subject:"spring fair" !is:sent updated:>=-30d`)
	update := write(api.MayAnswer(operation(http.MethodPut, emailPath, "update-email", "Change an email", emailsTag), http.StatusConflict))
	update.Description = "A revision that is not the newest is refused with 409, so that two people do not overwrite each other."
	preview := write(operation(http.MethodPost, emailPath+"/preview", "preview-email", "Fill an email in for a contact", emailsTag))
	preview.Description = "Nothing is sent. Without contactId an invented contact's data are used."
	test := operation(http.MethodPost, emailPath+"/test", "test-email", "Send an email to yourself", emailsTag)
	test.Description = "Answers with the message in the ledger, which says what became of it."

	huma.Register(a, list, h.listEmails)
	huma.Register(a, create, h.createEmail)
	huma.Register(a, described(operation(http.MethodGet, emailPath, "get-email", "Read an email", emailsTag),
		"With its HTML and text, and the revision that an update must name."), h.getEmail)
	huma.Register(a, update, h.updateEmail)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodDelete, emailPath, "delete-email", "Delete an email that was never sent", emailsTag), http.StatusConflict),
		"One that was sent is a conflict: the ledger refers to it."), h.deleteEmail)
	huma.Register(a, preview, h.previewEmail)
	huma.Register(a, test, h.testEmail)
}

// EmailInput is what may be written of an email. Its texts are Liquid.
type EmailInput struct {
	Name      string `json:"name" doc:"For colleagues; never sent." example:"Welcome"`
	FromName  string `json:"fromName,omitempty" doc:"Empty: the organization's." example:"Northwind Bikes"`
	FromEmail string `json:"fromEmail,omitempty" doc:"Empty: the organization's." example:"hello@example.com"`
	ReplyTo   string `json:"replyTo,omitempty" example:"service@example.com"`
	Subject   string `json:"subject,omitempty" example:"Welcome, {{ contact.firstname }}"`
	Preheader string `json:"preheader,omitempty" doc:"Shown by mailboxes after the subject." example:"Three things to begin with"`
	HTML      string `json:"html,omitempty" example:"<p>Hello {{ contact.firstname }}, it is good to have you here.</p>"`
	Text      string `json:"text,omitempty" doc:"Empty: made from the HTML." example:"Hello {{ contact.firstname }}, it is good to have you here."`
}

// EmailUpdate takes the place of the email that was read.
type EmailUpdate struct {
	EmailInput
	Revision int `json:"revision" minimum:"1" doc:"The revision that you read; another than the newest is a conflict." example:"4"`
}

func (in EmailInput) input() messaging.EmailInput {
	return messaging.EmailInput{
		Name: in.Name, FromName: in.FromName, FromEmail: in.FromEmail, ReplyTo: in.ReplyTo,
		Subject: in.Subject, Preheader: in.Preheader, HTML: in.HTML, Text: in.Text,
	}
}

// EmailSummary is an email in a list.
type EmailSummary struct {
	ID        messaging.EmailID `json:"id" example:"5"`
	Name      string            `json:"name" example:"Welcome"`
	FromName  string            `json:"fromName" example:"Northwind Bikes"`
	FromEmail string            `json:"fromEmail" example:"hello@example.com"`
	ReplyTo   string            `json:"replyTo" example:"service@example.com"`
	Subject   string            `json:"subject" example:"Welcome, {{ contact.firstname }}"`
	Preheader string            `json:"preheader" example:"Three things to begin with"`
	Revision  int               `json:"revision" doc:"Raised by every change; send it back with an update." example:"4"`
	CreatedAt time.Time         `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt time.Time         `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

// Email is an email with its content.
type Email struct {
	EmailSummary
	HTML string `json:"html" example:"<p>Hello {{ contact.firstname }}, it is good to have you here.</p>"`
	Text string `json:"text" example:"Hello {{ contact.firstname }}, it is good to have you here."`
}

func summary(e messaging.Email) EmailSummary {
	return EmailSummary{
		ID: e.ID, Name: e.Name, FromName: e.FromName, FromEmail: e.FromEmail, ReplyTo: e.ReplyTo,
		Subject: e.Subject, Preheader: e.Preheader, Revision: e.Revision, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt,
	}
}

type (
	emailsOutput struct{ Body domain.Page[EmailSummary] }
	emailOutput  struct{ Body Email }
	// IDInput names an email.
	IDInput struct {
		ID messaging.EmailID `path:"id" minimum:"1" doc:"Id of the email." example:"5"`
	}
	createInput struct{ Body EmailInput }
	updateInput struct {
		IDInput
		Body EmailUpdate
	}
)

func answerEmail(e messaging.Email, err error) (*emailOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &emailOutput{Body: Email{EmailSummary: summary(e), HTML: e.HTML, Text: e.Text}}, nil
}

func (h handlers) listEmails(ctx context.Context, in *struct{ api.PageInput }) (*emailsOutput, error) {
	page, err := h.messaging.Emails(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &emailsOutput{Body: domain.MapPage(page, summary)}, nil
}

func (h handlers) createEmail(ctx context.Context, in *createInput) (*emailOutput, error) {
	return answerEmail(h.messaging.CreateEmail(ctx, org(ctx), in.Body.input()))
}

func (h handlers) getEmail(ctx context.Context, in *IDInput) (*emailOutput, error) {
	return answerEmail(h.messaging.Email(ctx, org(ctx), in.ID))
}

func (h handlers) updateEmail(ctx context.Context, in *updateInput) (*emailOutput, error) {
	return answerEmail(h.messaging.UpdateEmail(ctx, org(ctx), in.ID, in.Body.Revision, in.Body.input()))
}

func (h handlers) deleteEmail(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, api.Problem(h.messaging.DeleteEmail(ctx, org(ctx), in.ID))
}

type previewEmailInput struct {
	IDInput
	Body struct {
		ContactID *crm.ContactID `json:"contactId,omitempty" minimum:"1" example:"4711"`
	}
}

// EmailPreview is an email filled in for a contact.
type EmailPreview struct {
	From      string   `json:"from" example:"Northwind Bikes <hello@example.com>"`
	ReplyTo   string   `json:"replyTo" example:"service@example.com"`
	Subject   string   `json:"subject" example:"Welcome, Eva"`
	Preheader string   `json:"preheader" example:"Three things to begin with"`
	HTML      string   `json:"html" example:"<p>Hello Eva, it is good to have you here.</p>"`
	Text      string   `json:"text" example:"Hello Eva, it is good to have you here."`
	Warnings  []string `json:"warnings" doc:"What a person should look at, such as merge tags that do not exist." example:"[\"The merge tag contact.nickname does not exist, so it stays empty.\"]"`
}

type previewOutput struct{ Body EmailPreview }

func (h handlers) previewEmail(ctx context.Context, in *previewEmailInput) (*previewOutput, error) {
	email, err := h.messaging.Email(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	r, err := h.messaging.Preview(ctx, org(ctx), email.Input(), in.Body.ContactID)
	if err != nil {
		return nil, api.Problem(err)
	}
	if r.Warnings == nil {
		r.Warnings = []string{}
	}
	return &previewOutput{Body: EmailPreview{
		From: r.From, ReplyTo: r.ReplyTo, Subject: r.Subject, Preheader: r.Preheader, HTML: r.HTML, Text: r.Text, Warnings: r.Warnings,
	}}, nil
}

type testEmailInput struct {
	IDInput
	Body struct {
		To        string         `json:"to" example:"you@example.com"`
		ContactID *crm.ContactID `json:"contactId,omitempty" minimum:"1" doc:"Whose data fill the merge tags." example:"4711"`
	}
}

func (h handlers) testEmail(ctx context.Context, in *testEmailInput) (*messageOutput, error) {
	return answerMessage(h.messaging.SendTest(ctx, org(ctx), in.ID, messaging.TestSend{To: in.Body.To, As: in.Body.ContactID}))
}
