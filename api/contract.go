package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// List is the answer of a list that has no pages. Its schema is named after what it lists.
type List[T any] struct {
	Items []T `json:"items"`
}

// schemaName names schemas as the classes of generated clients should be called: Contact, ContactPage,
// ConsentList, CreateTagInput.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name = strings.TrimSuffix(name, "Body")
	for _, kind := range []string{"Page", "List"} {
		if strings.HasPrefix(t.Name(), kind+"[") {
			return strings.TrimPrefix(name, kind) + kind
		}
	}
	return name
}

// Example gives a schema an example as a whole, for bodies whose properties exclude each other.
// The example is JSON.
func Example(s *huma.Schema, example string) *huma.Schema {
	var value any
	if err := json.Unmarshal([]byte(example), &value); err != nil {
		panic("api: the example of a schema is no JSON: " + err.Error()) // a mistake of ours, found by any test
	}
	s.Examples = []any{value}
	return s
}

// MayAnswer adds errors to an operation that do not follow from its shape.
func MayAnswer(o huma.Operation, statuses ...int) huma.Operation {
	o.Errors = append(slices.Clip(o.Errors), statuses...)
	return o
}

// failures are the errors of the contract: each is described once, and operations refer to it.
var failures = []struct {
	status         int
	name, when     string
	kind           domain.Kind
	field, example string
}{
	{http.StatusBadRequest, "BadRequest", "The body is not valid JSON, or was cut off.", domain.KindInvalid, "", "The body is not valid JSON."},
	{http.StatusUnauthorized, "Unauthorized", "Nobody is signed in, or the API key or password is wrong.", domain.KindUnauthorized, "", "Sign in, or send an API key as “Authorization: Bearer mk_…”."},
	{http.StatusForbidden, "Forbidden", "The role of the caller does not allow it, or a page of another site asks in their name.", domain.KindForbidden, "", "You may not change settings. Ask an administrator."},
	{http.StatusNotFound, "NotFound", "The organization has nothing of this id, or it was deleted.", domain.KindNotFound, "", "There is no such contact."},
	{http.StatusConflict, "Conflict", "It contradicts what is there now, or the first request with this Idempotency-Key has not been answered yet.", domain.KindConflict, "", "It was changed meanwhile. Read it again."},
	{http.StatusRequestEntityTooLarge, "TooLarge", "The body is larger than the operation takes.", domain.KindTooLarge, "", "The body may have 1048576 bytes."},
	{http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The body has another media type than those that are listed.", domain.KindInvalid, "", "Send the body as application/json."},
	{http.StatusUnprocessableEntity, "Unprocessable", "A parameter, or a property of the body, does not say what it may; errors names each.", domain.KindInvalid, "email", "This is not a valid email address."},
	{http.StatusTooManyRequests, "TooMany", "Too many attempts. Wait as the sentence says.", domain.KindTooMany, "", "Too many attempts. Try again in 15 minutes."},
	{http.StatusInternalServerError, "Internal", "Something went wrong on our side; the log knows the requestId. The work was not done.", kindInternal, "", "Something went wrong on our side. Try again; if it happens again, tell us the request id."},
	{http.StatusServiceUnavailable, "Unavailable", "The database or a provider can't be reached just now. Try again in a moment.", domain.KindUnavailable, "", "The database can't be reached just now. Try again in a moment."},
}

const repeatParam = "IdempotencyKey"

// sharedParts describes what operations have in common.
func sharedParts(c *huma.Components) {
	schema := c.Schemas.Schema(reflect.TypeFor[ProblemDetails](), true, "")
	c.Responses = map[string]*huma.Response{}
	for _, f := range failures {
		example := problem(f.status, f.kind, f.example)
		example.RequestID = "0199c8f2-6a3e-7c11-9d4b-2f6b8a5d1e07"
		if f.field != "" {
			example.Errors = []domain.FieldError{{Field: f.field, Message: f.example}}
		}
		c.Responses[f.name] = &huma.Response{Description: f.when, Content: map[string]*huma.MediaType{
			example.ContentType(""): {Schema: schema, Example: example},
		}}
	}
	c.Parameters = map[string]*huma.Param{repeatParam: {
		Name: repeatHeader, In: "header", Example: "order-2026-11-24-0815",
		Description: "Makes the request safe to repeat for 24 hours: the work is done once, and a repeat gets the first answer, marked " + replayedHeader + ".",
		Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: new(255)},
	}}
}

// complete adds to an operation what follows from its shape: the errors that it may answer, and the
// header that makes it safe to repeat. Errors beyond those it names itself.
func complete(_ *huma.OpenAPI, op *huma.Operation) {
	delete(op.Responses, "default")
	answers := append([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}, op.Errors...)
	if strings.Contains(op.Path, "{") {
		answers = append(answers, http.StatusNotFound)
	}
	if op.RequestBody != nil {
		answers = append(answers, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if op.Method == http.MethodPost && !isPublic(op) && !takesForms(op) {
		op.Parameters = append(slices.Clip(op.Parameters), &huma.Param{Ref: "#/components/parameters/" + repeatParam})
		answers = append(answers, http.StatusConflict)
	}
	for _, f := range failures {
		if slices.Contains(answers, f.status) {
			op.Responses[strconv.Itoa(f.status)] = &huma.Response{Ref: "#/components/responses/" + f.name}
		}
	}
}

// takesForms says whether files are uploaded, which no Idempotency-Key covers.
func takesForms(op *huma.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Content[fiber.MIMEMultipartForm] != nil
}
