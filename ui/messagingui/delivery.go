package messagingui

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

func (p pages) registerDelivery(r fiber.Router) {
	r.Get(messagesPath, p.allMessages)
	r.Post(messagesPath+"/:id<int>/arrived", p.itArrived)
	r.Post(messagesPath+"/:id<int>/send-again", p.sendAgain)
}

// deliveryNames says what people call the delivery statuses, and how good they are.
var deliveryNames = map[messaging.DeliveryStatus]struct {
	label string
	tone  component.Tone
}{
	messaging.DeliveryAccepted:   {"Handed over", component.Info},
	messaging.DeliveryDelayed:    {"Delayed", component.Caution},
	messaging.DeliveryDelivered:  {"Delivered", component.Good},
	messaging.DeliveryRejected:   {"Rejected by the provider", component.Bad},
	messaging.DeliveryBounced:    {"Came back", component.Bad},
	messaging.DeliveryComplained: {"Called spam", component.Bad},
}

// classWords says what a bounce of each class means.
var classWords = map[messaging.BounceClass]string{
	messaging.BounceHard:       "The address does not exist.",
	messaging.BounceSoft:       "The mailbox could not take it this time.",
	messaging.BounceSender:     "It was refused because of the sender, not of the recipient.",
	messaging.BounceMessage:    "It was refused because of its content or size.",
	messaging.BounceSuppressed: "The provider does not deliver to this address.",
	messaging.BounceOptOut:     "The recipient opted out at the provider.",
}

func deliveryBadge(s messaging.DeliveryStatus) templ.Component {
	return component.StateBadge(deliveryNames[s].tone, deliveryNames[s].label)
}

// reportWords tell each kind of report.
var reportWords = map[messaging.FeedbackKind]string{
	messaging.FeedbackAccepted: "The provider took it", messaging.FeedbackDelayed: "The mailbox keeps it waiting",
	messaging.FeedbackDelivered: "The mailbox took it", messaging.FeedbackRejected: "The provider did not pass it on",
	messaging.FeedbackBounced: "It came back", messaging.FeedbackComplained: "The recipient called it spam",
	messaging.FeedbackUnsubscribed: "The recipient opted out at the provider",
}

var settledWords = map[messaging.Settler]string{
	messaging.SettledByEvent:    "A later report of the provider said so.",
	messaging.SettledByOperator: "Somebody knew that it arrived.",
}

// deliveryFacts are what is known of a message since its provider took it.
func deliveryFacts(m messaging.Message) []component.Fact {
	var facts []component.Fact
	add := func(label string, value templ.Component, known bool) {
		if known {
			facts = append(facts, component.Fact{Label: label, Value: value})
		}
	}
	add("Delivery", deliveryBadge(m.Delivery), m.Delivery != messaging.DeliveryNone)
	add("That means", component.Text(classWords[m.BounceClass]), m.BounceClass != "")
	add("Reported", component.OptionalTime(m.DeliveryAt), m.DeliveryAt != nil)
	add("The provider's words", component.Text(m.DeliveryDetail), m.DeliveryDetail != "")
	how := settledWords[m.SettledBy]
	add("How it became sent", component.Text(how), how != "")
	add("Decided by", component.Text(m.Operator), m.Operator != "")
	add("Sent again", component.Text(component.Plural(m.Resends, "time", "times")), m.Resends > 0)
	return facts
}

func arrived(m messaging.Message) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "It arrived", Icon: "check"},
		Action:      messagePath(m.ID) + "/arrived", Title: "Did this message arrive?",
		Text: "It then counts as sent. Say so if the recipient told you, or if the provider's own records show it.", Yes: "It arrived",
	}
}

func again(m messaging.Message) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Send again", Icon: "send"},
		Action:      messagePath(m.ID) + "/send-again", Title: "Send this message again?",
		Text: "If the first one did arrive, " + recipient(m) + " gets it twice. It can be done once.", Yes: "Send again",
	}
}

func (p pages) itArrived(c *fiber.Ctx) error {
	id, err := page.ID[messaging.MessageID](c, "id")
	if err != nil {
		return err
	}
	if _, err := p.Messaging.ItArrived(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, messagePath(id), "The message counts as sent.")
}

func (p pages) sendAgain(c *fiber.Ctx) error {
	id, err := page.ID[messaging.MessageID](c, "id")
	if err != nil {
		return err
	}
	if _, err := p.Messaging.SendAgain(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, messagePath(id), "The message is sent again within seconds.")
}

// ledgerView is the whole ledger.
type ledgerView struct {
	List   component.List
	Filter string
	Rows   []messaging.Message
}

// ledgerFilters are the pills above the ledger.
var ledgerFilters = []struct {
	name, label string
	query       messaging.MessageQuery
}{
	{"", "All", messaging.MessageQuery{}},
	{"unknown", "Unknown", messaging.MessageQuery{State: messaging.StateUnknown}},
	{"overdue", "Unknown for too long", messaging.MessageQuery{Overdue: true}},
	{"failed", "Failed", messaging.MessageQuery{State: messaging.StateFailed}},
	{"bounced", "Came back", messaging.MessageQuery{Delivery: messaging.DeliveryBounced}},
	{"complained", "Called spam", messaging.MessageQuery{Delivery: messaging.DeliveryComplained}},
}

func (v ledgerView) pills() []component.Tab {
	pills := make([]component.Tab, len(ledgerFilters))
	for i, filter := range ledgerFilters {
		pills[i] = component.Tab{Label: filter.label, Href: strings.TrimSuffix(fmt.Sprintf("%s?show=%s", messagesPath, filter.name), "?show="), Active: v.Filter == filter.name}
	}
	return pills
}

func (p pages) allMessages(c *fiber.Ctx) error {
	v := ledgerView{}
	q := messaging.MessageQuery{}
	for _, filter := range ledgerFilters {
		if filter.name == c.Query("show") {
			v.Filter, q = filter.name, filter.query
		}
	}
	q.PageQuery = page.Query(c)
	found, err := p.Messaging.Messages(c.UserContext(), org(c), q)
	if err != nil {
		return err
	}
	v.Rows, v.List = found.Items, component.ListOf(messagesPath, messagesList, q.PageQuery, found).With("show", v.Filter)
	return page.Render(c, http.StatusOK, ledgerPage(v), page.Part{ID: messagesList, Show: ledgerTable(v)})
}
