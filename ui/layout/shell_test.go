package layout_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// frame renders an empty page for somebody.
func frame(t *testing.T, p page.Ctx) *goquery.Document {
	t.Helper()
	var out bytes.Buffer
	if err := layout.App("Contacts", layout.Contacts).Render(page.With(context.Background(), p), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func marketer() page.Ctx {
	return page.Ctx{
		User: identity.Actor{Org: 1, User: 1, Name: "Anna", Role: identity.RoleUser},
		Org:  identity.Organization{Name: "Acme"}, Zone: time.FixedZone("Europe/Berlin", 3600),
	}
}

func TestTheThemeIsPrintedByTheServer(t *testing.T) {
	t.Parallel()
	for theme, want := range map[page.Theme]string{page.SystemTheme: "", page.LightTheme: "mauntic", page.DarkTheme: "mauntic-dark"} {
		p := marketer()
		p.Theme = theme
		doc := frame(t, p)
		if got := doc.Find("html").AttrOr("data-theme", ""); got != want {
			t.Errorf("The theme %q is %q.", theme, got)
		}
		if pressed := doc.Find(`[data-theme-choice][aria-pressed=true]`); pressed.Length() != 1 || pressed.AttrOr("data-theme-choice", "none") != want {
			t.Errorf("The switch does not show %q.", theme)
		}
		if lang := doc.Find("html").AttrOr("lang", ""); lang != "en" {
			t.Errorf("The language is %q.", lang)
		}
	}
}

func TestTheTimeZoneIsShownOnEveryWidth(t *testing.T) {
	t.Parallel()
	doc := frame(t, marketer())
	for _, place := range []string{"aside", "footer", "#side-menu", "#user-menu"} {
		if !strings.Contains(doc.Find(place).Text(), "Europe/Berlin") {
			t.Errorf("The time zone is missing in %s.", place)
		}
	}
}

func TestTheFrameHasUniqueIDsAndNamedControls(t *testing.T) {
	t.Parallel()
	doc := frame(t, marketer())
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, element *goquery.Selection) {
		id, _ := element.Attr("id")
		if seen[id] {
			t.Errorf("The id %s is there twice.", id)
		}
		seen[id] = true
	})
	doc.Find("button, a[href]").Each(func(_ int, control *goquery.Selection) {
		if control.AttrOr("aria-label", "") == "" && strings.TrimSpace(control.Text()) == "" {
			html, _ := goquery.OuterHtml(control)
			t.Errorf("A control has no name: %s", html)
		}
	})
	doc.Find("[data-open]").Each(func(_ int, opener *goquery.Selection) {
		if id := opener.AttrOr("data-open", ""); doc.Find("dialog"+id).Length() != 1 {
			t.Errorf("%s is opened, but not there.", id)
		}
	})
	if doc.Find(`a[href="#main"]`).Length() != 1 || doc.Find("main#main[tabindex]").Length() != 1 {
		t.Error("Nothing skips to the content.")
	}
}

func TestEveryShortcutIsOneElementsAlone(t *testing.T) {
	t.Parallel()
	doc := frame(t, marketer())
	places := map[string]string{}
	doc.Find("[data-key]").Each(func(_ int, element *goquery.Selection) {
		key, leads := element.AttrOr("data-key", ""), element.AttrOr("href", element.AttrOr("data-open", element.AttrOr("popovertarget", "")))
		if before, known := places[key]; known && before != leads {
			t.Errorf("%q leads to %s and to %s.", key, before, leads)
		}
		places[key] = leads
		if element.AttrOr("data-key-label", "")+element.AttrOr("aria-label", "") == "" {
			t.Errorf("%q has no words for the list of shortcuts.", key)
		}
	})
	for key := range places { // "g" alone would never let "g c" be typed
		for other := range places {
			if key != other && strings.HasPrefix(other, key+" ") {
				t.Errorf("%q hides %q.", key, other)
			}
		}
	}
	if places["Mod+K"] != "/app/search" || places["g c"] != "/app/contacts" || places["?"] != "#keys" {
		t.Errorf("Shortcuts lead to %v.", places)
	}
}

func TestEveryIconOfTheFrameIsThere(t *testing.T) {
	t.Parallel()
	operator := marketer()
	operator.User.Role, operator.Works = identity.RoleSuperadmin, 2
	doc := frame(t, operator)
	doc.Find("svg").Each(func(_ int, svg *goquery.Selection) {
		if svg.Children().Length() == 0 {
			html, _ := goquery.OuterHtml(svg.Parent())
			t.Errorf("An icon is missing: add it to ui/assets/icons.txt and run npm run vendor. %s", html)
		}
	})
	if work := doc.Find("#works"); !strings.Contains(work.Text(), "2 running") || work.AttrOr("hx-trigger", "") != "every 4s" {
		t.Errorf("The top bar says of what runs: %q.", work.Text())
	}
}

func TestCreateOffersOnlyWhatThePersonMay(t *testing.T) {
	t.Parallel()
	if doc := frame(t, marketer()); doc.Find(`#create-menu a[href="/app/contacts/new"]`).Length() != 1 {
		t.Error("A marketer can't create a contact.")
	}
	nobody := marketer()
	nobody.User.Role = "guest"
	if doc := frame(t, nobody); doc.Find("#create-menu").Length() != 0 {
		t.Error("Somebody who may create nothing is offered to.")
	}
}

func TestAPageOfTheSettingsStandsInTheirMenuAndLeadsBack(t *testing.T) {
	t.Parallel()
	ctx := page.With(t.Context(), page.Ctx{User: identity.Actor{Org: 1, User: 1, Role: identity.RoleUser}})
	for title, back := range map[string]string{"Users": "", "Invite a colleague": "/app/settings/users"} {
		var html strings.Builder
		if err := layout.SettingsPage(title, "/app/settings/users").Render(ctx, &html); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
		if err != nil {
			t.Fatal(err)
		}
		if doc.Find("h1").Text() != title || doc.Find("main header a").AttrOr("href", "") != back {
			t.Errorf("%s: headed %q, and leads back to %q.", title, doc.Find("h1").Text(), doc.Find("main header a").AttrOr("href", ""))
		}
		if doc.Find(`main nav [aria-current=page]`).AttrOr("href", "") != "/app/settings/users" || doc.Find(`main nav a[href="/app/settings/api-keys"]`).Length() != 0 {
			t.Errorf("%s: the menu does not show where one is, or shows what a user may not open.", title)
		}
	}
}

func TestTheMenuOffersWhatTheRoleMayCreate(t *testing.T) {
	t.Parallel()
	for role, want := range map[identity.Role]int{identity.RoleViewer: 0, identity.RoleUser: 7, identity.RoleAdmin: 7} {
		p := marketer()
		p.User.Role = role
		if offered := layout.Creations(page.With(t.Context(), p)); len(offered) != want {
			t.Errorf("%s may create %d kinds of things, want %d: %v", role, len(offered), want, offered)
		}
	}
}
