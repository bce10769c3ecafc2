package ui_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// viewersOwn is what somebody who may only look is offered to send: it changes how they themselves see the
// product, and how they get in.
var viewersOwn = []string{
	"/app/contacts/columns", "/app/contacts/views", "/app/contacts/views/0", "/app/contacts/views/0/delete",
	"/app/settings/profile", "/app/settings/profile/password", "/app/settings/profile/sessions/0/end", "/app/settings/profile/sessions/end-others",
	"/app/theme", "/logout",
}

// TestViewersAreOfferedOnlyWhatTheyMayDo opens the pages as a viewer, of an organization that has something
// of everything and of one that is new. Each link leads to a page that the viewer may see, and each form
// and button to something of their own.
func TestViewersAreOfferedOnlyWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*testing.T, *world.World){"full": furnish, "new": func(*testing.T, *world.World) {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.New(t)
			w := world.On(t, db, storetest.Org(t, db, "Acme"), still{})
			prepare(t, w)
			v := newViewing(t, w)
			for len(v.todo) > 0 {
				path := v.todo[0]
				v.todo = v.todo[1:]
				v.open(path)
			}
			for _, action := range slices.Sorted(maps.Keys(v.sent)) {
				v.send(action)
			}
			if len(v.seen) < 35 || len(v.sent) < 4 {
				t.Errorf("Only %d pages and %d forms were found.", len(v.seen), len(v.sent))
			}
		})
	}
}

// viewing goes through the pages as a viewer.
type viewing struct {
	t    *testing.T
	app  *fiber.App
	todo []string
	from map[string]string // what has the link to a page
	seen map[string]bool   // addresses, however their lists are ordered
	sent map[string]string // an address for each kind of form
	told map[string]bool
}

func newViewing(t *testing.T, w *world.World) *viewing {
	t.Helper()
	chief := identity.WithActor(t.Context(), identity.Actor{Org: w.Org, APIKey: 1, Role: identity.RoleSuperadmin})
	user, _, err := w.Identity.CreateUser(chief, w.Org, identity.UserInput{Name: "Vera", Email: "vera@example.com", Role: identity.RoleViewer})
	if err != nil {
		t.Fatal(err)
	}
	actor := identity.Actor{Org: w.Org, User: user.ID, Name: user.Name, Email: user.Email, Role: user.Role}
	_, err = w.CRM.CreateView(identity.WithActor(t.Context(), actor), w.Org, crm.ViewInput{Name: "Of Vera", Search: "points:>5"})
	if err != nil {
		t.Fatal(err)
	}
	v := &viewing{
		t: t, app: wholeApp(w, actor, func(ctx context.Context) context.Context { return ctx }),
		from: map[string]string{}, seen: map[string]bool{}, sent: map[string]string{}, told: map[string]bool{},
	}
	v.follow("The menu", "/app/dashboard", "/app/search?q=new", "/app/contacts?search=points:0", "/app/contacts?search=%28", "/app/contacts?view=1&search=", "/app/contacts?view=2&search=")
	return v
}

// contentOf is an address without how its list is ordered and paged.
func contentOf(address string) string {
	path, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return path
	}
	for _, arranged := range []string{"orderBy", "orderDir", "page", "limit"} {
		values.Del(arranged)
	}
	if content := values.Encode(); content != "" {
		return path + "?" + content
	}
	return path
}

// follow remembers addresses to open, of records all, because pages offer what suits a record.
func (v *viewing) follow(where string, addresses ...string) {
	for _, address := range addresses {
		address, _, _ = strings.Cut(address, "#")
		content := contentOf(address)
		if !strings.HasPrefix(address, "/app") || v.seen[content] {
			continue
		}
		v.seen[content] = true
		v.from[address] = where
		v.todo = append(v.todo, address)
	}
}

// complain says once what is wrong.
func (v *viewing) complain(what, where string) {
	v.t.Helper()
	if !v.told[what] {
		v.told[what] = true
		v.t.Errorf("%s %s", where, what)
	}
}

func (v *viewing) open(address string) {
	v.t.Helper()
	got := ask(v.t, v.app, fiber.MethodGet, address)
	switch {
	case got.to != "":
		v.follow(address, got.to)
	case got.refuses():
		v.complain(fmt.Sprintf("leads to %s, which answers %d.", digits.ReplaceAllString(contentOf(address), "0"), got.status), v.from[address])
	case got.html:
		v.follow(address, got.links()...)
		v.read(address, got.doc)
	}
}

// read looks at what a page offers to send.
func (v *viewing) read(address string, doc *goquery.Document) {
	v.t.Helper()
	for _, at := range []string{"hx-post", "hx-put", "hx-patch", "hx-delete", "formaction"} {
		doc.Find("[" + at + "]").Each(func(_ int, s *goquery.Selection) { v.offered(address, s.AttrOr(at, "")) })
	}
	doc.Find("form[method=post]").Each(func(_ int, s *goquery.Selection) { v.offered(address, s.AttrOr("action", address)) })
	doc.Find("[data-open]").Each(func(_ int, s *goquery.Selection) {
		if dialog := s.AttrOr("data-open", ""); doc.Find(dialog).Length() == 0 {
			v.complain("has a button that opens "+dialog+", which is not there.", address)
		}
	})
}

// offered remembers what a page offers to send, one of each kind.
func (v *viewing) offered(address, action string) {
	v.t.Helper()
	path, _, _ := strings.Cut(action, "?")
	if path == "" {
		return // what is sent is put in by a script, from an answer to something else
	}
	kind := digits.ReplaceAllString(path, "0")
	if !slices.Contains(viewersOwn, kind) {
		v.complain("offers to send "+kind+".", address)
		return
	}
	v.sent[kind] = action
}

// send sends a form with nothing in it, which may be refused for that, but not for who sends it.
func (v *viewing) send(kind string) {
	v.t.Helper()
	if kind == "/logout" {
		return // there is no session to end
	}
	if got := ask(v.t, v.app, fiber.MethodPost, v.sent[kind]); got.refuses() {
		v.t.Errorf("%s answers %d.", kind, got.status)
	}
}

// still is a workflow system in which everybody waits.
type still struct{}

func (still) Start(context.Context, campaign.Journey) (string, error)       { return "run", nil }
func (still) Wake(context.Context, string, campaign.Happened) (bool, error) { return true, nil }
func (still) Running(context.Context, string) (bool, error)                 { return true, nil }
func (still) Namespace(context.Context) (string, error)                     { return "ns", nil }
func (still) Doing(context.Context, string) (campaign.Instruction, error) {
	return campaign.Instruction{}, errors.New("nothing runs")
}

// furnish makes one of each noun, in the states in which pages offer something.
func furnish(t *testing.T, w *world.World) {
	t.Helper()
	user, _ := fill(t, w)
	ctx := identity.WithActor(t.Context(), identity.Actor{Org: w.Org, User: user.ID, Name: user.Name, Role: identity.RoleSuperadmin})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.CRM.CreateSegment(ctx, w.Org, crm.SegmentInput{Name: "Testers", Alias: "testers"})
	must(err)
	_, err = w.CRM.CreateTag(ctx, w.Org, "spare", "Nobody has it.")
	must(err)
	_, err = w.CRM.CreateView(ctx, w.Org, crm.ViewInput{Name: "Everybody’s", Search: "points:>1", IsShared: true})
	must(err)
	gone := w.Contact(t, crm.ContactInput{Firstname: new("Gone")})
	must(w.CRM.DeleteContact(ctx, w.Org, gone.ID))
	someone := w.Contact(t, crm.ContactInput{Firstname: new("Someone")})
	_, err = w.CRM.AddAttachment(ctx, w.Org, someone.ID, "offer.txt", strings.NewReader("An offer."))
	must(err)
	_, err = w.CRM.Bulk(ctx, w.Org, crm.Bulk{
		Query:  crm.ContactQuery{PageQuery: domain.PageQuery{}},
		Change: crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"all"}},
	})
	must(err)
	running := w.Publish(t, "Welcome", `{"root": [{"id": "a", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}}]}`)
	w.Enter(t, running.ID, someone.ID)
	_, err = w.Messaging.CreateRule(ctx, w.Org, messaging.RuleInput{Kind: messaging.RuleCap, Action: messaging.ActionSkip, Messages: 3, Per: messaging.PerDay})
	must(err)
	_, err = w.CRM.UploadImport(ctx, w.Org, crm.ImportUpload{FileName: "fair.csv", File: strings.NewReader("Email,First name\nann@example.com,Ann\n")})
	must(err)
}
