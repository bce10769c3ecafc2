package messagingui

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	smsInboxPath = inboxPath + "/sms"
	smsInboxList = "sms-inbox" // id of the element that holds the list
)

func (p pages) registerSMSInbox(r fiber.Router) {
	r.Get(smsInboxPath, p.listConversations)
	r.Get(smsInboxPath+"/suggest", listing.Suggest(smsInboxList, messaging.SMSInboxCommands))
	r.Get(smsInboxPath+"/:id<int>", p.showConversation)
	r.Post(smsInboxPath+"/:id<int>/reply", p.replyToSMS)
}

// inboxTabs are the two sides of the inbox.
func inboxTabs(ctx context.Context, sms bool) []component.Tab {
	return []component.Tab{{Label: words.T(ctx, "Mails"), Href: inboxPath, Active: !sms}, {Label: words.T(ctx, "SMS"), Href: smsInboxPath, Active: sms}}
}

func conversationPath(id messaging.InboxID) string { return fmt.Sprintf("%s/%d", smsInboxPath, id) }

type conversationsView struct {
	List    component.List
	Problem *search.Error // why the search can't be read; nil: it can
	Rows    []messaging.CapturedSMS
}

var conversationColumns = []component.Column{{Label: words.Mark("Phone")}, {Label: words.Mark("Last SMS"), Plain: true}, {Label: words.Mark("When"), Aside: true}}

func (p pages) listConversations(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Messaging.Conversations(c.UserContext(), org(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := conversationsView{List: component.ListOf(smsInboxPath, smsInboxList, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: conversationsPage(v), Region: conversationRegion(v), Body: conversationTable(v)})
}

type conversationView struct {
	messaging.Conversation
	ID     messaging.InboxID
	Typed  string
	Errors component.Errors
}

func (p pages) showConversation(c *fiber.Ctx) error {
	id, err := page.ID[messaging.InboxID](c, "id")
	if err != nil {
		return err
	}
	return p.conversation(c, http.StatusOK, conversationView{ID: id})
}

func (p pages) conversation(c *fiber.Ctx, status int, v conversationView) error {
	var err error
	if v.Conversation, err = p.Messaging.Conversation(c.UserContext(), org(c), v.ID); err != nil {
		return err
	}
	return page.Render(c, status, conversationPage(v))
}

// replyToSMS plays the answer of the person with the phone.
func (p pages) replyToSMS(c *fiber.Ctx) error {
	id, err := page.ID[messaging.InboxID](c, "id")
	if err != nil {
		return err
	}
	v := conversationView{ID: id, Typed: c.FormValue("text")}
	if err := p.Messaging.AnswerSMS(c.UserContext(), org(c), id, v.Typed); err != nil {
		found, ours := component.ErrorsFrom(c.UserContext(), err)
		if !ours {
			return err
		}
		v.Errors = found
		return p.conversation(c, http.StatusUnprocessableEntity, v)
	}
	return page.Redirect(c, conversationPath(id), words.T(c.UserContext(), "The answer has arrived."))
}
