package crmui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// signIn lets a member of the organization use the browser.
func (b *browser) signIn(name, email string, role identity.Role) identity.UserID {
	b.t.Helper()
	var id identity.UserID
	err := b.db.Pool().QueryRow(b.ctx, `with u as (insert into identity.users (name, email) values ($1, $2) returning id)
		insert into identity.org_members (org_id, user_id, role) select $3, id, $4 from u returning user_id`, name, email, b.org, role).Scan(&id)
	if err != nil {
		b.t.Fatal(err)
	}
	*b.actor = identity.Actor{Org: b.org, User: id, Name: name, Email: email, Role: role}
	b.ctx = identity.WithActor(b.t.Context(), *b.actor)
	return id
}

// three stores three contacts and a custom field.
func (b *browser) three() {
	b.t.Helper()
	if _, err := b.db.Pool().Exec(b.ctx, "insert into crm.fields (org_id, alias, label, type) values ($1, 'city', 'Home town', 'text')", b.org); err != nil {
		b.t.Fatal(err)
	}
	for i, in := range []crm.ContactInput{
		{Firstname: new("Anna"), Email: new("anna@example.com"), Tags: []string{"news", "big customers"}, Fields: map[string]any{"city": "Köln"}},
		{Firstname: new("Ben"), Email: new("ben@example.com"), Tags: []string{"news"}},
		{Firstname: new("<b>Cleo"), Email: new("cleo@example.com")},
	} {
		in.Points = new(10 * i)
		if _, err := b.contacts.CreateContact(b.ctx, b.org, in); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (a answer) names() string {
	return strings.Join(a.doc.Find("tbody a.row-link").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), " ")
}

func find(search string) string { return "/app/contacts?" + url.Values{"search": {search}}.Encode() }

func (a answer) attr(selector, name string) string { return a.doc.Find(selector).AttrOr(name, "") }

func uniqueIDs(t *testing.T, a answer) {
	t.Helper()
	seen := map[string]bool{}
	a.doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if seen[id] {
			t.Errorf("the id %q is there twice", id)
		}
		seen[id] = true
	})
	a.doc.Find("[aria-controls], [popovertarget], [form], label[for]").Each(func(_ int, s *goquery.Selection) {
		for _, name := range []string{"aria-controls", "popovertarget", "form", "for"} {
			if id, ok := s.Attr(name); ok && !seen[id] {
				t.Errorf("%s names #%s, which is not there", name, id)
			}
		}
	})
}

func TestChipsAndTextAreOneQuery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	a := b.get(find(`a tag:"big customers" !points:>5 city:köln (tag:news OR is:mine)`))
	b.is(a.names(), "Anna")
	b.is(a.attr("input[type=search]", "value"), `a tag:"big customers" !points:>5 city:köln (tag:news OR is:mine)`)
	chips := a.doc.Find("[aria-label=Filters] li").Map(func(_ int, s *goquery.Selection) string { return strings.TrimSpace(s.Text()) })
	b.is(strings.Join(chips, " | "), "Tag: big customers | not Points > 5 | Home town: köln")
	remove := a.attr(`a[aria-label="Remove the filter not Points > 5"]`, "href")
	address, err := url.Parse(remove)
	if err != nil {
		t.Fatal(err)
	}
	b.is(address.Query().Get("search"), `a tag:"big customers" city:köln (tag:news OR is:mine)`)
	b.is(b.get(remove).names(), "Anna")
	uniqueIDs(t, a)
}

func TestASearchThatCannotBeReadLeavesTheList(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	a := b.get(find("tga:news"), fragment("contacts")...)
	b.is(fmt.Sprint(a.StatusCode), "422")
	if !strings.Contains(a.text("body"), "Did you mean “tag:”?") || a.doc.Find("table, section").Length() > 0 {
		t.Errorf("htmx gets %s", a.text("body"))
	}
	b.is(a.attr("a", "href"), find("tag:news"))
	ask := b.get("/app/contacts").doc.Find("form[role=search]")
	if target := ask.AttrOr("hx-status:422", ""); !strings.Contains(target, "#contacts-problem") {
		t.Errorf("a 422 goes to %q", target)
	}
	whole := b.get(find("(anna"))
	b.is(fmt.Sprint(whole.StatusCode), "422")
	b.is(whole.attr("input[type=search]", "value"), "(anna")
	if !strings.Contains(whole.text("#contacts"), "The bracket at position 1 is never closed.") || whole.names() != "" {
		t.Errorf("the page says %s", whole.text("#contacts"))
	}
}

func TestLinksOfTagsAndSegmentsBecomeSearches(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.get("/app/contacts?tag=big+customers&search=anna")
	b.is(a.Header.Get("Location"), find(`anna tag:"big customers"`))
	b.is(b.get("/app/contacts?segment=spring-fair").Header.Get("Location"), find("segment:spring-fair"))
}

func TestRowsAreSelectedWithLabels(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	a := b.get("/app/contacts?orderBy=points&orderDir=asc")
	b.is(a.text("tbody tr:first-child label"), "Select Anna")
	b.is(a.attr("tbody tr:first-child [data-bulk-row]", "value"), "1")
	b.is(a.text("thead label"), "Select all on this page")
	b.is(a.attr("[data-bulk-bar]", "role"), "toolbar")
	b.is(a.attr("#contacts", "data-total"), "3")
	for _, name := range []string{"ids", "all", "search"} {
		if a.doc.Find("#contacts-bulk input[name="+name+"]").Length() != 1 {
			t.Errorf("the bulk bar does not send %s", name)
		}
	}
	a.doc.Find("[data-bulk-bar] [hx-get]").Each(func(_ int, s *goquery.Selection) {
		if !strings.HasPrefix(s.AttrOr("hx-get", ""), "/app/contacts/bulk/dialog?action=") || s.AttrOr("hx-include", "") != "#contacts-bulk" {
			t.Errorf("an action asks %s with %s", s.AttrOr("hx-get", ""), s.AttrOr("hx-include", ""))
		}
	})
	b.is(a.attr("th[aria-sort=ascending] a", "href"), "/app/contacts?orderBy=points&orderDir=desc")
	b.is(a.attr("#contacts input[name=orderBy][form=contacts-finder]", "value"), "points")
	uniqueIDs(t, a)
}

func TestColumnsAreChosenAndRemembered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	b.signIn("Anna", "anna@acme.example", identity.RoleUser)
	heads := func(a answer) string {
		return strings.Join(a.doc.Find("thead th:not(:first-child)").Map(func(_ int, s *goquery.Selection) string { return strings.TrimSpace(s.Text()) }), " ")
	}
	b.is(heads(b.get("/app/contacts")), "Name Email Company Tags Points Created")

	a := b.post("/app/contacts/columns", url.Values{"columns": {"fields.city", "points", "nonsense"}, "back": {"/app/contacts?search=anna"}})
	b.is(a.Header.Get("Location"), "/app/contacts?search=anna")
	a = b.get("/app/contacts?search=anna")
	b.is(heads(a), "Name Home town Points")
	b.is(a.text("tbody td:nth-child(3)"), "Köln")
	b.is(a.attr("[data-columns] li:first-child input", "value"), "fields.city")
	b.is(heads(b.get("/app/contacts?columns=email,email")), "Name Email")

	b.post("/app/contacts/columns", url.Values{"reset": {"1"}, "columns": {"id"}, "back": {"https://evil.example/app/contacts"}})
	b.is(heads(b.get("/app/contacts")), "Name Email Company Tags Points Created")
	a = b.post("/app/contacts/columns", url.Values{"columns": {"id"}, "back": {"//evil.example/app/contacts"}})
	b.is(a.Header.Get("Location"), "/app/contacts")
}

func TestViewsAreKeptChangedAndUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	b.signIn("Anna", "anna@acme.example", identity.RoleUser)
	plain := b.get(find("tag:news"))
	b.is(plain.attr("#contacts [hx-get='/app/contacts/views/new']", "hx-target"), "#modal-box")
	dialog := b.get("/app/contacts/views/new?search=tag:news&orderBy=points&orderDir=asc")
	b.is(dialog.attr("input[name=search]", "value"), "tag:news")

	refused := b.post("/app/contacts/views", url.Values{"name": {" "}, "search": {"tag:news"}}, "HX-Request", "true")
	b.is(fmt.Sprint(refused.StatusCode), "422")
	b.is(refused.text("#f-name-error"), "A view needs a name.")
	kept := b.post("/app/contacts/views", url.Values{"name": {"News"}, "search": {"tag:news"}, "orderBy": {"points"}, "orderDir": {"asc"}, "shared": {"true"}})
	b.is(kept.Header.Get("Location"), "/app/contacts?view=1")

	a := b.get("/app/contacts?view=1")
	b.is(a.names(), "Anna Ben")
	b.is(a.attr("input[type=search]", "value"), "tag:news")
	b.is(a.text("nav[aria-label=Views] [aria-current=page]"), "News shared")
	if strings.Contains(a.text("#contacts"), "Custom view") {
		t.Error("the view as it is kept is called custom")
	}
	custom := b.get("/app/contacts?view=1&search=&orderBy=points&orderDir=asc")
	b.is(custom.names(), "Anna Ben <b>Cleo")
	if !strings.Contains(custom.text("#contacts"), "Custom view") || custom.doc.Find("[hx-post='/app/contacts/views/1']").Length() != 1 {
		t.Error("a changed view can't be saved")
	}
	if next := custom.attr("th[aria-sort=ascending] a", "href"); !strings.Contains(next, "search=&") {
		t.Errorf("sorting leads to %s, where the search of the view comes back", next)
	}
	b.post("/app/contacts/views/1", url.Values{"search": {"tag:news points:>5"}, "orderBy": {""}, "orderDir": {""}, "columns": {"email"}})
	b.is(b.get("/app/contacts?view=1").names(), "Ben")
	b.post("/app/contacts/views/1", url.Values{"name": {"Best"}, "shared": {""}})
	b.is(b.get("/app/contacts").text("nav[aria-label=Views] li:nth-child(2)"), "Best")

	gone := b.post("/app/contacts/views/1/delete", nil)
	b.is(gone.Header.Get("Location"), "/app/contacts")
	b.is(fmt.Sprint(b.get("/app/contacts").doc.Find("nav[aria-label=Views] li").Length()), "1")
	b.is(b.post("/app/contacts/views/1/restore", nil).Header.Get("Location"), "/app/contacts?view=1")
}

func TestAColleaguesViewIsNotChangedHere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	b.signIn("Anna", "anna@acme.example", identity.RoleUser)
	b.post("/app/contacts/views", url.Values{"name": {"Shared"}, "shared": {"true"}})
	b.post("/app/contacts/views", url.Values{"name": {"Private"}})
	b.signIn("Ben", "ben@acme.example", identity.RoleUser)
	a := b.get("/app/contacts?view=1&search=anna")
	b.is(fmt.Sprint(a.doc.Find("nav[aria-label=Views] li").Length()), "2")
	if a.doc.Find("#contacts-view, [hx-post^='/app/contacts/views/1']").Length() > 0 || a.doc.Find("[hx-get='/app/contacts/views/new']").Length() != 1 {
		t.Error("a colleague's view is offered to be changed, or not to be copied")
	}
	b.is(fmt.Sprint(b.post("/app/contacts/views/1", url.Values{"name": {"Mine"}}).StatusCode), "403")
	b.is(fmt.Sprint(b.get("/app/contacts/views/2/edit").StatusCode), "404")
}

func TestTheSearchBoxCompletes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	b.signIn("Anna Sales", "anna@acme.example", identity.RoleUser)
	if _, err := b.contacts.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Spring fair"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.contacts.UpdateContact(b.ctx, b.org, 1, crm.ContactPatch{Stage: new("Lead")}); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"ta":          "tag:",
		"tag:":        `"big customers"  news `,
		"tag:cust":    `"big customers" `,
		"segment:fa":  "spring-fair ",
		"owner:sal":   "anna@acme.example ",
		"stage:l":     "lead ",
		"is:m":        "mine ",
		"created:>":   "",
		"cit":         "city:",
		"nothing":     "",
		"points:>1":   "",
		"x !dnc:sm":   "sms ",
		`tag:"big cu`: `"big customers" `,
	} {
		a := b.get("/app/contacts/suggest?" + url.Values{"search": {typed}, "at": {fmt.Sprint(len([]rune(typed)))}}.Encode())
		options := a.doc.Find("[role=option]")
		got := strings.Join(options.Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("data-insert", "") }), " ")
		if got != want {
			t.Errorf("%q is completed by %q, want %q", typed, got, want)
		}
	}
	a := b.get("/app/contacts")
	b.is(a.attr("input[role=combobox]", "aria-controls"), a.attr("[role=listbox]", "id"))
	if !strings.Contains(a.text("#contacts-help"), "tag:newsContacts with a tag") || !strings.Contains(a.text("#contacts-help"), "city:…Home town") {
		t.Errorf("the help says %s", a.text("#contacts-help"))
	}
}

func TestWhoMayNotSeeContactsIsToldSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	*b.actor = identity.Actor{Org: b.org, User: 1, Name: "Guest", Role: "guest"}
	a := b.get("/app/contacts")
	b.is(fmt.Sprint(a.StatusCode), fmt.Sprint(http.StatusForbidden))
	if !strings.Contains(a.text("body"), "You may not see this") {
		t.Errorf("the page says %s", a.text("body"))
	}
}

func TestAListThatCannotBeReadSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.three()
	b.database.away = true
	a := b.get(find("anna"))
	b.is(fmt.Sprint(a.StatusCode), fmt.Sprint(http.StatusServiceUnavailable))
	b.is(a.text("#contacts h2"), "This could not be loaded")
	b.is(a.attr("#contacts a", "href"), find("anna"))
	a = b.get(find("anna"), fragment("contacts")...)
	if a.Header.Get("HX-Reswap") != "none" {
		t.Error("the list that is there does not stay")
	}
}

func TestEveryCommandHasAHintInTheCatalogue(t *testing.T) {
	t.Parallel()
	catalogue, err := os.ReadFile("../words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range crm.ContactCommands(nil) {
		if !strings.Contains(string(catalogue), fmt.Sprintf("%q: {", c.Hint)) {
			t.Errorf("%q of the command %s is not marked for translators", c.Hint, c.Name)
		}
	}
}
