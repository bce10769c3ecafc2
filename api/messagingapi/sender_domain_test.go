package messagingapi_test

import (
	"net/http"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestSenderDomains(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	const domains = "/api/messaging/sender-domains"
	admin := app(t, db, identity.Actor{Org: org, User: 1, Role: identity.RoleAdmin})
	apitest.Run(t, admin, []apitest.Scenario{
		{Name: "none yet", URL: domains, Status: 200, Contains: []string{`"items":[]`, `"toAdd":["example.com"]`}},
		{
			Name: "add", Method: http.MethodPost, URL: domains, Status: 201, Body: `{"name":"Example.com"}`,
			Contains:   []string{`"name":"example.com"`, `"ready":false`, `"purpose":"dkim"`, `"status":"missing"`, "v=DKIM1; k=rsa; p=", "v=spf1", "_dmarc.example.com", `"type":"MX"`},
			ContainsNo: []string{"PRIVATE", "privateKey", "private_key"},
		},
		{Name: "add again", Method: http.MethodPost, URL: domains, Status: 409, Body: `{"name":"example.com"}`, Contains: []string{"already there"}},
		{Name: "bounces with the inbox", Method: http.MethodPost, URL: domains, Status: 422, Body: `{"name":"example.org","bounceDomain":"b.example.org"}`, Contains: []string{"MAUNTIC_BOUNCE_ADDRESS"}},
		{Name: "no domain", Method: http.MethodPost, URL: domains, Status: 422, Body: `{"name":"x"}`, Contains: []string{`"field":"name"`}},
		{Name: "list", URL: domains, Status: 200, Contains: []string{`"id":1`, `"toAdd":[]`}, ContainsNo: []string{"privateKey"}},
		{Name: "check", Method: http.MethodPost, URL: domains + "/1/check", Status: 200, Contains: []string{`"checkedAt":"20`}},
		{Name: "absent", URL: domains + "/99", Status: 404, Contains: []string{"There is no sender domain 99."}},
	})
	apitest.Run(t, app(t, db, identity.Actor{Org: storetest.Org(t, db, "Other"), User: 2, Role: identity.RoleAdmin}), []apitest.Scenario{
		{Name: "another organization reads", URL: domains + "/1", Status: 404},
		{Name: "another organization checks", Method: http.MethodPost, URL: domains + "/1/check", Status: 404},
		{Name: "another organization deletes", Method: http.MethodDelete, URL: domains + "/1", Status: 404},
	})
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "a marketer reads", URL: domains + "/1", Status: 200},
		{Name: "a marketer may not add", Method: http.MethodPost, URL: domains, Status: 403, Body: `{"name":"example.org"}`},
	})
	apitest.Run(t, admin, []apitest.Scenario{
		{Name: "delete", Method: http.MethodDelete, URL: domains + "/1", Status: 204},
		{Name: "gone", URL: domains + "/1", Status: 404},
	})
}
