package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"
	"golang.org/x/text/language"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/operationsstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/campaignui"
	"github.com/mauntic/mauntic/ui/crmui"
	"github.com/mauntic/mauntic/ui/homeui"
	"github.com/mauntic/mauntic/ui/identityui"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/messagingui"
	"github.com/mauntic/mauntic/ui/operationsui"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/publicui"
	"github.com/mauntic/mauntic/ui/searchui"
	"github.com/mauntic/mauntic/ui/shellui"
	"github.com/mauntic/mauntic/ui/words"
)

// TestPagesSpeakTheLanguageOfTheirCatalogue opens the pages in a language whose every letter is one that
// English does not have, over records with Greek names. What is left in English letters was said beside
// the catalogue.
func TestPagesSpeakTheLanguageOfTheirCatalogue(t *testing.T) {
	t.Parallel()
	crawl := newCrawl(t)
	for len(crawl.todo) > 0 {
		path := crawl.todo[0]
		crawl.todo = crawl.todo[1:]
		crawl.open(path)
	}
	for _, action := range slices.Sorted(maps.Keys(crawl.forms)) { // what one of them changes, the next ones show
		crawl.send(action)
	}
	if len(crawl.seen) < 60 || len(crawl.forms) < 20 {
		t.Errorf("Only %d pages and %d forms were found.", len(crawl.seen), len(crawl.forms))
	}
}

// foreign are the letters of the language, in the order of the alphabet.
const foreign = "âƀçđéƒĝĥîĵķļɱñôƥɋŕšţûṽŵẋýž"

// kept are the parts of a text that are not written in letters: places for data, verbs, layouts of times.
var kept = regexp.MustCompile(`\{\{.*?\}\}|%\[?\d*\]?[.\d]*[a-z]|\b(Jan|2006|15:04)\b`)

// foreignText writes a text in the letters of the language.
func foreignText(text string) string {
	var out strings.Builder
	letters := []rune(foreign)
	write := func(part string) {
		for _, r := range part {
			switch {
			case r >= 'a' && r <= 'z':
				r = letters[r-'a']
			case r >= 'A' && r <= 'Z':
				r = unicode.ToUpper(letters[r-'A'])
			}
			out.WriteRune(r)
		}
	}
	for at := kept.FindStringIndex(text); at != nil; at = kept.FindStringIndex(text) {
		write(text[:at[0]])
		out.WriteString(text[at[0]:at[1]])
		text = text[at[1]:]
	}
	write(text)
	return out.String()
}

func foreignCatalogue(t *testing.T) words.Catalogue {
	t.Helper()
	source, err := os.ReadFile("words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	messages := map[string]map[string]string{}
	if err := json.Unmarshal(source, &messages); err != nil {
		t.Fatal(err)
	}
	for _, forms := range messages {
		for form, text := range forms {
			forms[form] = foreignText(text)
		}
	}
	if source, err = json.Marshal(messages); err != nil {
		t.Fatal(err)
	}
	catalogue, err := words.Read(language.MustParse("en-XA"), source)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// crawl goes through the pages as one who may see all of them.
type crawl struct {
	t     *testing.T
	app   *fiber.App
	todo  []string
	seen  map[string]bool // paths, with numbers taken out
	forms map[string]bool // where forms are sent to
	told  map[string]bool
}

func newCrawl(t *testing.T) *crawl {
	t.Helper()
	db := storetest.New(t)
	w := world.On(t, db, storetest.Org(t, db, "Ακμή"), still{})
	user, pages := fill(t, w)
	actor := identity.Actor{Org: w.Org, User: user.ID, Name: user.Name, Email: user.Email, Role: identity.RoleSuperadmin}
	c := &crawl{
		t: t, app: wholeApp(w, actor, foreignCatalogue(t).Speak), seen: map[string]bool{}, forms: map[string]bool{}, told: map[string]bool{},
	}
	c.follow("/app/dashboard", "/app/contacts", "/app/settings", "/app/campaigns/new", "/app/contacts?search=nix:1", "/app/contacts?search=%28", "/login", "/forgot", "/app/nothing", "/app/emails/new/preview")
	c.todo = append(c.todo, pages...)
	for _, about := range []string{"campaign-1", "campaign-2", "email-1", "sms-1"} {
		c.todo = append(c.todo, "/app/why?contact=1&about="+about)
	}
	return c
}

// wholeApp has all pages, as one person sees them.
func wholeApp(w *world.World, actor identity.Actor, speak func(context.Context) context.Context) *fiber.App {
	app := fiber.New(fiber.Config{
		Immutable: true, StreamRequestBody: true, ErrorHandler: layout.ErrorHandler(slog.New(slog.DiscardHandler)),
	})
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(speak(identity.WithActor(c.UserContext(), actor)))
		return c.Next()
	})
	sessions := ui.NewSessions(ui.SessionOptions{Store: identitystore.NewSessions(w.DB), Identity: w.Identity})
	app.Use("/app", page.Middleware(w.Identity))
	shellui.Register(app, shellui.Deps{Identity: w.Identity, CRM: w.CRM})
	searchui.Register(app, searchui.Deps{CRM: w.CRM, Messaging: w.Messaging, Campaigns: w.Campaign})
	identityui.Register(app, identityui.Deps{Identity: w.Identity, Sessions: sessions})
	homeui.Register(app, homeui.Deps{Identity: w.Identity, CRM: w.CRM, Messaging: w.Messaging, Campaigns: w.Campaign})
	crmui.Register(app, crmui.Deps{Contacts: w.CRM, Messaging: w.Messaging, Identity: w.Identity})
	messagingui.Register(app, messagingui.Deps{Messaging: w.Messaging, CRM: w.CRM})
	campaignui.Register(app, campaignui.Deps{Campaigns: w.Campaign, CRM: w.CRM, Messaging: w.Messaging, Namespace: "mauntic"})
	service := operations.New(operations.Deps{Store: operationsstore.New(w.DB), Temporal: noTemporal{}, Process: func() operations.Process {
		return operations.Process{Version: "1.0", Started: time.Now()}
	}})
	publicui.Register(app, w.Messaging, slog.New(slog.DiscardHandler))
	operationsui.Register(app, operationsui.Deps{Operations: service, Campaigns: w.Campaign, Namespace: "mauntic"})
	return app
}

type noTemporal struct{}

func (noTemporal) Version(context.Context) (string, error)            { return "1.2.3", nil }
func (noTemporal) Queues(context.Context) ([]operations.Queue, error) { return nil, nil }

var digits = regexp.MustCompile(`\d+`)

// parts are what addresses ask for of which each value shows something else.
var parts = regexp.MustCompile(`search=|^(tab|show|state|step|kind|about)=[^&]*$`)

// follow remembers paths to open, one of each kind.
func (c *crawl) follow(paths ...string) {
	for _, path := range paths {
		path, _, _ = strings.Cut(path, "#")
		kind := digits.ReplaceAllString(path, "0")
		if before, asked, query := strings.Cut(kind, "?"); query && !parts.MatchString(asked) {
			kind = before + "?"
		}
		page := strings.HasPrefix(path, "/app") || path == "/login" || path == "/forgot"
		if page && !strings.Contains(path, ".") && !c.seen[kind] {
			c.seen[kind] = true
			c.todo = append(c.todo, path)
		}
	}
}

// answer is what a page, a form or a file answers.
type answer struct {
	status int
	to     string // where to go instead
	html   bool   // it is a page, or a part of one
	doc    *goquery.Document
}

// refuses says whether it is closed to whoever asks, or broken.
func (a answer) refuses() bool {
	return a.status == fiber.StatusForbidden || a.status >= fiber.StatusInternalServerError
}

// links are the addresses that it leads to.
func (a answer) links() (addresses []string) {
	for _, at := range []string{"href", "hx-get"} {
		a.doc.Find("[" + at + "]").Each(func(_ int, s *goquery.Selection) {
			addresses = append(addresses, s.AttrOr(at, ""))
		})
	}
	return addresses
}

// ask opens an address, or sends a form with nothing in it there.
func ask(t *testing.T, app *fiber.App, method, address string) answer {
	t.Helper()
	request := httptest.NewRequest(method, address, strings.NewReader(""))
	if method == fiber.MethodPost {
		request.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationForm)
	}
	response, err := app.Test(request, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	doc, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{
		status: response.StatusCode, to: response.Header.Get(fiber.HeaderLocation), doc: doc,
		html: strings.HasPrefix(response.Header.Get(fiber.HeaderContentType), fiber.MIMETextHTML),
	}
}

func (c *crawl) open(path string) {
	c.t.Helper()
	got := ask(c.t, c.app, fiber.MethodGet, path)
	if got.to != "" {
		c.follow(got.to)
		return
	}
	if !got.html {
		return
	}
	c.follow(got.links()...)
	got.doc.Find("form[method=post]").Each(func(_ int, s *goquery.Selection) {
		if action := s.AttrOr("action", path); strings.HasPrefix(action, "/") && action != "/logout" {
			c.forms[action] = true
		}
	})
	c.hear(path, got.doc)
}

// send sends a form with nothing in it, most of which are refused.
func (c *crawl) send(action string) {
	c.t.Helper()
	if got := ask(c.t, c.app, fiber.MethodPost, action); got.status < fiber.StatusInternalServerError {
		c.hear("The answer of "+action, got.doc)
	}
}

// hear reports what is said in English.
func (c *crawl) hear(where string, doc *goquery.Document) {
	c.t.Helper()
	for _, said := range visible(doc.Nodes[0]) {
		if english(said) && !c.told[said] {
			c.told[said] = true
			c.t.Errorf("%s says %q beside the catalogue.", where, said)
		}
	}
}

// visible returns the texts that people read or hear, except what is code.
func visible(node *html.Node) []string {
	var all []string
	switch node.Type {
	case html.TextNode:
		all = append(all, strings.Join(strings.Fields(node.Data), " "))
	case html.ElementNode:
		if slices.Contains([]string{"script", "style", "code", "kbd", "pre", "textarea", "svg", "noscript"}, node.Data) {
			return nil
		}
		for _, attr := range node.Attr {
			if slices.Contains([]string{"title", "placeholder", "aria-label", "alt", "aria-description", "label"}, attr.Key) || forScript(attr) {
				all = append(all, attr.Val)
			}
		}
	}
	for child := node.FirstChild; child != nil; child = child.NextSibling {
		all = append(all, visible(child)...)
	}
	return all
}

// forScript says whether an attribute holds a text that a script shows.
func forScript(attr html.Attribute) bool {
	return strings.HasPrefix(attr.Key, "data-") && strings.ContainsAny(attr.Val, " .") && !strings.ContainsAny(attr.Val, "[/#=>")
}

// data matches what is the same in all languages: addresses, time zones, search terms, tags of languages,
// names of products and formats, units, the provider of tests, and the sample person of previews. The made-up language has no
// names of other languages.
var (
	data = regexp.MustCompile(`https?://\S+|\S+@\S+|\b[A-Z]\w+/[A-Z][\w/]+|\{\{.*?\}\}|[\w-]+:[\w*“”".,<>=-]+|\b[a-z]{2}-[A-Z]{2}\b|/app\S*|` +
		`[\w.-]*\bexample\.(com|org)|\.txt\b|\b(Anna|Berg|Greek|filoi|mine|unowned|anonymous|sample|Mauntic|Temporal|PostgreSQL|Idempotency-Key|UTC|SMS|HTML|DKIM|SPF|DMARC|MX|UTF-8|Esc)\b|\btest(-[0-9a-f]{32})?\b`)
	letters = regexp.MustCompile(`[A-Za-z]{2}|\x1f`)
)

func english(said string) bool { return letters.MatchString(data.ReplaceAllString(said, "")) }

// fill makes one of each noun, and what happened to it. It returns who looks at it, and pages of which more
// than one kind is to be seen.
func fill(t *testing.T, w *world.World) (user identity.User, pages []string) {
	t.Helper()
	ctx := identity.WithActor(t.Context(), identity.Actor{Org: w.Org, APIKey: 1, Name: "Πρόγραμμα", Role: identity.RoleSuperadmin})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	user, _, err := w.Identity.CreateUser(ctx, w.Org, identity.UserInput{Name: "Άννα", Email: "anna@example.com", Role: identity.RoleSuperadmin})
	must(err)
	_, _, err = w.Identity.CreateAPIKey(ctx, w.Org, identity.APIKeyInput{Name: "Κλειδί", Role: identity.RoleUser})
	must(err)
	field, err := w.CRM.CreateField(ctx, w.Org, crm.FieldInput{Label: "Χώρος", Alias: "place", Type: crm.FieldSelect, Options: []crm.FieldOption{{Value: "α"}, {Value: "β"}}})
	must(err)
	segment, err := w.CRM.CreateSegment(ctx, w.Org, crm.SegmentInput{Name: "Φίλοι", Alias: "filoi"})
	must(err)
	contact, err := w.CRM.CreateContact(ctx, w.Org, crm.ContactInput{
		Firstname: new("Ελένη"), Lastname: new("Παππά"), Email: new("eleni@example.com"), Phone: new("+30 2101234567"), OwnerID: &user.ID,
		TimeZone: new("Europe/Athens"), PreferredChannel: new(crm.SMS), Locale: new("el"), Tags: []string{"νέα"}, Fields: map[string]any{field.Alias: "α"},
	})
	must(err)
	_, err = w.CRM.AddToSegment(ctx, w.Org, segment.ID, []crm.ContactID{contact.ID}, "Φίλος")
	must(err)
	_, err = w.CRM.AddNote(ctx, w.Org, contact.ID, crm.NoteInput{Type: crm.NoteCall, Text: "Σημείωση"})
	must(err)
	must(w.CRM.SetDoNotContact(ctx, w.Org, contact.ID, crm.DoNotContact{Channel: crm.SMS, Reason: crm.Manual, Comment: "Όχι"}))
	_, err = w.CRM.RecordConsent(ctx, w.Org, contact.ID, crm.ConsentInput{Purpose: "νέα", State: crm.Granted})
	must(err)
	fillJobs(ctx, t, w, contact.ID, segment.ID)
	fillImport(t, w)
	email, err := w.Messaging.CreateEmail(ctx, w.Org, messaging.EmailInput{Name: "Γεια", Subject: "Γεια", HTML: "<p>Γεια</p>"})
	must(err)
	sms, err := w.Messaging.CreateSMS(ctx, w.Org, messaging.SMSInput{Name: "Σύντομο", Body: "Γεια"})
	must(err)
	_, err = w.Messaging.Suppress(ctx, w.Org, messaging.SuppressionInput{Address: "gone@example.com", Comment: "Όχι"})
	must(err)
	flow, err := campaign.ParseFlow([]byte(everyStep))
	must(err)
	_, err = w.Campaign.CreateCampaign(ctx, w.Org, campaign.Input{Name: "Πορεία", Flow: flow})
	must(err)
	fillJourney(t, w, contact.ID)
	pages = append(nameless(t, w, contact.ID, email.ID), byLetter(ctx, t, w)...)
	pages = append(pages, fillCaught(ctx, t, w, contact.ID, email.ID)...)
	pages = append(pages, bySegment(ctx, t, w, segment))
	for id := range fillDomains(ctx, t, w) {
		pages = append(pages, fmt.Sprintf("/app/settings/domains/%d", id+1))
	}
	return user, append(pages, fillReasons(t, w, contact.ID, email.ID, sms.ID)...)
}

// fillJobs does something to many contacts in each way, some of it in vain, and takes one back.
func fillJobs(ctx context.Context, t *testing.T, w *world.World, contact crm.ContactID, segment crm.SegmentID) {
	t.Helper()
	for _, change := range []crm.BulkChange{
		{Action: crm.BulkAddTags, Tags: []string{"καλή", "νέα"}},
		{Action: crm.BulkAddTags, Tags: []string{"νέα"}},
		{Action: crm.BulkRemoveTags, Tags: []string{"καλή"}},
		{Action: crm.BulkAddToSegment, Segment: segment},
		{Action: crm.BulkSetOwner},
		{Action: crm.BulkForbid, Channel: crm.Email},
		{Action: crm.BulkSetField, Field: "company", Value: "Ακμή"},
		{Action: crm.BulkChangePoints, Points: 5},
		{Action: crm.BulkDelete},
	} {
		job, err := w.CRM.Bulk(ctx, w.Org, crm.Bulk{Query: crm.ContactQuery{IDs: []crm.ContactID{contact}}, Change: change})
		if err != nil {
			t.Fatal(err)
		}
		if change.Action == crm.BulkForbid || change.Action == crm.BulkDelete {
			if _, err := w.CRM.UndoJob(ctx, w.Org, job.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// fillImport imports rows of which most are rejected, each for another reason.
func fillImport(t *testing.T, w *world.World) {
	t.Helper()
	service := crm.New(crm.Deps{Store: crmstore.New(w.DB), Tx: w.DB, Starter: noStarter{}})
	file := "Διεύθυνση;Ζώνη;Πόντοι;Υπεύθυνος;Γλώσσα\nένα;;;;\n;Άρης;;;\n;;πολλά;;\n;;;ξένη;\n;;;;ξένη\n;;;;;;7\nνέος@example.com;;;;\n"
	imp, err := service.UploadImport(w.Ctx(), w.Org, crm.ImportUpload{FileName: "φίλοι", File: strings.NewReader(file)})
	if err == nil {
		columns := []crm.ImportColumn{{Field: "email"}, {Field: "timeZone"}, {Field: "points"}, {Field: "owner"}, {Field: "locale"}}
		_, err = service.UpdateImport(w.Ctx(), w.Org, imp.ID, crm.ImportPatch{Columns: columns})
	}
	if err == nil {
		_, err = service.StartImport(w.Ctx(), w.Org, imp.ID, crm.ImportStart{})
	}
	if err == nil {
		imp, err = service.RunImport(w.Ctx(), w.Org, imp.ID, func(crm.Import) error { return nil })
	}
	if err != nil || len(imp.Problems) < 3 {
		t.Fatalf("The import is %+v: %v", imp, err)
	}
}

type noStarter struct{}

func (noStarter) StartImport(context.Context, domain.OrgID, crm.ImportID) error { return nil }

// fillJourney takes a contact through a campaign to its end.
func fillJourney(t *testing.T, w *world.World, contact crm.ContactID) {
	t.Helper()
	published := w.Publish(t, "Δρόμος", `{"root": [
		{"id": "b1", "kind": "change_tags", "settings": {"add": ["καλή"]}}, {"id": "b2", "kind": "change_points", "settings": {"points": 5}},
		{"id": "b3", "kind": "condition", "settings": {"tag": "καλή"}}, {"id": "b4", "kind": "exit", "settings": {}}
	]}`)
	journey := w.Enter(t, published.ID, contact)[0]
	ask := campaign.Advance{Org: w.Org, Journey: journey.ID, Seq: 1, Now: time.Now(), Happened: campaign.Happened{What: campaign.HappenedStart}}
	if end, err := w.Campaign.Advance(w.Ctx(), ask); err != nil || end.Do != campaign.DoEnd {
		t.Fatalf("The journey is told %+v: %v", end, err)
	}
}

// everyStep is a flow with a step of each kind, most of which lack something.
const everyStep = `{"root": [
	{"id": "a1", "kind": "send_email", "settings": {}}, {"id": "a2", "kind": "send_sms", "settings": {}},
	{"id": "a3", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}},
	{"id": "a4", "kind": "notify_user", "settings": {"to": "owner", "subject": "Γεια", "text": ""}},
	{"id": "a5", "kind": "call_webhook", "settings": {}}, {"id": "a6", "kind": "change_tags", "settings": {"add": ["νέα"]}},
	{"id": "a7", "kind": "change_points", "settings": {"points": 5}}, {"id": "a8", "kind": "update_contact", "settings": {"fields": {}}},
	{"id": "a9", "kind": "condition", "settings": {"field": "points", "operator": "greater", "value": "10"}},
	{"id": "a10", "kind": "exit", "settings": {}}
]}`
