package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/campaignapi"
	"github.com/mauntic/mauntic/api/crmapi"
	"github.com/mauntic/mauntic/api/identityapi"
	"github.com/mauntic/mauntic/api/messagingapi"
	"github.com/mauntic/mauntic/api/operationsapi"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
)

// contract is the whole document. Nothing is called, so the operations need no services.
func contract(t *testing.T) *huma.OpenAPI {
	t.Helper()
	_, a := apitest.New(t, identity.Actor{})
	identityapi.Register(a, nil, nil)
	crmapi.Register(a, nil)
	messagingapi.Register(a, nil)
	campaignapi.Register(a, nil)
	operationsapi.Register(a, nil)
	return a.OpenAPI()
}

// operationsOf yields every operation under its method and path.
func operationsOf(doc *huma.OpenAPI) map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if op != nil {
				all[method+" "+path] = op
			}
		}
	}
	return all
}

// explains says whether a schema shows what its values look like: by an example, or by itself.
func explains(s *huma.Schema) bool {
	return s.Ref != "" || len(s.Enum) > 0 || len(s.Examples) > 0 || s.Type == huma.TypeBoolean || s.Items != nil && (s.Items.Ref != "" || len(s.Items.Enum) > 0)
}

func TestEveryPropertyHasAnExample(t *testing.T) {
	t.Parallel()
	schemas := contract(t).Components.Schemas.Map()
	if len(schemas) < 100 {
		t.Fatalf("there are only %d schemas", len(schemas))
	}
	for name, schema := range schemas {
		for property, s := range schema.Properties {
			if !explains(s) {
				t.Errorf("%s.%s has no example: add example:\"…\" to its field.", name, property)
			}
		}
	}
}

func TestExamplesFitTheirSchemas(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	for name, schema := range doc.Components.Schemas.Map() {
		for property, s := range schema.Properties {
			for _, example := range s.Examples {
				fits(t, doc, s, name+"."+property, example)
			}
		}
		fits(t, doc, schema, name, sample(doc, schema))
	}
	for name, op := range operationsOf(doc) {
		for _, p := range op.Parameters {
			if p.Ref == "" && p.Example != nil {
				fits(t, doc, p.Schema, name+" "+p.Name, p.Example)
			}
		}
	}
}

// fits validates an example as the body of a request is, without what only the server may set.
func fits(t *testing.T, doc *huma.OpenAPI, s *huma.Schema, place string, example any) {
	t.Helper()
	written, err := json.Marshal(example)
	if err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	var value any
	if err := json.Unmarshal(written, &value); err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	var result huma.ValidateResult
	huma.Validate(doc.Components.Schemas, s, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, value, &result)
	for _, err := range result.Errors {
		t.Errorf("the example of %s does not fit: %v in %s", place, err, written)
	}
}

// sample puts an example together as the page of the contract and generators of clients do: that of
// the whole, else of its properties.
func sample(doc *huma.OpenAPI, s *huma.Schema) any {
	if s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == huma.TypeBoolean:
		return false
	case s.Type == huma.TypeArray:
		return []any{sample(doc, s.Items)}
	case s.Type == huma.TypeObject:
		object := map[string]any{}
		for name, property := range s.Properties {
			object[name] = sample(doc, property)
		}
		return object
	}
	return nil
}

func TestSchemasAreNamedAfterWhatTheyAre(t *testing.T) {
	t.Parallel()
	good := regexp.MustCompile(`^[A-Z][A-Za-z]+$|^PhoneE164$|^SHA256$`)
	for name := range contract(t).Components.Schemas.Map() {
		if !good.MatchString(name) || strings.HasSuffix(name, "Body") || strings.HasSuffix(name, "Output") || slices.Contains([]string{"Body", "Input", "Output", "Count", "Added", "Update"}, name) {
			t.Errorf("%s says nothing to who reads a generated client: give its Go type a name of its own.", name)
		}
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	all := operationsOf(doc)
	if len(all) < 150 {
		t.Fatalf("there are only %d operations", len(all))
	}
	for name, op := range all {
		if op.Summary == "" || len(op.Tags) == 0 || !strings.HasSuffix(strings.TrimSpace(op.Description), ".") && !strings.HasSuffix(strings.TrimSpace(op.Description), "|") {
			t.Errorf("%s needs a summary, a tag and a description of whole sentences; it says %q.", name, op.Description)
		}
		for _, p := range op.Parameters {
			if p.Ref != "" {
				continue
			}
			if p.Description == "" {
				t.Errorf("%s: the parameter %s has no doc.", name, p.Name)
			}
			if p.Example == nil && !explains(p.Schema) {
				t.Errorf("%s: the parameter %s has no example.", name, p.Name)
			}
		}
	}
}

func TestEveryOperationNamesItsErrors(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	for name, op := range operationsOf(doc) {
		want := []string{"401", "403", "500", "503"}
		if strings.Contains(op.Path, "{") {
			want = append(want, "404", "422")
		}
		if op.RequestBody != nil {
			want = append(want, "400", "413", "415", "422")
		}
		for _, status := range want {
			if op.Responses[status] == nil {
				t.Errorf("%s does not say that it may answer %s.", name, status)
			}
		}
		if op.Responses["default"] != nil {
			t.Errorf("%s leaves its errors to the default.", name)
		}
		for status, response := range op.Responses {
			part := strings.TrimPrefix(response.Ref, "#/components/responses/")
			if status >= "400" && doc.Components.Responses[part] == nil && response.Content["application/problem+json"] == nil {
				t.Errorf("%s answers %s with the part %q, which is not there.", name, status, part)
			}
		}
	}
	for name, response := range doc.Components.Responses {
		for _, media := range response.Content {
			fits(t, doc, media.Schema, name, media.Example)
		}
	}
}

// TestTheFlowOfTheContractCanBePublished reads the one free object whose rules are the domain's own.
func TestTheFlowOfTheContractCanBePublished(t *testing.T) {
	t.Parallel()
	schema := contract(t).Components.Schemas.Map()["CampaignInput"].Properties["flow"]
	written, err := json.Marshal(schema.Examples[0])
	if err != nil {
		t.Fatal(err)
	}
	flow, err := campaign.ParseFlow(written)
	if err != nil || len(flow.Root) == 0 {
		t.Fatalf("%d steps, %v", len(flow.Root), err)
	}
	again, err := json.Marshal(flow)
	if err != nil {
		t.Fatal(err)
	}
	var said, kept any
	if json.Unmarshal(written, &said) != nil || json.Unmarshal(again, &kept) != nil || fmt.Sprint(said) != fmt.Sprint(kept) {
		t.Errorf("the flow says %s, and %s is kept", written, again)
	}
}

func TestPostsMaySayThatTheyAreRepeated(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	if doc.Components.Parameters["IdempotencyKey"] == nil {
		t.Fatal("the header is not described")
	}
	repeatable := map[string]bool{}
	for name, op := range operationsOf(doc) {
		repeatable[name] = slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return strings.HasSuffix(p.Ref, "/IdempotencyKey") })
	}
	for name, want := range map[string]bool{
		"POST /api/crm/contacts": true, "POST /api/crm/imports/{id}/cancel": true,
		"GET /api/crm/contacts": false, "PUT /api/crm/contacts": false, "POST /api/auth/login": false, "POST /api/crm/imports": false,
	} {
		if got, there := repeatable[name]; got != want || !there {
			t.Errorf("%s takes an Idempotency-Key: %v (described: %v), want %v", name, got, there, want)
		}
	}
}

// TestTheContractIsTheSameEveryTime keeps the document in the repository from changing by itself.
func TestTheContractIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	one, err := contract(t).YAML()
	if err != nil {
		t.Fatal(err)
	}
	two, err := contract(t).YAML()
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("two documents differ, %v; the schemas are %v", err, slices.Sorted(maps.Keys(contract(t).Components.Schemas.Map())))
	}
}
