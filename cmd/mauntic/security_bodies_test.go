package main

import (
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/ui"
)

// textOf makes the text of a field that takes any text.
type textOf func(field string) string

func plainText(field string) string { return "some " + field }

// bodies makes a body for every operation of the API that takes one, from its own description.
func (s *secured) bodies(text textOf) map[siteRoute]any {
	s.t.Helper()
	described := s.app.mountAPI(newSite(s.app.Config, slog.New(slog.DiscardHandler), nil), ui.NewSessions(ui.SessionOptions{})).OpenAPI()
	made := map[siteRoute]any{}
	for path, item := range described.Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if op == nil || op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
				continue
			}
			maker := bodyMaker{registry: described.Components.Schemas, text: text}
			made[siteRoute{method: method, pattern: fiberPattern(path)}] = maker.make("", op.RequestBody.Content["application/json"].Schema)
		}
	}
	return made
}

var braces = regexp.MustCompile(`\{(\w+)\}`)

// fiberPattern writes a path of the description as the router knows it.
func fiberPattern(path string) string { return braces.ReplaceAllString(path, ":$1") }

type bodyMaker struct {
	registry huma.Registry
	text     textOf
}

// make fills a schema: known words and formats as they must be, free text as text says.
func (m bodyMaker) make(field string, schema *huma.Schema) any {
	if schema.Ref != "" {
		schema = m.registry.SchemaFromRef(schema.Ref)
	}
	switch schema.Type {
	case huma.TypeObject:
		object := map[string]any{}
		for name, property := range schema.Properties {
			if !property.ReadOnly && name != "$schema" {
				object[name] = m.make(name, property)
			}
		}
		return object
	case huma.TypeArray:
		return []any{m.make(field, schema.Items)}
	case huma.TypeString:
		return m.string(field, schema)
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeBoolean:
		return false
	}
	return nil
}

func (m bodyMaker) string(field string, schema *huma.Schema) any {
	switch {
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Format == "date-time":
		return "2026-01-02T03:04:05Z"
	case schema.Format == "email", strings.Contains(strings.ToLower(field), "email"), field == "replyTo":
		return "somebody@example.com"
	case field == "current": // not the caller's: a new password would end the session
		return "not the present password"
	case strings.Contains(field, "assword"), field == "new":
		return testPassword
	case field == "timeZone":
		return "Europe/Berlin"
	case field == "source":
		return "api"
	}
	text := m.text(field)
	if schema.MaxLength != nil && len(text) > *schema.MaxLength {
		return text[:*schema.MaxLength]
	}
	return text
}
