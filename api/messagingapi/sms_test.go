package messagingapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestSMSFromDraftToLedger(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "no SMS yet", URL: "/api/messaging/sms", Status: 200, Contains: []string{`"items":[]`, `"total":0`}},
		{
			Name: "create", Method: http.MethodPost, URL: "/api/messaging/sms", Status: 201,
			Body: `{"name":"Offer","body":"It’s {{ contact.firstname }}"}`, Contains: []string{`"id":1`, `"revision":1`},
		},
		{Name: "no name", Method: http.MethodPost, URL: "/api/messaging/sms", Status: 422, Body: `{"name":""}`, Contains: []string{"Give the SMS a name."}},
		{Name: "a long name", Method: http.MethodPost, URL: "/api/messaging/sms", Status: 422, Body: `{"name":"` + strings.Repeat("x", 192) + `"}`, Contains: []string{"191 characters"}},
		{
			Name: "preview", Method: http.MethodPost, URL: "/api/messaging/sms/1/preview", Status: 200, Body: `{}`,
			Contains: []string{`"text":"It’s Anna"`, `"encoding":"UCS-2"`, `"parts":1`, `"character":"’","position":3,"instead":"'"`},
		},
		{Name: "change an old revision", Method: http.MethodPut, URL: "/api/messaging/sms/1", Status: 409, Body: `{"name":"Mine","revision":9}`, Contains: []string{"Somebody else changed this SMS"}},
		{Name: "test to nobody", Method: http.MethodPost, URL: "/api/messaging/sms/1/test", Status: 422, Body: `{"to":"nobody"}`, Contains: []string{"dialled"}},
		{Name: "absent", URL: "/api/messaging/sms/99", Status: 404, Contains: []string{"There is no SMS 99."}},
	})
	other := app(t, db, user(storetest.Org(t, db, "Other")))
	apitest.Run(t, other, []apitest.Scenario{{Name: "another organization", URL: "/api/messaging/sms/1", Status: 404}})
	apitest.Run(t, app(t, db, identity.Actor{}), []apitest.Scenario{{Name: "nobody", URL: "/api/messaging/sms/1", Status: 401}})
}
