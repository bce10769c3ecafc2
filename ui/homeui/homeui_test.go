package homeui_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
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

func setup(t *testing.T) *fiber.App {
	t.Helper()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	log := slog.New(slog.DiscardHandler)
	ids := identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	people := crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	mails := messaging.New(messaging.Deps{Store: messagingstore.New(db), Tx: db, Contacts: people, Log: log})
	campaigns := campaign.New(campaign.Deps{
		Tx: db, Store: campaignstore.New(db), Workflows: still{}, CRM: people, Messaging: mails, Log: log,
	})
	app := fiber.New(fiber.Config{Immutable: true, ErrorHandler: layout.ErrorHandler(log)})
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), identity.Actor{Org: org, Name: "Anna", Role: identity.RoleUser}))
		return c.Next()
	}, page.Middleware(ids))
	homeui.Register(app, homeui.Deps{CRM: people, Messaging: mails, Campaigns: campaigns})
	return app
}

func send(t *testing.T, app *fiber.App, method, path string) (status int, location string, doc *goquery.Document) {
	t.Helper()
	response, err := app.Test(httptest.NewRequest(method, path, nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	doc, err = goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get(fiber.HeaderLocation), doc
}

func TestTheDemoCanBeLoadedAndRemoved(t *testing.T) {
	t.Parallel()
	app := setup(t)
	if _, location, _ := send(t, app, fiber.MethodGet, "/app"); location != "/app/dashboard" {
		t.Errorf("/app leads to %q.", location)
	}
	_, _, empty := send(t, app, fiber.MethodGet, "/app/dashboard")
	if empty.Find(`button[hx-post="/app/demo"]`).Length() == 0 || !strings.Contains(empty.Text(), "0 of 5") {
		t.Error("The empty page does not offer the demo, or takes a first step for done.")
	}

	status, location, _ := send(t, app, fiber.MethodPost, "/app/demo")
	if status != fiber.StatusSeeOther || !strings.HasPrefix(location, "/app/campaigns/") {
		t.Fatalf("Loading the demo answered %d to %q.", status, location)
	}
	_, _, loaded := send(t, app, fiber.MethodGet, "/app/dashboard")
	if loaded.Find(`a[href="/app/contacts"]`).Closest("div.relative").Find("p").First().Text() != "200" {
		t.Error("The page does not count the 200 sample contacts.")
	}
	if !strings.Contains(loaded.Text(), "4 of 5") || loaded.Find(`a[href="/temporal/"]`).Length() > 0 {
		t.Error("The first steps are not noticed, or a marketer is led to Temporal.")
	}
	if again, _, _ := send(t, app, fiber.MethodPost, "/app/demo"); again != fiber.StatusConflict {
		t.Errorf("Loading it twice answered %d.", again)
	}

	send(t, app, fiber.MethodPost, "/app/demo/remove")
	_, _, removed := send(t, app, fiber.MethodGet, "/app/dashboard")
	if !strings.Contains(removed.Text(), "0 of 5") {
		t.Error("Something of the sample data is left.")
	}
}
