package homeui_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
	"github.com/mauntic/mauntic/ui/homeui"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// still is a workflow system in which nothing runs.
type still struct{}

func (still) Start(context.Context, campaign.Journey) (string, error)       { return "run", nil }
func (still) Wake(context.Context, string, campaign.Happened) (bool, error) { return true, nil }
func (still) Running(context.Context, string) (bool, error)                 { return true, nil }
func (still) Namespace(context.Context) (string, error)                     { return "ns", nil }
func (still) Doing(context.Context, string) (campaign.Instruction, error) {
	return campaign.Instruction{}, errors.New("nothing runs")
}

// home is the start page of somebody in an organization.
type home struct {
	*world.World
	t   *testing.T
	app *fiber.App
}

func setup(t *testing.T) home {
	t.Helper()
	return homeOf(t, world.New(t, still{}))
}

func homeOf(t *testing.T, w *world.World) home {
	t.Helper()
	var user identity.UserID
	err := w.DB.Pool().QueryRow(t.Context(), `with u as (
			insert into identity.users (email, name, password_hash) values ('anna' || $1::bigint || '@example.com', 'Anna', '') returning id
		) insert into identity.org_members (org_id, user_id, role) select $1, id, 'user' from u returning user_id`, w.Org).Scan(&user)
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(fiber.Config{Immutable: true, ErrorHandler: layout.ErrorHandler(slog.New(slog.DiscardHandler))})
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), identity.Actor{Org: w.Org, User: user, Name: "Anna", Role: identity.RoleUser}))
		return c.Next()
	}, page.Middleware(w.Identity))
	homeui.Register(app, homeui.Deps{Identity: w.Identity, CRM: w.CRM, Messaging: w.Messaging, Campaigns: w.Campaign})
	return home{w, t, app}
}

func (h home) send(method, path string, form url.Values) (status int, location string, doc *goquery.Document) {
	h.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	request.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationForm)
	response, err := h.app.Test(request, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	doc, err = goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get(fiber.HeaderLocation), doc
}

func (h home) page() *goquery.Document {
	h.t.Helper()
	status, _, doc := h.send(fiber.MethodGet, "/app/dashboard", nil)
	if status != fiber.StatusOK {
		h.t.Fatalf("The page answered %d: %s", status, doc.Text())
	}
	return doc
}

func (h home) system() context.Context {
	return identity.WithActor(context.Background(), identity.System(h.Org))
}

func (h home) contact(email string) crm.ContactID {
	h.t.Helper()
	contact, err := h.CRM.CreateContact(h.system(), h.Org, crm.ContactInput{Email: &email})
	if err != nil {
		h.t.Fatal(err)
	}
	return contact.ID
}

func (h home) happened(events ...crm.Event) {
	h.t.Helper()
	if _, err := h.CRM.AppendEvents(h.system(), h.Org, events); err != nil {
		h.t.Fatal(err)
	}
}

func TestAnotherOrganizationsNumbersAreNotShown(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.happened(crm.Event{Contact: h.contact("zora@example.com"), Type: crm.EventEmailSent})
	other := homeOf(t, world.On(t, h.DB, storetest.Org(t, h.DB, "Other"), still{}))
	doc := other.page()
	for _, id := range []string{"figure-contacts", "figure-sent"} {
		if got := doc.Find("#" + id).Text(); got != "0" {
			t.Errorf("%s is %s.", id, got)
		}
	}
	if strings.Contains(doc.Text(), "zora") {
		t.Error("A stranger reads what happened.")
	}
}

func TestTheDemoCanBeLoadedAndRemoved(t *testing.T) {
	t.Parallel()
	h := setup(t)
	if _, location, _ := h.send(fiber.MethodGet, "/app", nil); location != "/app/dashboard" {
		t.Errorf("/app leads to %q.", location)
	}
	empty := h.page()
	if empty.Find(`button[hx-post="/app/demo"]`).Length() != 1 || !strings.Contains(empty.Text(), "0 of 4") {
		t.Error("The empty page does not offer the demo, or takes a first step for done.")
	}
	status, location, _ := h.send(fiber.MethodPost, "/app/demo", nil)
	if status != fiber.StatusSeeOther || !strings.HasPrefix(location, "/app/campaigns/") {
		t.Fatalf("Loading the demo answered %d to %q.", status, location)
	}
	loaded := h.page()
	if got := loaded.Find("#figure-contacts").Text(); got != "200" {
		t.Errorf("The page counts %s of the 200 sample contacts.", got)
	}
	if !strings.Contains(loaded.Text(), "3 of 4") || loaded.Find(`a[href="/temporal/"]`).Length() > 0 {
		t.Error("The first steps are not noticed, or a marketer is led to Temporal.")
	}
	if again, _, _ := h.send(fiber.MethodPost, "/app/demo", nil); again != fiber.StatusConflict {
		t.Errorf("Loading it twice answered %d.", again)
	}
	h.send(fiber.MethodPost, "/app/demo/remove", nil)
	removed := h.page()
	if !strings.Contains(removed.Text(), "0 of 4") || removed.Find("#figure-contacts").Text() != "0" {
		t.Error("Something of the sample data is left.")
	}
}

func TestTheFirstStepsCanBePutAwayAndFoundAgain(t *testing.T) {
	t.Parallel()
	h := setup(t)
	if h.page().Find("#first-steps").Length() != 1 {
		t.Fatal("A newcomer is not told what to do.")
	}
	h.send(fiber.MethodPost, "/app/dashboard/first-steps", url.Values{"away": {"true"}})
	away := h.page()
	again := away.Find(`form[action="/app/dashboard/first-steps"]`)
	if away.Find("#first-steps").Length() != 0 || again.Length() != 1 || again.Find("input").Length() != 0 {
		t.Error("The first steps stay, or can't be found again.")
	}
	h.send(fiber.MethodPost, "/app/dashboard/first-steps", nil)
	if h.page().Find("#first-steps").Length() != 1 {
		t.Error("The first steps don't come back.")
	}
}

func TestAFigureIsComparedAndLeadsToWhatItCounts(t *testing.T) {
	t.Parallel()
	h := setup(t)
	anna, now := h.contact("anna@example.com"), time.Now()
	sent := func(days int) crm.Event {
		return crm.Event{Contact: anna, Type: crm.EventEmailSent, OccurredAt: now.AddDate(0, 0, -days)}
	}
	h.happened(sent(0), sent(1), sent(29), sent(31), sent(70))
	doc := h.page()
	if got := doc.Find("#figure-sent").Text(); got != "3" {
		t.Errorf("Sent in 30 days: %s.", got)
	}
	card := doc.Find("#figure-sent").Closest("div")
	if !strings.Contains(card.Text(), "200\u202f% more than in the 30 days before") {
		t.Errorf("3 after 1 are told as %q.", strings.Join(strings.Fields(card.Text()), " "))
	}
	if card.Find("svg[role=img][aria-label]").Length() != 1 || card.Find("a[href]").Length() != 1 {
		t.Error("The figure has no line, or leads nowhere.")
	}
	doc.Find("[id^=figure-]:not([id$=means])").Each(func(_ int, figure *goquery.Selection) {
		id := figure.AttrOr("id", "")
		if doc.Find("#"+id+"-means").Text() == "" {
			t.Errorf("%s does not say what it counts.", id)
		}
	})
}

func TestWhatHappenedLastIsToldInSentences(t *testing.T) {
	t.Parallel()
	h := setup(t)
	var all []crm.Event
	for _, name := range []string{"anna", "ben", "carl", "dora"} {
		all = append(all, crm.Event{Contact: h.contact(name + "@example.com"), Type: crm.EventEmailSent, Data: map[string]any{"email": "<b>Spring</b>"}})
	}
	h.happened(all...)
	h.happened(crm.Event{Contact: all[0].Contact, Type: crm.EventEmailOpened, Data: map[string]any{"email": "Spring"}},
		crm.Event{Contact: all[0].Contact, Type: "order.paid"})
	doc := h.page()
	var said []string
	doc.Find("li p").Each(func(_ int, p *goquery.Selection) { said = append(said, strings.TrimSpace(p.Text())) })
	text := strings.Join(said, "\n")
	for _, want := range []string{
		"anna@example.com: order paid", "anna@example.com opened “Spring”",
		"dora@example.com, carl@example.com and 2 others were sent “<b>Spring</b>”", "became contacts",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told in:\n%s", want, text)
		}
	}
	if doc.Find("main li b").Length() > 0 {
		t.Error("A name is not escaped.")
	}
}

func TestAnImportThatRunsIsShownWithItsProgress(t *testing.T) {
	t.Parallel()
	h := setup(t)
	if doc := h.page(); doc.Find("#running-works").AttrOr("hx-sse:connect", "") != "" {
		t.Error("The page listens although nothing runs.")
	}
	_, err := h.DB.Pool().Exec(t.Context(), "insert into crm.imports (org_id, file_name, state, bytes, bytes_done, rows_done) values ($1, 'fair.csv', 'running', 200, 50, 1204)", h.Org)
	if err != nil {
		t.Fatal(err)
	}
	doc := h.page()
	if doc.Find("#running-works").AttrOr("hx-sse:connect", "") != "/app/dashboard/running/events" {
		t.Error("The page does not follow the import.")
	}
	bar := doc.Find(`#running-works progress[aria-label="fair.csv"]`)
	if bar.AttrOr("value", "") != "25" || !strings.Contains(doc.Find("#running-works").Text(), "1\u202f204 rows") {
		t.Errorf("The import is at %s: %s", bar.AttrOr("value", "nothing"), doc.Find("#running-works").Text())
	}
}
