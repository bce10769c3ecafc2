package crmui

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	timelineID      = "timeline"       // of the list of what happened
	timelinePanelID = "timeline-panel" // of the list with what it says when it is empty
	timelineSize    = 25
)

var kindNames = map[crm.EventKind]string{
	crm.KindMessages: words.Mark("Messages"), crm.KindActivity: words.Mark("Opens & clicks"), crm.KindChanges: words.Mark("Changes"),
	crm.KindNotes: words.Mark("Notes & files"), crm.KindCampaign: words.Mark("Campaigns"), crm.KindImports: words.Mark("Imports"),
	crm.KindCustom: words.Mark("Custom events"),
}

// timelineView is a stretch of what happened, the latest first.
type timelineView struct {
	Contact crm.ContactID
	Query   crm.TimelineQuery
	Days    struct{ From, To string } // as typed
	Entries []timelineEntry
	More    string // address of the stretch before it, "" when there is none
	Errors  component.Errors
}

// Asks says whether the query wants a kind of events.
func (v timelineView) Asks(kind crm.EventKind) bool { return slices.Contains(v.Query.Kinds, kind) }

// Filtered says whether anything narrows the timeline.
func (v timelineView) Filtered() bool {
	return len(v.Query.Kinds) > 0 || v.Query.Search != "" || v.Days.From != "" || v.Days.To != ""
}

// Address is a path with the filter of the timeline.
func (v timelineView) Address(path string) string {
	values := url.Values{}
	for _, kind := range v.Query.Kinds {
		values.Add("kind", string(kind))
	}
	for name, value := range map[string]string{"search": v.Query.Search, "from": v.Days.From, "to": v.Days.To} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// timeline answers with the panel for a new filter, or with the stretch that follows another.
func (p *pages) timeline(c *fiber.Ctx) error {
	v, err := p.readTimeline(c)
	if err != nil {
		return err
	}
	if c.Query("before") != "" {
		return page.Fragment(c, fiber.StatusOK, timelineEntries(v))
	}
	if !page.IsHTMX(c) {
		return page.Redirect(c, v.Address(contactPath(v.Contact)), "")
	}
	status := fiber.StatusOK
	if len(v.Errors) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return page.Fragment(c, status, timelinePanel(v))
}

// readTimeline reads the filter of the address and what it finds.
func (p *pages) readTimeline(c *fiber.Ctx) (timelineView, error) {
	ctx := c.UserContext()
	v, err := timelineQuery(c)
	if err != nil {
		return v, err
	}
	found, err := p.Contacts.FindTimeline(ctx, orgOf(c), v.Query)
	if refused, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v.Errors = refused
		return v, nil
	}
	if err != nil {
		return v, err
	}
	with, err := p.tellers(ctx, orgOf(c), found)
	if err != nil {
		return v, err
	}
	for _, event := range found.Events {
		v.Entries = append(v.Entries, entryOf(ctx, event, with))
	}
	if found.Next.ID != 0 {
		next := v.Address(contactPath(v.Contact) + "/timeline")
		separator := "?"
		if strings.Contains(next, "?") {
			separator = "&"
		}
		v.More = next + separator + "before=" + found.Next.String()
	}
	return v, nil
}

// timelineQuery reads the filter of the address. Days are those of the organization's zone.
func timelineQuery(c *fiber.Ctx) (timelineView, error) {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return timelineView{}, err
	}
	v := timelineView{Contact: id, Query: crm.TimelineQuery{Contact: id, Search: strings.TrimSpace(c.Query("search")), Limit: timelineSize}}
	for _, kind := range c.Context().QueryArgs().PeekMulti("kind") {
		if kind := crm.EventKind(kind); slices.Contains(crm.EventKinds, kind) {
			v.Query.Kinds = append(v.Query.Kinds, kind)
		}
	}
	if v.Query.Before, err = crm.ParseTimelineCursor(c.Query("before")); err != nil {
		return v, err
	}
	zone := page.From(c.UserContext()).Zone
	if day, err := time.ParseInLocation(time.DateOnly, c.Query("from"), zone); err == nil {
		v.Days.From, v.Query.From = c.Query("from"), day
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.Query("to"), zone); err == nil {
		v.Days.To, v.Query.To = c.Query("to"), day.AddDate(0, 0, 1)
	}
	return v, nil
}

// tellers reads the names of those who did what a timeline tells of.
func (p *pages) tellers(ctx context.Context, org domain.OrgID, found crm.Timeline) (told, error) {
	var users []identity.UserID
	for _, event := range found.Events {
		if user := identity.UserID(eventData(event.Data).number("userId")); user != 0 && !slices.Contains(users, user) {
			users = append(users, user)
		}
	}
	names, err := p.Contacts.ColleagueNames(ctx, org, users)
	return told{notes: found.Notes, names: names}, err
}

// timelineFile streams the timeline as the filter narrows it, as CSV.
func (p *pages) timelineFile(c *fiber.Ctx) error {
	v, err := timelineQuery(c)
	if err != nil {
		return err
	}
	ctx, org := context.WithoutCancel(c.UserContext()), orgOf(c)
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil { // before the status is sent
		return err
	}
	if _, err := p.Contacts.Contact(ctx, org, v.Contact); err != nil {
		return err
	}
	c.Attachment(fmt.Sprintf("contact-%d-timeline.csv", v.Contact))
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		out := csv.NewWriter(w)
		_ = out.Write([]string{words.T(ctx, "When"), words.T(ctx, "What"), words.T(ctx, "Details"), words.T(ctx, "Type"), words.T(ctx, "Data")})
		// The status is sent already: all that is left to do after an error is to stop.
		_ = p.Contacts.EachTimeline(ctx, org, v.Query, func(found crm.Timeline) error {
			with, err := p.tellers(ctx, org, found)
			if err != nil {
				return err
			}
			for _, event := range found.Events {
				if err := out.Write(timelineRow(ctx, event, with)); err != nil {
					return err
				}
			}
			out.Flush()
			return out.Error()
		})
		out.Flush()
	})
	return nil
}

func timelineRow(ctx context.Context, event crm.Event, with told) []string {
	entry := entryOf(ctx, event, with)
	data, err := json.Marshal(event.Data)
	if err != nil {
		data = nil
	}
	row := []string{event.OccurredAt.UTC().Format(time.RFC3339), entry.Title, strings.TrimSpace(entry.Detail + " " + entry.Text), event.Type, string(data)}
	for i, cell := range row {
		row[i] = domain.HarmlessCell(cell)
	}
	return row
}
