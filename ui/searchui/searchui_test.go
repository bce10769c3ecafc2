package searchui_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/searchui"
)

// seeker is somebody who searches in an organization.
type seeker struct {
	t   *testing.T
	app *fiber.App
}

// setup returns a world and somebody of it with a role.
func setup(t *testing.T, role identity.Role) (*world.World, seeker) {
	t.Helper()
	w := world.New(t, nil)
	return w, seekerIn(t, w, identity.Actor{Org: w.Org, User: 1, Name: "Anna", Role: role})
}

func seekerIn(t *testing.T, w *world.World, actor identity.Actor) seeker {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, ErrorHandler: layout.ErrorHandler(slog.New(slog.DiscardHandler))})
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), actor))
		return c.Next()
	}, page.Middleware(w.Identity))
	searchui.Register(app, searchui.Deps{CRM: w.CRM, Messaging: w.Messaging, Campaigns: w.Campaign})
	return seeker{t, app}
}

// finds returns what the palette shows for a query.
func (s seeker) finds(query string) *goquery.Document {
	s.t.Helper()
	return s.get(query, "div#"+layout.PaletteResults)
}

func (s seeker) get(query, target string) *goquery.Document {
	s.t.Helper()
	request := httptest.NewRequest(fiber.MethodGet, "/app/search?q="+url.QueryEscape(query), nil)
	if target != "" {
		request.Header.Set("HX-Request", "true")
		request.Header.Set("HX-Target", target)
	}
	response, err := s.app.Test(request, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != fiber.StatusOK {
		s.t.Fatalf("Searching %q answered %d.", query, response.StatusCode)
	}
	doc, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return doc
}

func inside(w *world.World) context.Context {
	return identity.WithActor(context.Background(), identity.System(w.Org))
}

// fill stores a contact, an email and an SMS.
func fill(t *testing.T, w *world.World) {
	t.Helper()
	first, email := "Zora", "zora@example.com"
	if _, err := w.CRM.CreateContact(inside(w), w.Org, crm.ContactInput{Firstname: &first, Email: &email}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Welcome", "Zora's offer"} {
		if _, err := w.Messaging.CreateEmail(inside(w), w.Org, messaging.EmailInput{Name: name, Subject: "Hello <b>", HTML: "<p>Hi</p>"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheSearchFindsNothingOfAnotherOrganization(t *testing.T) {
	t.Parallel()
	w, _ := setup(t, identity.RoleUser)
	fill(t, w)
	other := world.On(t, w.DB, storetest.Org(t, w.DB, "Other"), nil)
	doc := seekerIn(t, w, identity.Actor{Org: other.Org, User: 2, Role: identity.RoleSuperadmin}).finds("zora")
	if doc.Find("[role=option]").Length() != 0 || !strings.Contains(doc.Text(), "Nothing is called “zora”") {
		t.Errorf("A stranger finds %q.", doc.Text())
	}
}

func TestTheSearchPutsWhatFitsBestFirst(t *testing.T) {
	t.Parallel()
	w, anna := setup(t, identity.RoleUser)
	fill(t, w)
	doc := anna.finds("zora")
	first := doc.Find("[role=option]").First()
	if !strings.HasPrefix(first.AttrOr("href", ""), "/app/contacts/") || !strings.Contains(first.Text(), "zora@example.com") {
		t.Errorf("The first answer is %q.", first.Text())
	}
	if doc.Find(`[role=group] a[href^="/app/emails/"]`).Length() != 1 || doc.Find("b").Length() > 0 {
		t.Error("The email is not found, or its subject is not escaped.")
	}
	ids := map[string]bool{}
	doc.Find("[role=option]").Each(func(_ int, option *goquery.Selection) {
		id := option.AttrOr("id", "")
		if id == "" || ids[id] || option.AttrOr("aria-selected", "") != "false" {
			t.Errorf("The option %q can't be chosen by its id.", option.Text())
		}
		ids[id] = true
	})
	doc.Find("[role=group]").Each(func(_ int, g *goquery.Selection) {
		if name := g.AttrOr("aria-labelledby", ""); doc.Find("#"+name).Length() != 1 {
			t.Errorf("A group is named by #%s, which is not there.", name)
		}
	})
}

func TestThePaletteLeadsToPagesAndToNewThings(t *testing.T) {
	t.Parallel()
	_, anna := setup(t, identity.RoleUser)
	for query, href := range map[string]string{
		"":               "/app/contacts",
		"cam":            "/app/campaigns",
		"dkim":           "/app/settings/domains",
		"new email":      "/app/emails/new",
		"upload":         "/app/imports/new",
		"settings users": "/app/settings/users",
		"not received":   "/app/why",
	} {
		if anna.finds(query).Find(`a[href="`+href+`"]`).Length() != 1 {
			t.Errorf("%q does not lead to %s.", query, href)
		}
	}
}

func TestThePaletteOffersOnlyWhatThePersonMay(t *testing.T) {
	t.Parallel()
	w, anna := setup(t, identity.RoleUser)
	boss := seekerIn(t, w, identity.Actor{Org: w.Org, User: 2, Role: identity.RoleSuperadmin})
	for query, href := range map[string]string{"api keys": "/app/settings/api-keys", "operations": "/app/operations"} {
		if anna.finds(query).Find(`a[href="`+href+`"]`).Length() != 0 {
			t.Errorf("A marketer is led to %s.", href)
		}
		if boss.finds(query).Find(`a[href="`+href+`"]`).Length() != 1 {
			t.Errorf("An operator is not led to %s.", href)
		}
	}
}

func TestTheSearchIsAPageWithoutScripts(t *testing.T) {
	t.Parallel()
	w, anna := setup(t, identity.RoleUser)
	fill(t, w)
	doc := anna.get(`zora`, "")
	if doc.Find("main h1").Length() != 1 || doc.Find(`main li a[href^="/app/contacts/"]`).Length() != 1 || doc.Find("main [role=option]").Length() != 0 {
		t.Error("The page does not list what was found as links.")
	}
	if value := doc.Find(`main input[name=q]`).AttrOr("value", ""); value != "zora" {
		t.Errorf("The box holds %q.", value)
	}
}

func TestWhatIsNoSearchFindsNothing(t *testing.T) {
	t.Parallel()
	_, anna := setup(t, identity.RoleUser)
	for _, query := range []string{"%", `"`, "((((", "tag:", strings.Repeat("long ", 100), "\u202e"} {
		if doc := anna.finds(query); doc.Find("[role=option]").Length() != 0 {
			t.Errorf("%q finds %q.", query, doc.Text())
		}
	}
}
