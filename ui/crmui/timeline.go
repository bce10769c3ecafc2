package crmui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
)

// timelineEntry is an event in words.
type timelineEntry struct {
	Icon   string
	Title  string
	Detail string
	Href   string // where the record it is about can be seen, "" if nowhere
	At     time.Time
}

// saying is how an event of a type is told. The detail may be left out.
type saying struct {
	icon   string
	title  func(data eventData) string
	detail func(data eventData) string
}

func always(text string) func(eventData) string { return func(eventData) string { return text } }

// about returns a sentence about a thing that the event may name.
func about(sentence, field, without string) func(eventData) string {
	return func(data eventData) string {
		if name := data.text(field); name != "" {
			return fmt.Sprintf(sentence, name)
		}
		return without
	}
}

var sayings = map[string]saying{
	crm.EventContactCreated:      {"user-plus", always("Became a contact"), originWords},
	crm.EventContactUpdated:      {"user-pen", changedWords, originWords},
	crm.EventContactDeleted:      {"trash-2", always("Was deleted"), originWords},
	crm.EventContactRestored:     {"rotate-ccw", always("Was restored"), originWords},
	crm.EventTagsChanged:         {"tags", tagWords, originWords},
	crm.EventPointsChanged:       {"sparkles", pointsWords, originWords},
	crm.EventDoNotContactSet:     {"ban", channelWords("May not be reached by %s any more"), reasonWords},
	crm.EventDoNotContactCleared: {"circle-check", channelWords("May be reached by %s again"), originWords},
	crm.EventEmailSent:           {"send", about("Was sent “%s”", "email", "Was sent an email"), nil},
	crm.EventEmailOpened:         {"mail-open", openedWords, nil},
	crm.EventEmailClicked:        {"mouse-pointer-click", about("Clicked in “%s”", "email", "Clicked in an email"), about("%s", "url", "")},
	crm.EventSMSSent:             {"message-square", about("Was sent the SMS “%s”", "sms", "Was sent an SMS"), nil},
	crm.EventSMSClicked:          {"mouse-pointer-click", about("Clicked in the SMS “%s”", "sms", "Clicked in an SMS"), about("%s", "url", "")},
	crm.EventSMSReceived:         {"message-square", always("Wrote an SMS"), about("“%s”", "text", "")},
	crm.EventEmailBounced:        {"undo-2", about("“%s” came back", "email", "An email came back"), bounceWords},
	crm.EventSMSBounced:          {"undo-2", always("An SMS came back"), bounceWords},
	crm.EventEmailComplained:     {"triangle-alert", about("Called “%s” spam", "email", "Called an email spam"), nil},
	crm.EventUnsubscribed:        {"ban", always("Unsubscribed"), about("From “%s”", "email", "")},
	crm.EventResubscribed:        {"undo-2", always("Subscribed again"), nil},
}

// entryOf tells an event. Custom types are shown by their name, with what was sent along.
func entryOf(event crm.Event) timelineEntry {
	data := eventData(event.Data)
	entry := timelineEntry{Icon: "zap", Title: customTitle(event.Type), Detail: data.list(), At: event.OccurredAt}
	if say, ok := sayings[event.Type]; ok {
		entry.Icon, entry.Title, entry.Detail = say.icon, say.title(data), ""
		if say.detail != nil {
			entry.Detail = say.detail(data)
		}
	}
	if event.Machine() {
		entry.Detail = "A program did this on their behalf, such as a mail scanner."
	}
	if event.MessageID != nil {
		entry.Href = fmt.Sprintf("/app/messages/%d", *event.MessageID)
	}
	return entry
}

// customTitle turns order.paid into "Order paid".
func customTitle(kind string) string {
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune("._-", r) {
			return ' '
		}
		return r
	}, kind)
	return strings.ToUpper(text[:1]) + text[1:]
}

func openedWords(data eventData) string {
	if machine, _ := data["machine"].(bool); machine {
		return about("“%s” was fetched by a program", "email", "An email was fetched by a program")(data)
	}
	return about("Opened “%s”", "email", "Opened an email")(data)
}

func changedWords(data eventData) string {
	fields := data.texts("fields")
	if len(fields) == 0 {
		return "Was changed"
	}
	if len(fields) > 4 {
		return fmt.Sprintf("Changed: %s and %s", strings.Join(fields[:3], ", "), component.Plural(len(fields)-3, "more field", "more fields"))
	}
	return "Changed: " + strings.Join(fields, ", ")
}

func tagWords(data eventData) string {
	var parts []string
	if added := data.texts("added"); len(added) > 0 {
		parts = append(parts, "Got the tag "+strings.Join(added, ", "))
	}
	if removed := data.texts("removed"); len(removed) > 0 {
		parts = append(parts, "Lost the tag "+strings.Join(removed, ", "))
	}
	return strings.Join(parts, ". ")
}

// bounceWords say what a bounce means. The classes are those of the ledger.
func bounceWords(data eventData) string {
	return map[string]string{
		"hard": "The address does not exist. It gets no messages any more.", "soft": "The mailbox could not take it this time.",
		"sender": "It was refused because of the sender, not of this contact.", "message": "It was refused because of its content or size.",
		"suppressed": "The provider does not deliver to this address.",
	}[data.text("class")]
}

func pointsWords(data eventData) string {
	before, _ := data["before"].(float64)
	after, _ := data["after"].(float64)
	change := component.Plural(int(math.Abs(after-before)), "point", "points")
	if after < before {
		return fmt.Sprintf("Lost %s, and has %.0f now", change, after)
	}
	return fmt.Sprintf("Got %s, and has %.0f now", change, after)
}

func channelWords(sentence string) func(eventData) string {
	return func(data eventData) string {
		return fmt.Sprintf(sentence, channelName(crm.Channel(data.text("channel"))))
	}
}

func reasonWords(data eventData) string {
	return strings.TrimSpace(reasonNames[crm.Reason(data.text("reason"))] + " " + data.text("comment"))
}

func originWords(data eventData) string {
	switch origin := data.text("origin"); origin {
	case "":
		return ""
	case "user":
		return "By someone on your team."
	case "api":
		return "By a program with an API key."
	case "import":
		return "By an import."
	case "demo":
		return "By the demo."
	case "job":
		return "In the background, with other contacts."
	default:
		return "By " + origin + "."
	}
}

// eventData are the data of an event, read as text.
type eventData map[string]any

func (w eventData) text(field string) string {
	text, _ := w[field].(string)
	return text
}

func (w eventData) texts(field string) []string {
	list, _ := w[field].([]any)
	var texts []string
	for _, item := range list {
		texts = append(texts, fmt.Sprint(item))
	}
	return texts
}

// list is "name: value" of each, in the order of the names, cut to a line or two.
func (w eventData) list() string {
	var parts []string
	for _, name := range sortedKeys(w) {
		parts = append(parts, fmt.Sprintf("%s: %v", name, w[name]))
	}
	const longest = 200
	line := []rune(strings.Join(parts, " · "))
	if len(line) > longest {
		return string(line[:longest]) + "…"
	}
	return string(line)
}
