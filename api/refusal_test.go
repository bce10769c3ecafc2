package api_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// refusals has a furnished site, of which nothing is to change.
type refusals struct {
	*site
	who callers
}

func (f furnished) refusals(t *testing.T) *refusals {
	t.Helper()
	return &refusals{site: f.site(t), who: f.who}
}

// each tries all operations, those that make no sense without others first.
func (r *refusals) each(try func(op *huma.Operation, example sending)) {
	r.t.Helper()
	all := operationsOf(r.doc)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		op := all[name]
		if op.OperationID == "log-out" {
			continue // it says good-bye to nobody as well
		}
		try(op, r.plain(name, op))
	}
}

// plain is the example of an operation, of which nothing was prepared.
func (r *refusals) plain(name string, op *huma.Operation) sending {
	r.t.Helper()
	p := prepared[op.OperationID]
	p.first = nil
	return r.request(name, op, p)
}

// refused checks that an answer is the problem of this status, and that the operation names it.
func (r *refusals) refused(op *huma.Operation, what string, got answer, statuses ...int) {
	r.t.Helper()
	if !slices.Contains(statuses, got.status) {
		r.t.Errorf("%s answers %d to %s, want one of %v: %.300s", op.OperationID, got.status, what, statuses, got.body)
		return
	}
	r.fitsTheContract(op, got)
	if !strings.Contains(got.body, `"requestId":"`) || got.header.Get(fiber.HeaderXRequestID) == "" {
		r.t.Errorf("%s does not name the request to %s: %s", op.OperationID, what, got.body)
	}
}

func nobodyIsToldToSignIn(t *testing.T, f furnished) {
	t.Helper()
	r := f.refusals(t)
	r.each(func(op *huma.Operation, example sending) {
		if op.OperationID == "log-in" {
			return
		}
		got := r.send("", example)
		r.refused(op, "nobody", got, http.StatusUnauthorized)
		if got.header.Get(fiber.HeaderWWWAuthenticate) != "Bearer" {
			t.Errorf("%s does not say how to sign in.", op.OperationID)
		}
	})
}

// viewersMay are the operations besides GET that change nothing, or only what is the viewer's own.
var viewersMay = []string{
	"log-in", "change-profile", "change-password", "end-session", "end-other-sessions",
	"preview-email", "preview-sms", "validate-campaign", "create-view", "update-view", "delete-view",
}

// viewersMayNot are the reading ones that are for others.
var viewersMayNot = []string{
	"export-contacts", "download-job-file", "download-import-rejects", "export-suppressions", "list-api-keys", "list-invitations", "get-operations",
}

func viewersChangeNothing(t *testing.T, f furnished) {
	t.Helper()
	r := f.refusals(t)
	r.each(func(op *huma.Operation, example sending) {
		if slices.Contains(viewersMay, op.OperationID) {
			return
		}
		got := r.send(r.who.vera, example)
		if op.Method == http.MethodGet && !slices.Contains(viewersMayNot, op.OperationID) {
			r.fitsTheContract(op, got)
			if got.status != http.StatusOK {
				t.Errorf("%s answers a viewer %d: %s", op.OperationID, got.status, got.body)
			}
			return
		}
		r.refused(op, "a viewer", got, http.StatusForbidden)
	})
}

// ofTheirOwn are the operations with an id in their path that is no record of an organization.
var ofTheirOwn = []string{"end-session"}

func anotherOrganizationsRecordIsNotFound(t *testing.T, f furnished) {
	t.Helper()
	r := f.refusals(t)
	tried := 0
	r.each(func(op *huma.Operation, example sending) {
		if !strings.Contains(op.Path, "{") {
			return
		}
		tried++
		r.refused(op, "another organization", r.send(r.who.stranger, example), http.StatusNotFound)
		if slices.Contains(ofTheirOwn, op.OperationID) {
			return
		}
		digits := regexp.MustCompile(`/\d+`)
		for _, id := range []string{"999999", "9007199254740993"} {
			absent := example
			absent.url = digits.ReplaceAllString(example.url, "/"+id)
			r.refused(op, "an absent id", r.send(r.who.ada, absent), http.StatusNotFound)
		}
		for _, id := range []string{"x", "0", "-1", "1.5", "99999999999999999999"} {
			wrong := example
			wrong.url = digits.ReplaceAllString(example.url, "/"+id)
			r.refused(op, "the id "+id, r.send(r.who.ada, wrong), http.StatusNotFound, http.StatusUnprocessableEntity)
		}
	})
	if tried < 80 {
		t.Errorf("Only %d operations name a record.", tried)
	}
}

func bodiesThatMakeNoSenseAreRefused(t *testing.T, f furnished) {
	t.Helper()
	r := f.refusals(t)
	r.each(func(op *huma.Operation, example sending) {
		if example.media != fiber.MIMEApplicationJSON {
			return
		}
		say := func(what, media, body string, statuses ...int) {
			r.t.Helper()
			wrong := example
			wrong.media, wrong.body = media, body
			r.refused(op, what, r.send(r.who.ada, wrong), statuses...)
		}
		for what, body := range map[string]string{
			"JSON that is cut off": strings.TrimSuffix(example.body, "}"), "no JSON": "firstname=Eva", "two documents": example.body + example.body, "U+0000": `{"name":"\u0000"}`,
		} {
			say(what, example.media, body, http.StatusBadRequest)
		}
		for what, body := range map[string]string{
			"a list": "[" + example.body + "]", "a text": `"eva"`, "a number": "4711",
			"an unknown property": strings.TrimSuffix(example.body, "}") + `,"colour":"red"}`,
		} {
			say(what, example.media, body, http.StatusUnprocessableEntity)
		}
		say("another media type", fiber.MIMEApplicationForm, "firstname=Eva", http.StatusUnsupportedMediaType)
		say("XML", fiber.MIMEApplicationXML, "<eva/>", http.StatusUnsupportedMediaType)
		say("too large a body", example.media, `{"`+strings.Repeat("x", 9<<20)+`":1}`, http.StatusRequestEntityTooLarge)
	})
}

func parametersThatMakeNoSenseAreRefused(t *testing.T, f furnished) {
	t.Helper()
	r := f.refusals(t)
	r.each(func(op *huma.Operation, example sending) {
		path, _, _ := strings.Cut(example.url, "?")
		if op.Method != http.MethodGet {
			return
		}
		wrong := example
		wrong.url = path + "?colour=red"
		r.refused(op, "an unknown parameter", r.send(r.who.ada, wrong), http.StatusUnprocessableEntity)
		for _, p := range op.Parameters {
			if p.In != "query" {
				continue
			}
			var values []string
			switch {
			case p.Schema.Type == huma.TypeInteger:
				values = []string{"x", "-1", "1.5", "99999999999999999999"}
			case len(p.Schema.Enum) > 0, p.Schema.Items != nil && len(p.Schema.Items.Enum) > 0, p.Schema.Format == "date-time", p.Schema.Type == huma.TypeBoolean:
				values = []string{"mauve"}
			case p.Name == "orderBy":
				values = []string{"mauve", "id;drop"}
			}
			for _, value := range values {
				wrong.url = path + "?" + p.Name + "=" + value
				r.refused(op, p.Name+"="+value, r.send(r.who.ada, wrong), http.StatusUnprocessableEntity)
			}
		}
	})
}

var orders = regexp.MustCompile(`[Oo]rdered by ([\w, ]+)`)

func listsAreOrderedByWhatTheySay(t *testing.T, f furnished) {
	t.Helper()
	r := f.refusals(t)
	r.each(func(op *huma.Operation, example sending) {
		if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "orderBy" }) {
			return
		}
		said := orders.FindStringSubmatch(op.Description)
		if said == nil {
			t.Errorf("%s does not say by what it can be ordered.", op.OperationID)
			return
		}
		path, _, _ := strings.Cut(example.url, "?")
		for _, word := range strings.FieldsFunc(strings.ReplaceAll(said[1], " or ", ","), func(r rune) bool { return r == ',' || r == ' ' }) {
			for _, dir := range []string{"asc", "desc"} {
				example.url = path + "?orderBy=" + word + "&orderDir=" + dir
				if got := r.send(r.who.ada, example); got.status != http.StatusOK {
					t.Errorf("%s can't be ordered by %s: %s", op.OperationID, word, got.body)
				}
			}
		}
	})
}
