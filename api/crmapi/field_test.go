package crmapi_test

import (
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestFields(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.app = b.as(t, identity.Actor{Org: b.org, APIKey: 1, Role: identity.RoleAdmin})
	const path = "/api/crm/fields"
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "none yet", URL: path, Status: 200, Contains: []string{`"items":[]`}},
		{
			Name: "create", Method: "POST", URL: path, Status: 201,
			Body:     `{"label":"Newsletters","type":"multiselect","options":[{"value":"w","label":"<i>Weekly</i>"},{"value":"m"}],"default":["m"],"group":"personal"}`,
			Contains: []string{`"id":1`, `"alias":"newsletters"`, `"options":[{"value":"w","label":"<i>Weekly</i>"},{"value":"m","label":"m"}]`, `"default":["m"]`, `"isPublished":true`, `"group":"personal"`},
		},
		{Name: "create its twin", Method: "POST", URL: path, Body: `{"label":"newsletters","type":"text"}`, Status: 409, Contains: []string{`"field":"alias"`, "Newsletters"}},
		{Name: "a standard field", Method: "POST", URL: path, Body: `{"label":"Email","type":"text"}`, Status: 422, Contains: []string{`"field":"alias"`}},
		{Name: "an unknown type", Method: "POST", URL: path, Body: `{"label":"X","type":"blob"}`, Status: 422, Contains: []string{"type"}},
		{Name: "no options", Method: "POST", URL: path, Body: `{"label":"X","type":"select"}`, Status: 422, Contains: []string{`"field":"options"`}},
		{Name: "a second one", Method: "POST", URL: path, Body: `{"label":"Customer number","type":"text","group":"personal","isUnique":true}`, Status: 201, Contains: []string{`"indexState":"ready"`, `"position":2`}},
		{Name: "a contact", Method: "POST", URL: "/api/crm/contacts", Body: `{"fields":{"newsletters":"Weekly","customer_number":"K7"}}`, Status: 422, Contains: []string{`"field":"fields.newsletters"`}},
		{Name: "a better contact", Method: "POST", URL: "/api/crm/contacts", Body: `{"fields":{"newsletters":["m","w"],"customer_number":"K7"}}`, Status: 201, Contains: []string{`"newsletters":["w","m"]`}},
		{Name: "its twin", Method: "POST", URL: "/api/crm/contacts", Body: `{"fields":{"customer_number":"k7"}}`, Status: 409, Contains: []string{"Contact 1 has the value", `"field":"fields.customer_number"`}},
		{Name: "an option that is held", Method: "PATCH", URL: path + "/1", Body: `{"options":[{"value":"m"}]}`, Status: 409, Contains: []string{"1 contact holds", `"field":"options"`}},
		{Name: "change", Method: "PATCH", URL: path + "/1", Body: `{"label":"Letters","default":null}`, Status: 200, Contains: []string{`"label":"Letters"`, `"alias":"newsletters"`, `"default":null`}},
		{Name: "the alias never changes", Method: "PATCH", URL: path + "/1", Body: `{"alias":"letters"}`, Status: 422, Contains: []string{"alias"}},
		{Name: "order", Method: "POST", URL: path + "/order", Body: `{"ids":[2,1]}`, Status: 204},
		{Name: "in order", URL: path, Status: 200, Contains: []string{`"items":[{"id":2,`}},
		{Name: "delete without the number", Method: "DELETE", URL: path + "/1", Status: 409, Contains: []string{"1 contact will lose the value of “Letters”"}},
		{Name: "delete", Method: "DELETE", URL: path + "/1?contacts=1", Status: 204},
		{Name: "read what is gone", URL: path + "/1", Status: 404, Contains: []string{"There is no contact field 1."}},
		{Name: "a contact without", URL: "/api/crm/contacts/1", Status: 200, Contains: []string{`"fields":{"customer_number":"K7"}`}},
	})
}

func TestFieldsOfOthersAndWithoutTheRight(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.contacts.CreateField(b.ctx, b.org, crm.FieldInput{Label: "City", Type: crm.FieldText}); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{ // a marketer
		{Name: "change", Method: "PATCH", URL: "/api/crm/fields/1", Body: `{"label":"Town"}`, Status: 403},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/fields/1", Status: 403},
		{Name: "create", Method: "POST", URL: "/api/crm/fields", Body: `{"label":"Size","type":"text"}`, Status: 201},
	})
	stranger := b.as(t, identity.Actor{Org: storetest.Org(t, b.db, "Other"), APIKey: 2, Role: identity.RoleAdmin})
	apitest.Run(t, stranger, []apitest.Scenario{
		{Name: "list", URL: "/api/crm/fields", Status: 200, Contains: []string{`"items":[]`}},
		{Name: "read", URL: "/api/crm/fields/1", Status: 404},
		{Name: "change", Method: "PATCH", URL: "/api/crm/fields/1", Body: `{"label":"Mine"}`, Status: 404},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/fields/1", Status: 404},
	})
}
