package messagingui

import (
	"context"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	messagesPath = "/app/messages"
	messagesList = "messages" // id of the element that holds the list
)

func (p pages) registerMessages(r fiber.Router) {
	r.Get(emailsPath+"/:id<int>/messages", p.emailMessages)
	r.Get(emailsPath+"/:id<int>/messages/suggest", p.suggestMessages)
	r.Get(messagesPath+"/:id<int>", p.showMessage)
}

// messagesView is a list of messages.
type messagesView struct {
	Email   messaging.Email // that they were made from; none in the whole ledger
	List    component.List
	Rows    []messageItem
	Problem *search.Error // why the search can't be read; nil: it can
}

// messageItem is a message of a list. Name is its contact's, as long as it has no address.
type messageItem struct {
	messaging.Message
	Name string
}

// named looks up whom messages without an address are for.
func (p pages) named(c *fiber.Ctx, found []messaging.Message) ([]messageItem, error) {
	var ids []crm.ContactID
	for _, m := range found {
		if m.Address == "" && m.Contact != nil {
			ids = append(ids, *m.Contact)
		}
	}
	names := map[crm.ContactID]string{}
	if len(ids) > 0 {
		q := crm.ContactQuery{PageQuery: domain.PageQuery{Limit: domain.MaxLimit}.Normal(), IDs: ids}
		contacts, err := p.CRM.Contacts(c.UserContext(), org(c), q)
		if err != nil {
			return nil, err
		}
		for _, contact := range contacts.Items {
			names[contact.ID] = words.Name(c.UserContext(), contact.Name())
		}
	}
	items := make([]messageItem, 0, len(found))
	for _, m := range found {
		item := messageItem{Message: m}
		if m.Contact != nil {
			item.Name = names[*m.Contact]
		}
		items = append(items, item)
	}
	return items, nil
}

var messageColumns = []component.Column{{Label: words.Mark("To")}, {Label: words.Mark("State"), Plain: true}, {Label: words.Mark("Reason"), Plain: true}, {Label: words.Mark("When"), Plain: true}, {Label: words.Mark("Why?"), Mute: true, Wide: true}}

// emailMessages lists what became of an email.
func (p pages) emailMessages(c *fiber.Ctx) error {
	id, err := page.ID[messaging.EmailID](c, "id")
	if err != nil {
		return err
	}
	email, err := p.Messaging.Email(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	v, err := p.listMessages(c, emailPath(id)+"/messages", messaging.MessageQuery{PageQuery: page.Query(c), Email: id})
	if err != nil {
		return err
	}
	v.Email = email
	return listing.Render(c, listing.Page{List: v.List, Problem: v.Problem, Whole: messagesPage(v), Region: messageRegion(v), Body: messageTable(v)})
}

// suggestMessages completes a search for messages.
func (p pages) suggestMessages(c *fiber.Ctx) error {
	return listing.Suggestions(c, messagesList, func(text string, cursor int) (search.Place, []search.Command, []search.Value, error) {
		return p.Messaging.CompleteMessageSearch(c.UserContext(), org(c), text, cursor)
	})
}

// listMessages reads a page of the ledger.
func (p pages) listMessages(c *fiber.Ctx, path string, q messaging.MessageQuery) (messagesView, error) {
	found, err := p.Messaging.Messages(c.UserContext(), org(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return messagesView{}, err
	}
	v := messagesView{List: component.ListOf(path, messagesList, q.PageQuery, found), Problem: problem}
	v.Rows, err = p.named(c, found.Items)
	return v, err
}

// statePills are the filters above the messages of an email.
var statePills = []listing.Pill{
	{Term: "", Label: words.Mark("All")},
	{Term: "state:sent", Label: words.Mark("Sent")},
	{Term: "state:ready", Label: words.Mark("Waiting")},
	{Term: "state:skipped", Label: words.Mark("Skipped")},
	{Term: "state:failed", Label: words.Mark("Failed")},
	{Term: "state:unknown", Label: words.Mark("Unknown")},
}

// emailTabs are the two sides of an email: writing or reading it, and what became of it.
func emailTabs(ctx context.Context, id messaging.EmailID, messages bool) []component.Tab {
	first := words.T(ctx, "Email")
	if page.May(ctx, identity.EditEmails) {
		first = words.T(ctx, "Write")
	}
	return []component.Tab{
		{Label: first, Href: emailPath(id), Active: !messages},
		{Label: words.T(ctx, "Messages"), Href: emailPath(id) + "/messages", Active: messages},
	}
}

// stateNames says what people call the states, and how good they are.
var stateNames = map[messaging.State]struct {
	label string
	tone  component.Tone
}{
	messaging.StateReady:   {words.Mark("Waiting"), component.Neutral},
	messaging.StateLeased:  {words.Mark("Sending"), component.Info},
	messaging.StateCalling: {words.Mark("Sending"), component.Info},
	messaging.StateSent:    {words.Mark("Sent"), component.Good},
	messaging.StateFailed:  {words.Mark("Failed"), component.Bad},
	messaging.StateSkipped: {words.Mark("Skipped"), component.Neutral},
	messaging.StateUnknown: {words.Mark("Unknown"), component.Caution},
}

func stateBadge(ctx context.Context, s messaging.State) templ.Component {
	return component.StateBadge(stateNames[s].tone, words.Say(ctx, stateNames[s].label))
}

// whyPath is where it is explained what became of a message.
func whyPath(id messaging.MessageID) string { return fmt.Sprintf("/app/why?message=%d", id) }

func messagePath(id messaging.MessageID) string { return fmt.Sprintf("%s/%d", messagesPath, id) }

// recipient names whom a message is for, as well as the ledger knows.
func recipient(ctx context.Context, m messaging.Message, name string) string {
	switch {
	case m.Address != "":
		return m.Address
	case name != "":
		return name
	case m.Contact != nil:
		return words.Name(ctx, crm.ContactName{ID: *m.Contact})
	}
	return words.T(ctx, "A contact who was deleted")
}

// providerName is what people call who sent a message.
func providerName(ctx context.Context, provider string) string {
	switch provider {
	case "inbox":
		return words.T(ctx, "Inbox of this app")
	case "ses":
		return "Amazon SES"
	case "smtp":
		return "SMTP"
	case "twilio":
		return "Twilio"
	}
	return provider
}

type messageView struct {
	messaging.Message
	Reports   []messaging.Feedback
	EmailName string
	Name      string // of the contact, "" where it is gone
}

func (p pages) showMessage(c *fiber.Ctx) error {
	id, err := page.ID[messaging.MessageID](c, "id")
	if err != nil {
		return err
	}
	message, err := p.Messaging.Message(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	reports, err := p.Messaging.Reported(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	v := messageView{Message: message, Reports: reports}
	if message.Contact != nil {
		contact, err := p.CRM.Contact(c.UserContext(), org(c), *message.Contact)
		switch {
		case err == nil:
			v.Name = words.Name(c.UserContext(), contact.Name())
		case domain.KindOf(err) != domain.KindNotFound:
			return err
		}
	}
	if message.Email != nil {
		email, err := p.Messaging.Email(c.UserContext(), org(c), *message.Email)
		if err != nil {
			return err
		}
		v.EmailName = email.Name
	}
	return page.Render(c, http.StatusOK, messagePage(v))
}

func (v messageView) title(ctx context.Context) string {
	return words.F(ctx, "Message to {{.Recipient}}", words.Data{"Recipient": recipient(ctx, v.Message, v.Name)})
}

// facts are what the ledger knows of the message.
func (v messageView) facts(ctx context.Context) []component.Fact {
	facts := append([]component.Fact{{Label: words.T(ctx, "State"), Value: stateBadge(ctx, v.State)}}, deliveryFacts(ctx, v.Message)...)
	add := func(label string, value templ.Component, known bool) {
		if known {
			facts = append(facts, component.Fact{Label: label, Value: value})
		}
	}
	add(words.T(ctx, "Why"), component.Text(words.Kept(ctx, v.Reason)), v.Reason != "")
	add(words.T(ctx, "To"), component.Text(v.Address), v.Address != "")
	if v.Contact != nil && v.Name != "" {
		add(words.T(ctx, "Contact"), component.Link(fmt.Sprintf("/app/contacts/%d", *v.Contact), v.Name), true)
	}
	if v.Email != nil {
		add(words.T(ctx, "Email"), component.Link(emailPath(*v.Email), v.EmailName), true)
	}
	if v.CampaignID != nil {
		add(words.T(ctx, "Campaign"), component.Link(fmt.Sprintf("/app/campaigns/%d", *v.CampaignID), words.T(ctx, "Show the campaign")), true)
	}
	if v.JourneyID != nil {
		add(words.T(ctx, "Journey"), component.Link(fmt.Sprintf("/app/journeys/%d", *v.JourneyID), words.T(ctx, "Show the journey")), true)
	}
	add(words.T(ctx, "Decided"), component.Time(v.CreatedAt), true)
	add(words.T(ctx, "Put off until"), component.OptionalTime(v.NotBefore), v.NotBefore != nil)
	add(words.T(ctx, "Sent"), component.OptionalTime(v.SentAt), v.SentAt != nil)
	add(words.T(ctx, "Attempts"), component.Text(component.Count(v.Attempts)), v.Attempts > 0)
	add(words.T(ctx, "Sent through"), component.Text(providerName(ctx, v.Provider)), v.Provider != "")
	if v.Provider == "inbox" && v.ProviderID != "" {
		add(words.T(ctx, "Mail"), component.Link(inboxPath+"/"+v.ProviderID, words.T(ctx, "Open it in the inbox")), true)
	} else {
		add(words.T(ctx, "Its number there"), component.Text(v.ProviderID), v.ProviderID != "")
	}
	return facts
}
