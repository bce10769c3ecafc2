package messagingapi_test

import (
	"net/http"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestTheSuppressionListFromImportToExport(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	const list = "/api/messaging/suppressions"
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "empty", URL: list, Status: 200, Contains: []string{`"items":[]`}},
		{
			Name: "put", Method: http.MethodPost, URL: list, Status: 201, Body: `{"address":"Anna@Example.com","comment":"=asked"}`,
			Contains: []string{`"address":"anna@example.com"`, `"reason":"manual"`, `"stops":"marketing"`, `"until":null`},
		},
		{Name: "put nonsense", Method: http.MethodPost, URL: list, Status: 422, Body: `{"address":"anna"}`, Contains: []string{"is not an email address"}},
		{
			Name: "import", Method: http.MethodPost, URL: list + "/import?name=old.csv", Status: 200, Body: "email\nbob@example.com\nanna@example.com\nnobody\n",
			Headers: map[string]string{"Content-Type": "text/csv"}, Contains: []string{`"added":1`, `"known":1`, `"rejected":1`, `"row":4`, `"text":"nobody"`},
		},
		{Name: "filter", URL: list + "?reason=import&search=BOB", Status: 200, Contains: []string{`"total":1`, `"origin":"old.csv"`}},
		{Name: "export", URL: list + "/export", Status: 200, Contains: []string{"anna@example.com,email,manual,marketing,'=asked", "bob@example.com"}},
		{Name: "erase", Method: http.MethodPost, URL: list + "/erase", Status: 204, Body: `{"address":"bob@example.com"}`},
		{Name: "erased", URL: list + "?reason=erased", Status: 200, Contains: []string{`"address":""`}, ContainsNo: []string{"bob"}},
		{Name: "remove", Method: http.MethodDelete, URL: list + "/1", Status: 204},
		{Name: "removed", URL: list + "/1", Status: 404, Contains: []string{"There is no suppression 1."}},
		{Name: "remove again", Method: http.MethodDelete, URL: list + "/1", Status: 404},
	})
	other := storetest.Org(t, db, "Other")
	apitest.Run(t, app(t, db, user(other)), []apitest.Scenario{
		{Name: "another organization's", URL: list, Status: 200, Contains: []string{`"total":0`}},
		{Name: "another organization's export", URL: list + "/export", Status: 200, ContainsNo: []string{"example.com"}},
	})
}

func TestStopsAndUnknownMessagesByAPI(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	if _, err := db.Pool().Exec(t.Context(), `insert into messaging.stops (org_id, scope, subject, level, rule, reason, sent, faults)
		values ($1, 'domain', 'example.com', 'paused', 'bounces', $2, 100, 50)`, org, domain.Keep("%s of %s came back.", domain.Number(50), domain.Number(100))); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool().Exec(t.Context(), `insert into messaging.messages (org_id, sid, key, channel, class, state, address, call_deadline, delivery, bounce_class, reason)
		values ($1, 'a', 'a', 'email', 'transactional', 'unknown', 'a@example.com', now() - interval '3 minutes', '', '', $2),
			($1, 'b', 'b', 'email', 'marketing', 'unknown', 'b@example.com', now() - interval '3 minutes', '', '', ''),
			($1, 'c', 'c', 'email', 'marketing', 'sent', 'c@example.com', null, 'bounced', 'hard', '')`, org, domain.Keep("%s It said: %s", domain.Say("No."), "550")); err != nil {
		t.Fatal(err)
	}
	const messages = "/api/messaging/messages"
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "stops", URL: "/api/messaging/stops?open=true", Status: 200, Contains: []string{`"subject":"example.com"`, `"reason":"50 of 100 came back."`, `"faults":50`}},
		{Name: "a marketer lifts", Method: http.MethodPost, URL: "/api/messaging/stops/1/lift", Status: 403},
		{Name: "overdue", URL: messages + "?overdue=true", Status: 200, Contains: []string{`"total":1`, `"sid":"a"`, `"reason":"No. It said: 550"`}},
		{Name: "bounced", URL: messages + "?delivery=bounced", Status: 200, Contains: []string{`"total":1`, `"bounceClass":"hard"`}},
		{Name: "it arrived", Method: http.MethodPost, URL: messages + "/1/arrived", Status: 200, Contains: []string{`"state":"sent"`, `"settledBy":"operator"`}},
		{Name: "it arrived twice", Method: http.MethodPost, URL: messages + "/1/arrived", Status: 409},
		{Name: "send again", Method: http.MethodPost, URL: messages + "/2/send-again", Status: 200, Contains: []string{`"state":"ready"`, `"resends":1`}},
		{Name: "reports", URL: messages + "/3/feedback", Status: 200, Contains: []string{`"items":[]`}},
		{Name: "reports of nothing", URL: messages + "/99/feedback", Status: 404},
	})
	admin := user(org)
	admin.Role = identity.RoleAdmin
	apitest.Run(t, app(t, db, admin), []apitest.Scenario{
		{Name: "lift", Method: http.MethodPost, URL: "/api/messaging/stops/1/lift", Status: 200, Contains: []string{`"liftedAt":"`}},
		{Name: "lift again", Method: http.MethodPost, URL: "/api/messaging/stops/1/lift", Status: 409},
	})
	other := storetest.Org(t, db, "Other")
	apitest.Run(t, app(t, db, user(other)), []apitest.Scenario{
		{Name: "another organization's stop", URL: "/api/messaging/stops/1", Status: 404},
		{Name: "another organization's message", Method: http.MethodPost, URL: messages + "/2/send-again", Status: 404},
	})
}
