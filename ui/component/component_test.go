package component_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestAFieldIsReadWithItsHintAndError(t *testing.T) {
	t.Parallel()
	doc := render(t, component.Field(component.FieldProps{
		Name: "email", Label: "Email", Value: `"><script>`, Hint: "Where we reach them.", Error: "Not an address.", Required: true,
	}))
	input := doc.Find("input#f-email")
	if input.AttrOr("value", "") != `"><script>` || doc.Find("script").Length() > 0 {
		t.Error("The value is not escaped.")
	}
	if input.AttrOr("aria-invalid", "") != "true" {
		t.Error("The field is not marked as invalid.")
	}
	for id := range strings.FieldsSeq(input.AttrOr("aria-describedby", "")) {
		if doc.Find("#"+id).Length() != 1 {
			t.Errorf("The field is described by #%s, which is not there.", id)
		}
	}
	if label := doc.Find("label").AttrOr("for", ""); label != "f-email" {
		t.Errorf("The label is for %q.", label)
	}
}

func TestErrorsOfAFormLinkToTheirFields(t *testing.T) {
	t.Parallel()
	var found domain.Findings
	found.Add("email", "Not an address.")
	found.Add("name", "Give it a name.")
	errs, ok := component.ErrorsFrom(t.Context(), found.Err())
	if !ok || errs.On("name") != "Give it a name." || errs.On("phone") != "" {
		t.Fatalf("Got %v, %v.", errs, ok)
	}
	doc := render(t, component.FormErrors(errs))
	if doc.Find(`[role=alert][autofocus] a[href="#f-email"]`).Length() != 1 || doc.Find("li").Length() != 2 {
		t.Error("The summary does not lead to the fields.")
	}
}

func TestAnErrorThatIsNotThePersonsIsNotTheForms(t *testing.T) {
	t.Parallel()
	for _, err := range []error{nil, context.Canceled, domain.NotFound("Gone."), domain.Forbidden("No.")} {
		if _, ok := component.ErrorsFrom(t.Context(), err); ok {
			t.Errorf("%v is shown in the form.", err)
		}
	}
}

func TestIconButtonsHaveANameToBeReadAloud(t *testing.T) {
	t.Parallel()
	doc := render(t, component.Button(component.ButtonProps{Label: "Close", Icon: "x", IconOnly: true}))
	if doc.Find(`button[aria-label="Close"][type=button] svg[aria-hidden=true] path`).Length() == 0 {
		t.Error("The button has no name, or no icon.")
	}
}

func TestAListKeepsItsFilterWhileSortedAndPaged(t *testing.T) {
	t.Parallel()
	q := domain.PageQuery{Page: 2, Search: "a&b", OrderBy: "name", OrderDir: "asc"}.Normal()
	list := component.ListOf("/app/contacts", "contacts", q, domain.NewPage([]int{1}, 45, q)).With("tag", "vip").With("state", "")
	doc := render(t, component.Pagination(list))
	if text := doc.Find("p").Text(); !strings.Contains(text, "21–40 of 45") {
		t.Errorf("The pages say %q.", text)
	}
	previous, _ := doc.Find(`[aria-label="Previous"]`).Attr("href")
	next, _ := doc.Find(`[aria-label="Next"]`).Attr("href")
	if previous != "/app/contacts?orderBy=name&orderDir=asc&search=a%26b&tag=vip" {
		t.Errorf("Previous leads to %s.", previous)
	}
	if !strings.Contains(next, "page=3") || !strings.Contains(next, "tag=vip") {
		t.Errorf("Next leads to %s.", next)
	}
	heads := render(t, component.Table("Contacts", []component.Column{{Label: "Name", Sort: "name"}, {Label: "Points"}}, list))
	if heads.Find(`th[aria-sort=ascending] a[href*="orderDir=desc"]:not([href*="page="])`).Length() != 1 {
		t.Error("The sorted column does not lead to the other direction.")
	}
}

func TestAListOnOnePageSaysHowManyThereAre(t *testing.T) {
	t.Parallel()
	q := domain.PageQuery{}.Normal()
	one := component.ListOf("/app/contacts", "contacts", q, domain.NewPage([]int{1, 2, 3}, 3, q))
	if text := strings.TrimSpace(render(t, component.Pagination(one)).Find("p").Text()); text != "3 in all" {
		t.Errorf("Three contacts are told as %q.", text)
	}
	none := component.ListOf("/app/contacts", "contacts", q, domain.NewPage([]int{}, 0, q))
	if !none.Empty() || none.With("tag", "vip").Empty() || one.Empty() {
		t.Error("A list is empty when there is nothing to search, not when nothing was found.")
	}
}

func TestTheHeadOfAColumnOfButtonsIsOnlyReadAloud(t *testing.T) {
	t.Parallel()
	heads := render(t, component.Table("Keys", []component.Column{{Label: "Name"}, {Label: "Actions", Mute: true}}, component.List{}))
	if heads.Find("th .sr-only").Text() != "Actions" || heads.Find("th").Last().HasClass("text-end") == false {
		t.Error("The head of the buttons is shown, or missing.")
	}
}

func TestTheSearchBoxKeepsFiltersToo(t *testing.T) {
	t.Parallel()
	list := component.List{Path: "/app/contacts", ID: "contacts"}.With("tag", "vip")
	doc := render(t, component.SearchBox(list, "Search contacts"))
	if doc.Find(`form[action="/app/contacts"] input[type=hidden][name=tag][value=vip]`).Length() != 1 {
		t.Error("The tag is lost by searching.")
	}
	// The button that empties the box shows while something stands there: CSS tells by the placeholder.
	box := doc.Find("input[type=search]")
	if box.AttrOr("placeholder", "") == "" || box.AttrOr("aria-label", "") != "Search contacts" || box.SiblingsFiltered("button[data-clear][aria-label]").Length() != 1 {
		t.Error("The search box has no name, or no button that empties it.")
	}
	if trigger := doc.Find("form").AttrOr("hx-trigger", ""); !strings.Contains(trigger, "input[type=search]") {
		t.Errorf("It listens to %q, which may be the hidden input of a filter.", trigger)
	}
}

func TestFiguresAndSpansReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	kathmandu := time.FixedZone("NPT", 5*3600+45*60)
	ctx := page.With(context.Background(), page.Ctx{Zone: kathmandu, Now: now})
	for got, want := range map[string]string{
		component.Count(12482):                                   "12\u202f482",
		component.Count(-1000):                                   "−1\u202f000",
		component.Count(7):                                       "7",
		component.Duration(ctx, 90*time.Minute):                  "1 hour 30 minutes",
		component.Duration(ctx, 48*time.Hour):                    "2 days",
		component.Duration(ctx, 0):                               "a moment",
		component.DateTime(ctx, now):                             "23 Nov, 14:45",
		component.DateTime(ctx, now.AddDate(1, 0, 0)):            "23 Nov 2027, 14:45",
		component.Ago(ctx, now.Add(-5*time.Minute)):              "5 minutes ago",
		component.Ago(ctx, now.Add(-10*time.Second)):             "just now",
		component.Until(ctx, now.Add(90*time.Second)):            "23 Nov, 14:46 (in 1 minute 30 seconds)",
		component.Until(ctx, now.AddDate(0, 0, 2)):               "25 Nov, 14:45",
		component.Until(ctx, now.Add(-time.Second)):              "23 Nov, 14:44",
		component.Date(ctx, now.Add(-15*time.Hour)):              "22 Nov 2026",
		component.Ago(ctx, now.Add(-8*24*time.Hour)):             "15 Nov, 14:45",
		component.Ago(ctx, now.Add(-2*24*time.Hour-time.Minute)): "2 days ago",
	} {
		if got != want {
			t.Errorf("Got %q, want %q.", got, want)
		}
	}
}
