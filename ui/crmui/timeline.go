package crmui

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// timelineEntry is an event in words.
type timelineEntry struct {
	Icon   string
	Title  string
	Detail string
	Text   string // of a note, with its line breaks
	Href   string // where the record it is about can be seen, "" if nowhere
	Links  []timelineLink
	At     time.Time
}

// timelineLink leads to something else that an event tells of.
type timelineLink struct{ Label, Href string }

// told is what the words of an event need beside the event.
type told struct {
	notes map[crm.NoteID]crm.Note
	names map[identity.UserID]string // of colleagues
}

// saying is how an event of a type is told. The detail may be left out.
type saying struct {
	icon   string
	title  func(ctx context.Context, data eventData) string
	detail func(ctx context.Context, data eventData) string
}

func always(text string) func(context.Context, eventData) string {
	return func(ctx context.Context, _ eventData) string { return words.Say(ctx, text) }
}

var sayings = map[string]saying{
	crm.EventContactCreated:      {"user-plus", always(words.Mark("Became a contact")), nil},
	crm.EventContactUpdated:      {"user-pen", changedWords, nil},
	crm.EventImportRepeated:      {"file-up", repeatedWords, nil},
	crm.EventImportUndone:        {"undo-2", undoneWords, nil},
	crm.EventContactDeleted:      {"trash-2", always(words.Mark("Was deleted")), nil},
	crm.EventContactRestored:     {"rotate-ccw", always(words.Mark("Was restored")), nil},
	crm.EventTagsChanged:         {"tags", tagWords, nil},
	crm.EventPointsChanged:       {"sparkles", pointsWords, nil},
	crm.EventAddedToSegment:      {"list", addedWords, nil},
	crm.EventRemovedFromSegment:  {"list", removedWords, nil},
	crm.EventNoteAdded:           {"square-pen", always(words.Mark("Note")), nil},
	crm.EventFileAdded:           {"file-text", fileWords, nil},
	crm.EventConsentChanged:      {"shield", consentWords, nil},
	crm.EventDoNotContactSet:     {"ban", forbiddenWords, reasonWords},
	crm.EventDoNotContactCleared: {"circle-check", allowedWords, commentWords},
	crm.EventEmailSent:           {"send", sentWords, nil},
	crm.EventEmailOpened:         {"mail-open", openedWords, nil},
	crm.EventEmailClicked:        {"mouse-pointer-click", clickedWords, urlWords},
	crm.EventSMSSent:             {"message-square", smsSentWords, nil},
	crm.EventSMSClicked:          {"mouse-pointer-click", smsClickedWords, urlWords},
	crm.EventSMSReceived:         {"message-square", always(words.Mark("Wrote an SMS")), quotedWords},
	crm.EventEmailBounced:        {"undo-2", returnedWords, bounceWords},
	crm.EventSMSBounced:          {"undo-2", always(words.Mark("An SMS came back")), bounceWords},
	crm.EventEmailComplained:     {"triangle-alert", complainedWords, nil},
	crm.EventUnsubscribed:        {"ban", always(words.Mark("Unsubscribed")), fromWords},
	crm.EventResubscribed:        {"undo-2", always(words.Mark("Subscribed again")), nil},
}

// entryOf tells an event. Custom types are shown by their name, with what was sent along.
func entryOf(ctx context.Context, event crm.Event, with told) timelineEntry {
	data := eventData(event.Data)
	entry := timelineEntry{Icon: "zap", Title: customTitle(event.Type), Detail: data.list(), At: event.OccurredAt}
	if say, ok := sayings[event.Type]; ok {
		entry.Icon, entry.Title, entry.Detail = say.icon, say.title(ctx, data), ""
		if say.detail != nil {
			entry.Detail = say.detail(ctx, data)
		}
		entry.Detail = strings.TrimSpace(entry.Detail + " " + originWords(ctx, data, with.names))
	}
	if event.Machine() {
		entry.Detail = words.T(ctx, "A program did this on their behalf, such as a mail scanner.")
	}
	if note, ok := with.notes[event.Note()]; ok {
		entry.Icon, entry.Title, entry.Text = noteIcons[note.Type], words.Say(ctx, noteNames[note.Type]), note.Text
		entry.Href = notePath(note)
	}
	if event.MessageID != nil {
		entry.Href = fmt.Sprintf("/app/messages/%d", *event.MessageID)
	}
	entry.Links = linksOf(ctx, event, data)
	return entry
}

// linksOf leads to the records that an event tells of.
func linksOf(ctx context.Context, event crm.Event, data eventData) []timelineLink {
	var links []timelineLink
	add := func(label, pattern string, id int64) {
		if id != 0 {
			links = append(links, timelineLink{label, fmt.Sprintf(pattern, id)})
		}
	}
	if event.CampaignID != nil {
		add(words.T(ctx, "Campaign"), "/app/campaigns/%d", *event.CampaignID)
	}
	add(words.T(ctx, "Import"), importsPath+"/%d", data.number("importId"))
	add(words.T(ctx, "Action on many contacts"), jobsPath+"/%d", data.number("jobId"))
	add(words.T(ctx, "Segment"), segmentsPath+"/%d", data.number("segmentId"))
	add(words.T(ctx, "Download"), filesPath+"/%d", data.number("attachmentId"))
	return links
}

// customTitle turns order.paid into "Order paid".
func customTitle(kind string) string {
	text := component.EventName(kind)
	return strings.ToUpper(text[:1]) + text[1:]
}

// originWords say who did something, or what.
func originWords(ctx context.Context, data eventData, names map[identity.UserID]string) string {
	if name := names[identity.UserID(data.number("userId"))]; name != "" {
		return words.F(ctx, "By {{.Name}}.", words.Data{"Name": name})
	}
	switch origin := data.text("origin"); origin {
	case "":
		return ""
	case "user":
		return words.T(ctx, "By someone on your team.")
	case "api":
		return words.T(ctx, "By a program with an API key.")
	case "import":
		if file := data.text("import"); file != "" && data["undone"] == true {
			return words.F(ctx, "By undoing the import of {{.File}}.", words.Data{"File": file})
		}
		if file := data.text("import"); file != "" {
			return words.F(ctx, "By the import of {{.File}}.", words.Data{"File": file})
		}
		return words.T(ctx, "By an import.")
	case "demo":
		return words.T(ctx, "By the demo.")
	case "job":
		return words.T(ctx, "In the background, with other contacts.")
	default:
		return words.F(ctx, "By {{.Name}}.", words.Data{"Name": words.Say(ctx, origin)})
	}
}

// eventData are the data of an event, read as text.
type eventData map[string]any

func (d eventData) text(field string) string {
	text, _ := d[field].(string)
	return text
}

// number reads an id; 0 when there is none.
func (d eventData) number(field string) int64 {
	number, _ := d[field].(float64)
	return int64(number)
}

func (d eventData) texts(field string) []string {
	list, _ := d[field].([]any)
	var texts []string
	for _, item := range list {
		texts = append(texts, fmt.Sprint(item))
	}
	return texts
}

// list is "name: value" of each, in the order of the names, cut to a line or two.
func (d eventData) list() string {
	var parts []string
	for _, name := range sortedKeys(d) {
		parts = append(parts, fmt.Sprintf("%s: %v", name, d[name]))
	}
	const longest = 200
	line := []rune(strings.Join(parts, " · "))
	if len(line) > longest {
		return string(line[:longest]) + "…"
	}
	return string(line)
}

func pointsWords(ctx context.Context, data eventData) string {
	before, _ := data["before"].(float64)
	after, _ := data["after"].(float64)
	change, now := int(math.Abs(after-before)), words.Data{"Now": words.Number(int(after))}
	if after < before {
		return words.NF(ctx, change, "Lost {{.Count}} point, and has {{.Now}} now", "Lost {{.Count}} points, and has {{.Now}} now", now)
	}
	return words.NF(ctx, change, "Got {{.Count}} point, and has {{.Now}} now", "Got {{.Count}} points, and has {{.Now}} now", now)
}
