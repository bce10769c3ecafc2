package homeui

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	latestLines  = 10  // of activity on the page
	latestEvents = 200 // that are told in them
)

// line is one sentence about what happened last; a run of the same is told at once.
type line struct {
	Icon string
	Text string
	Href string // where it can be seen, "" if nowhere
	At   time.Time
}

// latest tells what happened last.
func (p *pages) latest(ctx context.Context, org domain.OrgID) ([]line, error) {
	events, err := p.CRM.LatestEvents(ctx, org, latestEvents)
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, r := range runsOf(events) {
		if len(lines) == latestLines {
			break
		}
		lines = append(lines, r.line(ctx))
	}
	return lines, nil
}

// run is several events in a row of which the same can be said.
type run struct {
	kind  string
	about string // the message's name
	href  string
	at    time.Time         // of the newest
	who   []crm.ContactName // different people, the newest first
	seen  map[crm.ContactID]bool
}

// runsOf joins events of one type about one thing that follow each other.
func runsOf(events []crm.LatestEvent) []*run {
	var runs []*run
	for _, e := range events {
		about := aboutOf(e.Event)
		last := len(runs) - 1
		if last < 0 || runs[last].kind != e.Type || runs[last].about != about {
			runs = append(runs, &run{kind: e.Type, about: about, href: fmt.Sprintf("/app/contacts/%d", e.Contact), at: e.OccurredAt, seen: map[crm.ContactID]bool{}})
			last++
		}
		if r := runs[last]; !r.seen[e.Contact] {
			r.seen[e.Contact] = true
			r.who = append(r.who, e.Name())
		}
	}
	return runs
}

// aboutOf is the name of what an event is about, "" for none.
func aboutOf(e crm.Event) string {
	for _, field := range []string{"email", "sms", "segment", "segmentName"} {
		if name, ok := e.Data[field].(string); ok {
			return name
		}
	}
	return ""
}

func (r *run) line(ctx context.Context) line {
	icon, text := r.tell(ctx)
	href := r.href
	if len(r.who) > 1 {
		href = ""
	}
	return line{Icon: icon, Text: text, Href: href, At: r.at}
}

// people names one or two, and counts the rest.
func (r *run) people(ctx context.Context) string {
	switch n := len(r.who); n {
	case 1:
		return words.Name(ctx, r.who[0])
	case 2:
		return words.F(ctx, "{{.First}} and {{.Second}}", words.Data{"First": r.who[0], "Second": r.who[1]})
	default:
		return words.NF(ctx, n-2, "{{.First}}, {{.Second}} and {{.Count}} other", "{{.First}}, {{.Second}} and {{.Count}} others",
			words.Data{"First": r.who[0], "Second": r.who[1]})
	}
}

// tell says in a sentence what the people of a run did, or what was done to them.
func (r *run) tell(ctx context.Context) (icon, text string) {
	n, about := len(r.who), r.unnamed(ctx)
	if r.about != "" {
		about = words.F(ctx, "“{{.Name}}”", words.Data{"Name": r.about})
	}
	data := words.Data{"Who": r.people(ctx), "What": about}
	switch r.kind {
	case crm.EventContactCreated:
		return "user-plus", words.NF(ctx, n, "{{.Who}} became a contact", "{{.Who}} became contacts", data)
	case crm.EventContactUpdated:
		return "user-pen", words.NF(ctx, n, "{{.Who}} was changed", "{{.Who}} were changed", data)
	case crm.EventContactDeleted:
		return "trash-2", words.NF(ctx, n, "{{.Who}} was deleted", "{{.Who}} were deleted", data)
	case crm.EventContactRestored:
		return "rotate-ccw", words.NF(ctx, n, "{{.Who}} was restored", "{{.Who}} were restored", data)
	case crm.EventImportRepeated:
		return "file-up", words.NF(ctx, n, "{{.Who}} stood in a file twice", "{{.Who}} stood in a file twice", data)
	case crm.EventImportUndone:
		return "undo-2", words.F(ctx, "What an import did to {{.Who}} was undone", data)
	case crm.EventNoteAdded:
		return "square-pen", words.F(ctx, "A note about {{.Who}} was written", data)
	case crm.EventFileAdded:
		return "file-text", words.F(ctx, "A file was attached to {{.Who}}", data)
	case crm.EventConsentChanged:
		return "shield", words.F(ctx, "The consent log of {{.Who}} has a new entry", data)
	case crm.EventTagsChanged:
		return "tags", words.F(ctx, "Tags of {{.Who}} were changed", data)
	case crm.EventPointsChanged:
		return "sparkles", words.F(ctx, "Points of {{.Who}} were changed", data)
	case crm.EventAddedToSegment:
		return "list", words.NF(ctx, n, "{{.Who}} was added to {{.What}}", "{{.Who}} were added to {{.What}}", data)
	case crm.EventRemovedFromSegment:
		return "list", words.NF(ctx, n, "{{.Who}} was removed from {{.What}}", "{{.Who}} were removed from {{.What}}", data)
	case crm.EventDoNotContactSet:
		return "ban", words.F(ctx, "{{.Who}} may not be reached by some channel any more", data)
	case crm.EventDoNotContactCleared:
		return "circle-check", words.F(ctx, "{{.Who}} may be reached again", data)
	case crm.EventEmailSent, crm.EventSMSSent:
		return "send", words.NF(ctx, n, "{{.Who}} was sent {{.What}}", "{{.Who}} were sent {{.What}}", data)
	case crm.EventEmailOpened:
		return "mail-open", words.F(ctx, "{{.Who}} opened {{.What}}", data)
	case crm.EventEmailClicked, crm.EventSMSClicked:
		return "mouse-pointer-click", words.F(ctx, "{{.Who}} clicked in {{.What}}", data)
	case crm.EventSMSReceived:
		return "message-square", words.F(ctx, "{{.Who}} wrote an SMS", data)
	case crm.EventEmailBounced, crm.EventSMSBounced:
		return "undo-2", words.F(ctx, "{{.What}} to {{.Who}} came back", data)
	case crm.EventEmailComplained:
		return "triangle-alert", words.F(ctx, "{{.Who}} called {{.What}} spam", data)
	case crm.EventUnsubscribed:
		return "ban", words.F(ctx, "{{.Who}} unsubscribed", data)
	case crm.EventResubscribed:
		return "undo-2", words.F(ctx, "{{.Who}} subscribed again", data)
	}
	return "zap", words.F(ctx, "{{.Who}}: {{.Event}}", words.Data{"Who": r.people(ctx), "Event": component.EventName(r.kind)})
}

// unnamed stands in for the name of what an event is about.
func (r *run) unnamed(ctx context.Context) string {
	switch {
	case strings.HasPrefix(r.kind, "sms."):
		return words.T(ctx, "an SMS")
	case strings.HasPrefix(r.kind, "email."):
		return words.T(ctx, "an email")
	}
	return words.T(ctx, "a segment")
}
