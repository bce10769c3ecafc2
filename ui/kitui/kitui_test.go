package kitui_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/kitui"
	"github.com/mauntic/mauntic/ui/page"
)

func ask(t *testing.T, method, path, target string) (*http.Response, string) {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true})
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(page.With(context.Background(), page.Ctx{User: identity.Actor{Org: 1, User: 1, Role: identity.RoleUser}}))
		return c.Next()
	})
	kitui.Register(app)
	request := httptest.NewRequest(method, path, nil)
	if target != "" {
		request.Header.Set("HX-Request", "true")
		request.Header.Set("HX-Target", target)
	}
	response, err := app.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func kit(t *testing.T, path string) *goquery.Document {
	t.Helper()
	_, body := ask(t, fiber.MethodGet, path, "")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// What holds for the kit holds for the pages that are built from it.
func TestEveryComponentIsNamedAndKeepsThePolicy(t *testing.T) {
	t.Parallel()
	doc := kit(t, kitui.Path)
	if doc.Find("h1").Length() != 1 || doc.Find("[style], main script").Length() > 0 {
		t.Error("The page needs one h1 and nothing inline.")
	}
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, element *goquery.Selection) {
		id := element.AttrOr("id", "")
		if seen[id] {
			t.Errorf("The id %s is there twice.", id)
		}
		seen[id] = true
	})
	doc.Find("main input, main select, main textarea").Each(func(_ int, control *goquery.Selection) {
		labelled := control.Closest("label").Length() > 0 || doc.Find(`label[for="`+control.AttrOr("id", "-")+`"]`).Length() == 1
		if !labelled {
			t.Errorf("The control %s has no label.", control.AttrOr("name", ""))
		}
		for id := range strings.FieldsSeq(control.AttrOr("aria-describedby", "")) {
			if !seen[id] {
				t.Errorf("%s is described by #%s, which is not there.", control.AttrOr("name", ""), id)
			}
		}
	})
	doc.Find("main button, main a[href]").Each(func(_ int, control *goquery.Selection) {
		if control.AttrOr("aria-label", "")+strings.TrimSpace(control.Text()) == "" {
			html, _ := goquery.OuterHtml(control)
			t.Errorf("A control has no name: %s", html)
		}
	})
	doc.Find("[popovertarget]").Each(func(_ int, opener *goquery.Selection) {
		if !seen[opener.AttrOr("popovertarget", "")] {
			t.Errorf("#%s is opened, but not there.", opener.AttrOr("popovertarget", ""))
		}
	})
}

func TestTheKitShowsBothThemes(t *testing.T) {
	t.Parallel()
	for theme, want := range map[string]string{"light": "mauntic", "dark": "mauntic-dark"} {
		if got := kit(t, kitui.Path+"?theme="+theme).Find("html").AttrOr("data-theme", ""); got != want {
			t.Errorf("%s is %q.", theme, got)
		}
	}
}

func TestASelectWithSearchWorksWithoutScriptsToo(t *testing.T) {
	t.Parallel()
	doc := kit(t, kitui.Path)
	several := doc.Find("select[multiple][data-search-select][name=kit-tags]")
	if several.Find("option[selected]").Length() != 2 || several.AttrOr("data-create", "") == "" {
		t.Error("The tags that are chosen are not selected, or new ones can't be made.")
	}
	remote := doc.Find("select[data-remote]").AttrOr("data-remote", "")
	response, body := ask(t, fiber.MethodGet, remote+"?q=LIS", "")
	if want := `[{"value":"lis","label":"Lisbon","sub":"Portugal"}]`; response.StatusCode != fiber.StatusOK || body != want {
		t.Errorf("%s answers %d %s.", remote, response.StatusCode, body)
	}
}

func TestARefusedFormComesBackAsAFragmentWithItsErrors(t *testing.T) {
	t.Parallel()
	response, body := ask(t, fiber.MethodPost, kitui.Path+"/wrong", "form#kit-form")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != fiber.StatusUnprocessableEntity || doc.Find("h1").Length() > 0 || doc.Find("form[data-refused] [role=alert] li a").Length() != 2 {
		t.Errorf("Got %d %s", response.StatusCode, body)
	}
	if doc.Find(`input[aria-invalid=true]`).Length() != 2 {
		t.Error("The fields are not marked.")
	}
}

func TestAToastOffersToTakeBackWhatWasDone(t *testing.T) {
	t.Parallel()
	response, _ := ask(t, fiber.MethodPost, kitui.Path+"/answer?say=undo", "button#x")
	if said := response.Header.Get("HX-Trigger"); !strings.Contains(said, `"undo":"/app/_kit/answer?say=undone"`) {
		t.Errorf("Got %s.", said)
	}
}
