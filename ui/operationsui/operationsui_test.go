package operationsui_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store/operationsstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/operationsui"
	"github.com/mauntic/mauntic/ui/page"
)

// gone is a workflow system that has lost its workflows.
type gone struct{}

func (gone) Start(context.Context, campaign.Journey) (string, error)       { return "run", nil }
func (gone) Wake(context.Context, string, campaign.Happened) (bool, error) { return false, nil }
func (gone) Running(context.Context, string) (bool, error)                 { return false, nil }
func (gone) Doing(context.Context, string) (ans campaign.Instruction, err error) {
	return ans, errors.New("gone")
}
func (gone) Namespace(context.Context) (string, error) { return "ns", nil }

// one is a Temporal with one queue.
type one struct{}

func (one) Version(context.Context) (string, error) { return "1.2.3", nil }
func (one) Queues(context.Context) ([]operations.Queue, error) {
	return []operations.Queue{{Name: "email", Kind: "activities", Backlog: 12, Age: 90 * time.Second, Workers: []operations.Worker{{Identity: "7@<host>", Seen: time.Now()}}}}, nil
}

type site struct {
	*world.World
	t   *testing.T
	app *fiber.App
}

// open makes the pages as somebody of a role sees them.
func open(t *testing.T, w *world.World, as identity.Actor) *site {
	t.Helper()
	s := &site{World: w, t: t}
	s.app = fiber.New(fiber.Config{Immutable: true, ErrorHandler: layout.ErrorHandler(slog.New(slog.DiscardHandler))})
	s.app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), as))
		return c.Next()
	}, page.Middleware(w.Identity))
	service := operations.New(operations.Deps{Store: operationsstore.New(w.DB), Temporal: one{}, Process: func() operations.Process {
		return operations.Process{Version: "1.0", Started: time.Now(), Pool: operations.Pool{Max: 32}}
	}})
	operationsui.Register(s.app, operationsui.Deps{Operations: service, Campaigns: w.Campaign, Namespace: "mauntic"})
	return s
}

func (s *site) ask(method, path, target string) (*goquery.Document, int) {
	s.t.Helper()
	request := httptest.NewRequest(method, path, nil)
	if target != "" {
		request.Header.Set("HX-Request", "true")
		request.Header.Set("HX-Target", "div#"+target)
	}
	response, err := s.app.Test(request, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	doc, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return doc, response.StatusCode
}

// late makes a journey that should have gone on a week ago.
func late(t *testing.T, w *world.World) campaign.JourneyItem {
	t.Helper()
	anna := w.Contact(t, crm.ContactInput{})
	c := w.Publish(t, "Welcome", `{"root":[{"id":"wait","kind":"wait","settings":{"for":{"amount":1,"unit":"days"}}}]}`)
	journey := w.Enter(t, c.ID, anna.ID)[0]
	if _, err := w.Campaign.Advance(context.Background(), campaign.Advance{Org: w.Org, Journey: journey.ID, Seq: 1, Now: time.Now().AddDate(0, 0, -8)}); err != nil {
		t.Fatal(err)
	}
	return journey
}

func TestOperatorsSeeEachPartWithItsSentence(t *testing.T) {
	t.Parallel()
	w := world.New(t, gone{})
	journey := late(t, w)
	s := open(t, w, identity.Actor{Org: w.Org, User: 1, Role: identity.RoleSuperadmin})
	doc, status := s.ask("GET", "/app/operations", "")
	if status != fiber.StatusOK {
		t.Fatalf("answered %d: %s", status, doc.Text())
	}
	for _, selector := range []string{
		`h1:contains("Operations")`,
		`#report[hx-trigger="every 5s"][hx-swap=outerMorph] > p[data-level=act]`,
		`#part-queues[data-level=watch] tr:contains("email"):contains("1 minute 30 seconds"):contains("7@<host>")`,
		`#part-overdue[data-level=act] p:contains("1 journey should have gone on and did not.")`,
		fmt.Sprintf(`#part-overdue a[href="/app/journeys/%d"]`, journey.ID),
		fmt.Sprintf(`#part-overdue button[hx-post="/app/operations/journeys/%d/%d/restart"]`, w.Org, journey.ID),
		`#part-overdue a[href^="/temporal/namespaces/mauntic/workflows/journey%2F"]`,
		`#part-database[data-level=fine]`,
		`nav a[href="/app/operations"][aria-current=page]`,
	} {
		if doc.Find(selector).Length() == 0 {
			t.Errorf("There is no %s.", selector)
		}
	}
	if part, _ := s.ask("GET", "/app/operations", "report"); part.Find("html h1").Length() > 0 {
		t.Error("The fragment is a whole page.")
	}
}

func TestAnotherOrganizationsJourneyIsRestartedButNotOpened(t *testing.T) {
	t.Parallel()
	w := world.New(t, gone{})
	journey := late(t, w)
	other := world.On(t, w.DB, storetest.Org(t, w.DB, "Globex"), gone{})
	s := open(t, other, identity.Actor{Org: other.Org, User: 1, Role: identity.RoleSuperadmin})
	doc, _ := s.ask("GET", "/app/operations", "")
	if doc.Find(fmt.Sprintf(`a[href="/app/journeys/%d"]`, journey.ID)).Length() > 0 {
		t.Error("There is a link to a page that can't be opened.")
	}
	if _, status := s.ask("POST", fmt.Sprintf("/app/operations/journeys/%d/%d/restart", w.Org, journey.ID), ""); status != fiber.StatusSeeOther {
		t.Errorf("The restart answered %d.", status)
	}
	if j, err := w.Campaign.Journey(w.Ctx(), w.Org, journey.ID); err != nil || j.State != campaign.JourneyPending {
		t.Errorf("The journey is %s (%v).", j.State, err)
	}
}

func TestOthersDoNotSeeOperations(t *testing.T) {
	t.Parallel()
	w := world.New(t, gone{})
	journey := late(t, w)
	s := open(t, w, identity.Actor{Org: w.Org, User: 1, Role: identity.RoleAdmin})
	doc, status := s.ask("GET", "/app/operations", "")
	if status != fiber.StatusForbidden || doc.Find("#report").Length() > 0 || doc.Find(`a[href="/app/operations"]`).Length() > 0 {
		t.Errorf("The page answered %d: %s", status, doc.Text())
	}
	if _, status := s.ask("POST", fmt.Sprintf("/app/operations/journeys/%d/%d/restart", w.Org, journey.ID), ""); status != fiber.StatusForbidden {
		t.Errorf("The restart answered %d.", status)
	}
}
