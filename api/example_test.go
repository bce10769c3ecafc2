package api_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/storetest"
)

// sending is a request of the contract.
type sending struct{ method, url, media, body string }

// furnished makes sites that have what the examples of the contract speak of.
type furnished struct {
	who    callers
	copied func(testing.TB) *store.DB
}

func (f furnished) site(t *testing.T) *site {
	t.Helper()
	return newSite(t, f.copied(t))
}

// TestTheContractIsKept asks the real API, on a real database, what the contract promises.
func TestTheContractIsKept(t *testing.T) {
	t.Parallel()
	var f furnished
	f.copied = storetest.Furnished(t, func(db *store.DB) { f.who = furnish(t, db) })
	for name, test := range map[string]func(*testing.T, furnished){
		"examples that read": examplesThatRead, "the guide": theGuideIsTrue,
		"nobody": nobodyIsToldToSignIn, "viewers": viewersChangeNothing, "another organization": anotherOrganizationsRecordIsNotFound,
		"bodies": bodiesThatMakeNoSenseAreRefused, "parameters": parametersThatMakeNoSenseAreRefused, "orders": listsAreOrderedByWhatTheySay,
		"methods": addressesSayWhichMethodsTheyKnow, "pages": pagesOfAListHoldEachItemOnce, "conflicts": whoIsSlowerReadsAgain,
		"batches": aBatchAnswersForEachItem, "statuses": answersOfOtherStatusesArePromised,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, f)
		})
	}
	for name, op := range operationsOf(contract(t)) {
		if readsOnly(op) {
			continue
		}
		t.Run(op.OperationID, func(t *testing.T) {
			t.Parallel()
			s := f.site(t)
			s.keepsItsPromise(f.who.ada, name, op)
		})
	}
}

// readsOnly says whether examples may be sent to one site.
func readsOnly(op *huma.Operation) bool {
	return op.Method == http.MethodGet && prepared[op.OperationID].first == nil
}

func examplesThatRead(t *testing.T, f furnished) {
	t.Helper()
	s := f.site(t)
	known := map[string]bool{}
	for name, op := range operationsOf(s.doc) {
		known[op.OperationID] = true
		if readsOnly(op) {
			s.keepsItsPromise(f.who.ada, name, op)
		}
	}
	for id := range prepared {
		if !known[id] {
			t.Errorf("There is no operation %s.", id)
		}
	}
}

// keepsItsPromise sends the example of an operation. The answer must be a success that the operation
// promises, and hold what its schema says and nothing else.
func (s *site) keepsItsPromise(cookie, name string, op *huma.Operation) {
	s.t.Helper()
	r := s.example(name, op)
	got := s.send(cookie, r)
	if got.status >= http.StatusMultipleChoices {
		s.t.Errorf("%s %s with %s answers %d: %s", r.method, r.url, r.body, got.status, got.body)
	}
	s.fitsTheContract(op, got)
}

// example prepares the site for an operation, and makes the request that its example describes.
func (s *site) example(name string, op *huma.Operation) sending {
	s.t.Helper()
	p := prepared[op.OperationID]
	if p.first != nil {
		p.first(s.furniture())
	}
	return s.request(name, op, p)
}

// request is the example of an operation with what its preparation says otherwise.
func (s *site) request(name string, op *huma.Operation, p preparation) sending {
	s.t.Helper()
	method, path, _ := strings.Cut(name, " ")
	r, query := sending{method: method}, url.Values{}
	for _, param := range op.Parameters {
		value := fmt.Sprint(exampleOf(param))
		switch {
		case param.Ref != "":
		case param.In == "path":
			if other, ok := p.path[param.Name]; ok {
				value = other
			}
			path = strings.ReplaceAll(path, "{"+param.Name+"}", url.PathEscape(value))
		case param.In == "query" && !slices.Contains(p.without, param.Name):
			query.Set(param.Name, strings.Trim(strings.ReplaceAll(value, " ", ","), "[]"))
			if text, ok := exampleOf(param).(string); ok {
				query.Set(param.Name, text)
			}
		}
	}
	r.url = path
	if len(query) > 0 {
		r.url += "?" + query.Encode()
	}
	r.media, r.body = exampleBody(s.t, s.doc, op)
	return r
}

func exampleOf(p *huma.Param) any {
	switch {
	case p.Ref != "":
		return nil
	case p.Example != nil:
		return p.Example
	case len(p.Schema.Examples) > 0:
		return p.Schema.Examples[0]
	case len(p.Schema.Enum) > 0:
		return p.Schema.Enum[0]
	case p.Schema.Items != nil && len(p.Schema.Items.Enum) > 0:
		return p.Schema.Items.Enum[0]
	}
	return p.Schema.Type == huma.TypeBoolean
}

// exampleBody is the body of the example: JSON where the operation takes it.
func exampleBody(t testing.TB, doc *huma.OpenAPI, op *huma.Operation) (media, body string) {
	t.Helper()
	if op.RequestBody == nil {
		return "", ""
	}
	for _, media := range []string{"text/csv", fiber.MIMEOctetStream} {
		if content := op.RequestBody.Content[media]; content != nil {
			text, ok := content.Example.(string)
			if !ok {
				t.Errorf("%s has no example of %s.", op.OperationID, media)
			}
			return media, text
		}
	}
	written, err := json.Marshal(sample(doc, op.RequestBody.Content[fiber.MIMEApplicationJSON].Schema))
	if err != nil {
		t.Fatal(err)
	}
	return fiber.MIMEApplicationJSON, string(written)
}

// fitsTheContract checks that an operation promises an answer of this status, media type and shape.
func (s *site) fitsTheContract(op *huma.Operation, got answer) {
	s.t.Helper()
	promised := op.Responses[strconv.Itoa(got.status)]
	if promised == nil {
		s.t.Errorf("%s answers %d, which it does not promise: %s", op.OperationID, got.status, got.body)
		return
	}
	if promised.Ref != "" {
		promised = s.doc.Components.Responses[strings.TrimPrefix(promised.Ref, "#/components/responses/")]
	}
	if len(promised.Content) == 0 {
		if got.body != "" {
			s.t.Errorf("%s promises no content with %d, and answers %s", op.OperationID, got.status, got.body)
		}
		return
	}
	media, _, _ := strings.Cut(got.media(), ";")
	content := promised.Content[media]
	if content == nil {
		content = cmp.Or(promised.Content[got.media()], promised.Content["*/*"])
	}
	if content == nil {
		s.t.Errorf("%s answers %d as %s, and promises %v.", op.OperationID, got.status, got.media(), slices.Sorted(maps.Keys(promised.Content)))
		return
	}
	if strings.HasSuffix(media, "json") {
		s.fits(op.OperationID, content.Schema, got.body)
	}
}

// fits validates what was answered; its objects have no properties but those of the schema.
func (s *site) fits(place string, schema *huma.Schema, body string) {
	s.t.Helper()
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		s.t.Errorf("%s answers no JSON: %v in %s", place, err, body)
		return
	}
	var result huma.ValidateResult
	huma.Validate(s.doc.Components.Schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, &result)
	for _, err := range result.Errors {
		s.t.Errorf("%s does not answer what it promises: %v in %s", place, err, body)
	}
}
