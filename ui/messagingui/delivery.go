package messagingui

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

func (p pages) registerDelivery(r fiber.Router) {
	r.Get(messagesPath, p.allMessages)
	r.Get(messagesPath+"/suggest", p.suggestMessages)
	r.Post(messagesPath+"/:id<int>/arrived", p.itArrived)
	r.Post(messagesPath+"/:id<int>/send-again", p.sendAgain)
}

// deliveryNames says what people call the delivery statuses, and how good they are.
var deliveryNames = map[messaging.DeliveryStatus]struct {
	label string
	tone  component.Tone
}{
	messaging.DeliveryAccepted:   {words.Mark("Handed over"), component.Info},
	messaging.DeliveryDelayed:    {words.Mark("Delayed"), component.Caution},
	messaging.DeliveryDelivered:  {words.Mark("Delivered"), component.Good},
	messaging.DeliveryRejected:   {words.Mark("Rejected by the provider"), component.Bad},
	messaging.DeliveryBounced:    {words.Mark("Came back"), component.Bad},
	messaging.DeliveryComplained: {words.Mark("Called spam"), component.Bad},
}

// classWords says what a bounce of each class means.
var classWords = map[messaging.BounceClass]string{
	messaging.BounceHard:       words.Mark("The address does not exist."),
	messaging.BounceSoft:       words.Mark("The mailbox could not take it this time."),
	messaging.BounceSender:     words.Mark("It was refused because of the sender, not of the recipient."),
	messaging.BounceMessage:    words.Mark("It was refused because of its content or size."),
	messaging.BounceSuppressed: words.Mark("The provider does not deliver to this address."),
	messaging.BounceOptOut:     words.Mark("The recipient opted out at the provider."),
}

func deliveryBadge(ctx context.Context, s messaging.DeliveryStatus) templ.Component {
	return component.StateBadge(deliveryNames[s].tone, words.Say(ctx, deliveryNames[s].label))
}

// reportWords tell each kind of report.
var reportWords = map[messaging.FeedbackKind]string{
	messaging.FeedbackAccepted: words.Mark("The provider took it"), messaging.FeedbackDelayed: words.Mark("The mailbox keeps it waiting"),
	messaging.FeedbackDelivered: words.Mark("The mailbox took it"), messaging.FeedbackRejected: words.Mark("The provider did not pass it on"),
	messaging.FeedbackBounced: words.Mark("It came back"), messaging.FeedbackComplained: words.Mark("The recipient called it spam"),
	messaging.FeedbackUnsubscribed: words.Mark("The recipient opted out at the provider"),
}

var settledWords = map[messaging.Settler]string{
	messaging.SettledByEvent:    words.Mark("A later report of the provider said so."),
	messaging.SettledByOperator: words.Mark("Somebody knew that it arrived."),
}

// deliveryFacts are what is known of a message since its provider took it.
func deliveryFacts(ctx context.Context, m messaging.Message) []component.Fact {
	var facts []component.Fact
	add := func(label string, value templ.Component, known bool) {
		if known {
			facts = append(facts, component.Fact{Label: label, Value: value})
		}
	}
	add(words.T(ctx, "Delivery"), deliveryBadge(ctx, m.Delivery), m.Delivery != messaging.DeliveryNone)
	add(words.T(ctx, "That means"), component.Text(words.Say(ctx, classWords[m.BounceClass])), m.BounceClass != "")
	add(words.T(ctx, "Reported"), component.OptionalTime(m.DeliveryAt), m.DeliveryAt != nil)
	add(words.T(ctx, "The provider's words"), component.Text(m.DeliveryDetail), m.DeliveryDetail != "")
	how := settledWords[m.SettledBy]
	add(words.T(ctx, "How it became sent"), component.Text(words.Say(ctx, how)), how != "")
	add(words.T(ctx, "Decided by"), component.Text(m.Operator), m.Operator != "")
	add(words.T(ctx, "Sent again"), component.Text(words.N(ctx, m.Resends, "{{.Count}} time", "{{.Count}} times")), m.Resends > 0)
	return facts
}

func arrived(ctx context.Context, m messaging.Message) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "It arrived"), Icon: "check"},
		Action:      messagePath(m.ID) + "/arrived", Title: words.T(ctx, "Did this message arrive?"),
		Text: words.T(ctx, "It then counts as sent. Say so if the recipient told you, or if the provider's own records show it."), Yes: words.T(ctx, "It arrived"),
	}
}

func again(ctx context.Context, m messaging.Message) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Send again"), Icon: "send"},
		Action:      messagePath(m.ID) + "/send-again", Title: words.T(ctx, "Send this message again?"),
		Text: words.F(ctx, "If the first one did arrive, {{.Recipient}} gets it twice. It can be done once.", words.Data{"Recipient": recipient(ctx, m, "")}), Yes: words.T(ctx, "Send again"),
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
	return page.Redirect(c, messagePath(id), words.T(c.UserContext(), "The message counts as sent."))
}

func (p pages) sendAgain(c *fiber.Ctx) error {
	id, err := page.ID[messaging.MessageID](c, "id")
	if err != nil {
		return err
	}
	if _, err := p.Messaging.SendAgain(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, messagePath(id), words.T(c.UserContext(), "The message is sent again within seconds."))
}

// ledgerPills are the filters above the ledger.
var ledgerPills = []listing.Pill{
	{Term: "", Label: words.Mark("All")},
	{Term: "state:unknown", Label: words.Mark("Unknown")},
	{Term: "is:overdue", Label: words.Mark("Unknown for too long")},
	{Term: "state:failed", Label: words.Mark("Failed")},
	{Term: "delivery:bounced", Label: words.Mark("Came back")},
	{Term: "delivery:complained", Label: words.Mark("Called spam")},
}

func (p pages) allMessages(c *fiber.Ctx) error {
	v, err := p.listMessages(c, messagesPath, messaging.MessageQuery{PageQuery: page.Query(c)})
	if err != nil {
		return err
	}
	return listing.Render(c, listing.Page{List: v.List, Problem: v.Problem, Whole: ledgerPage(v), Region: ledgerRegion(v), Body: ledgerTable(v)})
}
