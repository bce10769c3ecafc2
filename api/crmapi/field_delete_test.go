package crmapi_test

import (
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

func TestAFieldIsDeletedAtOnceOrInTheBackground(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.app = b.as(t, identity.Actor{Org: b.org, APIKey: 1, Role: identity.RoleAdmin})
	paths := map[string]string{}
	for _, label := range []string{"Few", "Many"} {
		field, err := b.contacts.CreateField(b.ctx, b.org, crm.FieldInput{Label: label, Type: crm.FieldText})
		if err != nil {
			t.Fatal(err)
		}
		paths[label] = fmt.Sprintf("/api/crm/fields/%d", field.ID)
	}
	if _, err := b.db.Pool().Exec(b.ctx, `insert into crm.contacts (org_id, firstname, fields)
		select $1, 'Anna', case n when 1 then '{"few": "x", "many": "x"}'::jsonb else '{"many": "x"}' end from generate_series(1, 5001) n`, b.org); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "not confirmed", Method: "DELETE", URL: paths["Few"], Status: 409, Contains: []string{"1 contact will lose"}},
		{Name: "few", Method: "DELETE", URL: paths["Few"] + "?contacts=1", Status: 204},
		{Name: "few, gone", URL: paths["Few"], Status: 404},
		{Name: "many", Method: "DELETE", URL: paths["Many"] + "?contacts=5001", Status: 202, Contains: []string{`"kind":"field"`, `"state":"queued"`, `“Many”`}},
		{Name: "many, again", Method: "DELETE", URL: paths["Many"] + "?contacts=5001", Status: 409, Contains: []string{"in the background"}},
		{Name: "many, until then", URL: paths["Many"], Status: 200},
	})
}
