package component_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/component"
)

// listOf is a list of so many rows that stands at a page of 20.
func listOf(rows, page int) component.List {
	q := domain.PageQuery{Page: page, Search: "tag:news", OrderBy: "points", OrderDir: "asc"}.Normal()
	return component.ListOf("/app/x", "xs", q, domain.NewPage([]int{}, rows, q)).With("view", "3")
}

func TestPagesAreReachedByNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows, page int
		want       string
	}{
		{10, 1, ""},
		{21, 1, "1 2"},
		{100, 3, "1 2 3 4 5"},
		{200, 1, "1 2 … 10"},
		{200, 5, "1 … 4 5 6 … 10"},
		{200, 10, "1 … 9 10"},
		{200, 12, "1 … 10"}, // beyond the end
	} {
		doc := render(t, component.Pagination(listOf(c.rows, c.page)))
		if got := strings.Join(doc.Find("ul li").Map(func(_ int, s *goquery.Selection) string { return strings.TrimSpace(s.Text()) }), " "); got != c.want {
			t.Errorf("page %d of %d rows links to %q, want %q", c.page, c.rows, got, c.want)
		}
	}
	doc := render(t, component.Pagination(listOf(200, 5)))
	if doc.Find("[aria-current=page]").Text() != "5" || doc.Find(`a[aria-label="Page 6"]`).AttrOr("href", "") != "/app/x?orderBy=points&orderDir=asc&page=6&search=tag%3Anews&view=3" {
		t.Error("the pages do not keep the rest of the address")
	}
	for _, id := range []string{"xs-limit", "xs-jump"} {
		if doc.Find("label[for="+id+"]").Length() != 1 || doc.Find("#"+id).Closest("form").Find("input[name=view][value='3']").Length() != 1 {
			t.Errorf("#%s has no label, or its form loses the view", id)
		}
	}
}

func TestAViewsSearchCanBeEmptied(t *testing.T) {
	t.Parallel()
	list := listOf(3, 1)
	if got := list.Searching(""); !strings.Contains(got, "search=&") || !strings.Contains(got, "view=3") {
		t.Errorf("the list without a search is %s, where the search of the view would come back", got)
	}
	list.Filter = nil
	if got := list.Searching(""); strings.Contains(got, "search") {
		t.Errorf("the list without a search is %s", got)
	}
}

func TestAListThatWasNotCountedToItsEndSaysSo(t *testing.T) {
	t.Parallel()
	list := listOf(10_000, 1)
	list.Capped = true
	doc := render(t, component.ListBody(list))
	if got := doc.Find("#xs").AttrOr("data-total-text", ""); got != "10\u202f000+" {
		t.Errorf("it has %q rows", got)
	}
}

func TestChipsSayWhatTheyRemove(t *testing.T) {
	t.Parallel()
	doc := render(t, component.Chips(listOf(1, 1), []component.Chip{{Label: "Tag: <b>", Remove: "/app/x"}, {Label: "Points > 3", Remove: "/app/x?search=a"}}))
	names := doc.Find("li a").Map(func(_ int, s *goquery.Selection) string {
		return s.AttrOr("aria-label", "") + " " + s.AttrOr("href", "")
	})
	if strings.Join(names, ", ") != "Remove the filter Tag: <b> /app/x, Remove the filter Points > 3 /app/x?search=a" {
		t.Errorf("chips are %v", names)
	}
	if target := doc.Find("li a").AttrOr("hx-target", ""); target != "#"+component.RegionID("xs") {
		t.Errorf("a chip replaces %s, where the search box is not", target)
	}
}

func TestTheBulkBarLeadsToItsDialogs(t *testing.T) {
	t.Parallel()
	doc := render(t, component.BulkBar(listOf(5, 1), []component.BulkAction{
		{Label: "Tag", Icon: "tag", Href: "/app/x/dialog?action=tag"}, {Label: "Delete", Icon: "trash-2", Href: "/app/x/dialog?action=delete", Quiet: true, Bad: true},
	}))
	if _, hidden := doc.Find("[role=toolbar]").Attr("hidden"); !hidden {
		t.Error("the bar shows before anything is chosen")
	}
	for i, href := range []string{"/app/x/dialog?action=tag", "/app/x/dialog?action=delete"} {
		ask := doc.Find("[hx-get]").Eq(i)
		if ask.AttrOr("hx-get", "") != href || ask.AttrOr("hx-target", "") != "#modal-box" || doc.Find(ask.AttrOr("hx-include", "")).Length() != 1 {
			t.Errorf("action %s asks %v", strconv.Itoa(i), ask.Nodes)
		}
	}
	form := doc.Find("form[data-bulk-form]")
	if form.Find("[name=search]").AttrOr("value", "") != "tag:news" || form.Find("[name=view]").AttrOr("value", "") != "3" {
		t.Error("the bar does not send the query")
	}
}

func TestAFinderIsAComboboxThatKeepsTheListWhenRefused(t *testing.T) {
	t.Parallel()
	list := listOf(5, 1)
	doc := render(t, component.Finder(list, component.FinderProps{Label: "Search", Suggest: "/app/x/suggest", Help: []component.SearchHelp{{Example: "tag:<b>", Hint: "Tags"}}}))
	input := doc.Find("input[role=combobox]")
	if doc.Find("#"+input.AttrOr("aria-controls", "")).AttrOr("role", "") != "listbox" || input.AttrOr("aria-expanded", "") != "false" {
		t.Error("the box does not control a list of suggestions")
	}
	if got := doc.Find("form").AttrOr("hx-status:422", ""); !strings.Contains(got, list.ProblemID()) {
		t.Errorf("a refused search goes to %q", got)
	}
	if !strings.Contains(doc.Find("[popover] code").Text(), "tag:<b>") {
		t.Error("the help does not explain the commands")
	}
	options := render(t, component.Suggestions(component.SuggestionsProps{List: "xs", From: 1, To: 2, Items: []component.Suggestion{{Insert: "a:", Label: "a:"}, {Insert: "b:", Label: "b:"}}}))
	if options.Find("#xs-suggestions-1[role=option][aria-selected=false][data-from='1'][data-to='2']").AttrOr("data-insert", "") != "b:" {
		t.Error("suggestions do not say what they replace")
	}
}

func TestPhonesSayWhatACellHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		column component.Column
		label  string // before the cell on phones
		class  string
	}{
		{component.Column{Label: "Points", Number: true}, "Points", "text-end tabular-nums"},
		{component.Column{Label: "Email", Plain: true}, "", ""},
		{component.Column{Label: "State", Aside: true}, "", "row-aside"},
		{component.Column{Label: "Actions", Mute: true}, "", "text-end row-aside"},
		{component.Column{Label: "By", Wide: true}, "By", "max-md:hidden"},
	} {
		var html bytes.Buffer
		if err := component.Cell(c.column).Render(t.Context(), &html); err != nil {
			t.Fatal(err)
		}
		// Outside of a table, a td is dropped when the page is read.
		cell := strings.NewReplacer("<td", "<div", "</td>", "</div>").Replace(html.String())
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(cell))
		if err != nil {
			t.Fatal(err)
		}
		got := doc.Find("body > div")
		if got.AttrOr("data-label", "") != c.label || got.AttrOr("class", "") != c.class {
			t.Errorf("%+v is shown as %s", c.column, cell)
		}
	}
}

func TestOnlyThePageScrollsUpAndDown(t *testing.T) {
	t.Parallel()
	list := listOf(500, 1)
	list.Query.Limit = 100
	doc := render(t, component.Table("Things", []component.Column{{Label: "Name", Sort: "name"}, {Label: "Buttons", Mute: true}}, list))
	if class := doc.Find("[role=region]").AttrOr("class", ""); class != "table-scroll" {
		t.Errorf("the table stands in a box of its own: %q", class)
	}
	if doc.Find("th").Last().Find(".sr-only").Text() != "Buttons" || doc.Find("th[aria-sort]").Length() != 1 {
		t.Error("the heads are not as the columns say")
	}
}
