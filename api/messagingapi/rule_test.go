package messagingapi_test

import (
	"net/http"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestQuietHoursAndLimits(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	const rules = "/api/messaging/rules"
	admin := app(t, db, identity.Actor{Org: org, User: 1, Role: identity.RoleAdmin})
	other := app(t, db, identity.Actor{Org: storetest.Org(t, db, "Other"), User: 2, Role: identity.RoleAdmin})
	apitest.Run(t, admin, []apitest.Scenario{
		{Name: "none", URL: rules, Status: 200, Contains: []string{`"items":[]`}},
		{
			Name: "quiet hours", Method: http.MethodPost, URL: rules, Status: 201,
			Body:     `{"kind":"quiet","action":"defer","days":["sunday","monday"],"from":"21:00","to":"08:00"}`,
			Contains: []string{`"id":1`, `"days":["monday","sunday"]`, `"from":"21:00"`, `"summary":"Between 21:00 and 08:00 of the next day, Monday and Sunday, marketing messages wait until it is over."`},
		},
		{
			Name: "a limit", Method: http.MethodPost, URL: rules, Status: 201,
			Body:     `{"kind":"cap","channel":"sms","action":"skip","messages":2,"per":"week"}`,
			Contains: []string{`"id":2`, "at most 2 marketing SMS in any 7 days"},
		},
		{
			Name: "no time left", Method: http.MethodPost, URL: rules, Status: 422, Contains: []string{"no time left to send", `"field":"days"`},
			Body: `{"kind":"quiet","action":"defer","days":["monday","tuesday","wednesday","thursday","friday","saturday","sunday"],"from":"00:00","to":"00:00"}`,
		},
		{
			Name: "no time of day", Method: http.MethodPost, URL: rules, Status: 422, Contains: []string{`"field":"from"`, "Write a time such as 21:00."},
			Body: `{"kind":"quiet","action":"defer","days":["monday"],"from":"25:00","to":"08:00"}`,
		},
		{
			Name: "replace", Method: http.MethodPut, URL: rules + "/2", Status: 200, Body: `{"kind":"cap","action":"defer","messages":5,"per":"day"}`,
			Contains: []string{`"messages":5`}, ContainsNo: []string{"SMS"},
		},
		{Name: "absent", URL: rules + "/99", Status: 404, Contains: []string{"There is no rule 99."}},
	})
	apitest.Run(t, other, []apitest.Scenario{
		{Name: "another organization reads", URL: rules + "/1", Status: 404},
		{Name: "another organization deletes", Method: http.MethodDelete, URL: rules + "/1", Status: 404},
		{Name: "another organization lists", URL: rules, Status: 200, Contains: []string{`"items":[]`}},
	})
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "a marketer reads", URL: rules + "/1", Status: 200},
		{Name: "a marketer may not delete", Method: http.MethodDelete, URL: rules + "/1", Status: 403},
	})
	apitest.Run(t, admin, []apitest.Scenario{
		{Name: "delete", Method: http.MethodDelete, URL: rules + "/1", Status: 204},
		{Name: "gone", URL: rules + "/1", Status: 404},
	})
}
