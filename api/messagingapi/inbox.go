package messagingapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const inboxPath = "/api/messaging/inbox"

func (h handlers) registerInbox(a huma.API) {
	list := operation(http.MethodGet, inboxPath, "list-inbox", "List captured mails", "Inbox")
	list.Description = "Mails that were kept here instead of being sent, newest first. Ordered by id. Words are looked for in sender, recipient and subject.\n\n" +
		api.SearchHelp(messaging.InboxCommands, `to:ann@example.org subject:"welcome to" created:>=yesterday`)
	huma.Register(a, list, h.listInbox)
	huma.Register(a, described(operation(http.MethodGet, inboxPath+"/{id}", "get-inbox-mail", "Read a captured mail", "Inbox"),
		"With its parts and its whole source. The HTML is as it was sent: show it in a sandbox only."), h.getInboxMail)
}

// InboxMail is a captured mail in a list.
type InboxMail struct {
	ID        messaging.InboxID `json:"id" example:"340"`
	Sid       string            `json:"sid" doc:"The public id of its message." example:"m_7Qd2xV9kTb3"`
	Sender    string            `json:"sender" example:"hello@example.com"`
	Recipient string            `json:"recipient" example:"eva.lang@example.com"`
	Subject   string            `json:"subject" example:"Welcome, Eva"`
	CreatedAt time.Time         `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

// OpenedMail is a captured mail with its content.
type OpenedMail struct {
	InboxMail
	HTML   string `json:"html" example:"<p>Hello Eva, it is good to have you here.</p>"`
	Text   string `json:"text" example:"Hello Eva, it is good to have you here."`
	Source string `json:"source" doc:"The whole MIME message." example:"From: hello@example.com\r\nTo: eva.lang@example.com\r\nSubject: Welcome, Eva\r\n\r\nHello Eva, it is good to have you here."`
}

func inboxBody(m messaging.Captured) InboxMail {
	return InboxMail{ID: m.ID, Sid: m.Sid, Sender: m.Sender, Recipient: m.Recipient, Subject: m.Subject, CreatedAt: m.CreatedAt}
}

type (
	inboxOutput     struct{ Body domain.Page[InboxMail] }
	inboxMailOutput struct{ Body OpenedMail }
	inboxMailInput  struct {
		ID messaging.InboxID `path:"id" minimum:"1" doc:"Id of the mail." example:"340"`
	}
)

func (h handlers) listInbox(ctx context.Context, in *struct{ api.PageInput }) (*inboxOutput, error) {
	page, err := h.messaging.InboxPage(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &inboxOutput{Body: domain.MapPage(page, inboxBody)}, nil
}

func (h handlers) getInboxMail(ctx context.Context, in *inboxMailInput) (*inboxMailOutput, error) {
	mail, err := h.messaging.InboxMail(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	parts, err := mail.Parts()
	if err != nil {
		return nil, api.Problem(err)
	}
	return &inboxMailOutput{Body: OpenedMail{InboxMail: inboxBody(mail), HTML: parts.HTML, Text: parts.Text, Source: string(mail.Raw)}}, nil
}
