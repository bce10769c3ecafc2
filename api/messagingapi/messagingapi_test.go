package messagingapi_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/dns"
	"github.com/mauntic/mauntic/activities/provider/dns/dnstest"
	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/messagingapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

func setup(t *testing.T) (db *store.DB, org domain.OrgID) {
	t.Helper()
	db = storetest.New(t)
	return db, storetest.Org(t, db, "Acme")
}

// app is the API as actor sees it.
func app(t *testing.T, db *store.DB, actor identity.Actor) *fiber.App {
	t.Helper()
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	letters := messagingstore.New(db)
	service := messaging.New(messaging.Deps{
		Store: letters, Tx: db, Contacts: crm.New(crm.Deps{Store: crmstore.New(db), Tx: db}), Provider: inbox.New(letters),
		Signer: signer, BaseURL: "http://mail.test", Log: slog.New(slog.DiscardHandler), DNS: dns.New(dnstest.New(t).Address()),
	})
	fiberApp, a := apitest.New(t, actor)
	messagingapi.Register(a, service)
	return fiberApp
}

func user(org domain.OrgID) identity.Actor {
	return identity.Actor{Org: org, User: 1, Role: identity.RoleUser}
}

func TestEmailsFromDraftToInbox(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "no email yet", URL: "/api/messaging/emails", Status: 200, Contains: []string{`"items":[]`, `"total":0`}},
		{
			Name: "create", Method: http.MethodPost, URL: "/api/messaging/emails", Status: 201,
			Body:     `{"name":"Welcome","subject":"Hi {{ contact.firstname }}","html":"<p>Hello {{ contact.nosuch }}</p>"}`,
			Contains: []string{`"id":1`, `"revision":1`, `"html":"<p>Hello`},
		},
		{Name: "list without content", URL: "/api/messaging/emails?search=welc", Status: 200, Contains: []string{`"name":"Welcome"`}, ContainsNo: []string{"Hello"}},
		{Name: "unknown order", URL: "/api/messaging/emails?orderBy=html", Status: 422, Contains: []string{"can't be ordered"}},
		{
			Name: "change", Method: http.MethodPut, URL: "/api/messaging/emails/1", Status: 200,
			Body: `{"name":"Welcome","subject":"Dear {{ contact.firstname }}","html":"<p>Hello {{ contact.nosuch }}</p>","revision":1}`, Contains: []string{`"revision":2`},
		},
		{
			Name: "change an old revision", Method: http.MethodPut, URL: "/api/messaging/emails/1", Status: 409,
			Body: `{"name":"Mine","revision":1}`, Contains: []string{"Somebody else changed this email"},
		},
		{
			Name: "preview", Method: http.MethodPost, URL: "/api/messaging/emails/1/preview", Status: 200, Body: `{}`,
			Contains: []string{`"subject":"Dear Anna"`, `"warnings":["HTML, line 1: there is no {{ contact.nosuch }}`},
		},
		{
			Name: "test", Method: http.MethodPost, URL: "/api/messaging/emails/1/test", Status: 200, Body: `{"to":"me@example.com"}`,
			Contains: []string{`"state":"sent"`, `"class":"test"`, `"provider":"inbox"`},
		},
		{Name: "ledger", URL: "/api/messaging/messages?state=sent&emailId=1", Status: 200, Contains: []string{`"total":1`, `"address":"me@example.com"`}},
		{Name: "inbox", URL: "/api/messaging/inbox", Status: 200, Contains: []string{`"subject":"Dear Anna"`}, ContainsNo: []string{`"source"`}},
		{Name: "mail", URL: "/api/messaging/inbox/1", Status: 200, Contains: []string{`"source":"`, "List-Unsubscribe", "/t/o/"}},
		{Name: "delete what was sent", Method: http.MethodDelete, URL: "/api/messaging/emails/1", Status: 409},
	})
}

func TestBadInputIsExplained(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	post := func(name, body string, status int, contains ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: http.MethodPost, URL: "/api/messaging/emails", Body: body, Status: status, Contains: contains}
	}
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		post("not JSON", `{"name":`, 400, "not valid JSON"),
		post("unknown field", `{"name":"x","colour":"red"}`, 422, "colour"),
		post("no name", `{}`, 422, "name"),
		post("a long name", `{"name":"`+strings.Repeat("x", 10_000)+`"}`, 422, "191 characters"),
		post("Liquid that loops for ever", `{"name":"x","html":"a\n{% for i in (1..2000000000) %}{% endfor %}"}`, 422, `"field":"html"`, "Line 2: a range may have 1000 numbers at most."),
		post("header injection by subject", `{"name":"x","subject":"Hi\r\nBcc: a@b.c"}`, 422, `"field":"subject"`),
		post("header injection by sender", `{"name":"x","fromName":"Hi\r\nBcc: a@b.c"}`, 422, `"field":"fromName"`),
		post("too much", `{"name":"x","html":"`+strings.Repeat("x", 300<<10)+`"}`, 422, "256 KB"),
		{Name: "nothing was written", URL: "/api/messaging/emails", Status: 200, Contains: []string{`"total":0`}},
		{Name: "test to nobody", Method: http.MethodPost, URL: "/api/messaging/emails/1/test", Body: `{"to":"nobody"}`, Status: 422, Contains: []string{"is not an email address"}},
		{Name: "absent email", URL: "/api/messaging/emails/99", Status: 404, Contains: []string{"There is no email 99."}},
		{Name: "absent message", URL: "/api/messaging/messages/99", Status: 404},
		{Name: "absent mail", URL: "/api/messaging/inbox/99", Status: 404},
	})
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	db, org := setup(t)
	apitest.Run(t, app(t, db, user(org)), []apitest.Scenario{
		{Name: "create", Method: http.MethodPost, URL: "/api/messaging/emails", Body: `{"name":"Welcome","subject":"Hi","html":"x"}`, Status: 201},
		{Name: "test", Method: http.MethodPost, URL: "/api/messaging/emails/1/test", Body: `{"to":"me@example.com"}`, Status: 200},
	})
	other := app(t, db, user(storetest.Org(t, db, "Other")))
	nobody := app(t, db, identity.Actor{})
	for _, path := range []string{"/api/messaging/emails/1", "/api/messaging/messages/1", "/api/messaging/inbox/1"} {
		apitest.Run(t, other, []apitest.Scenario{{Name: "another organization: " + path, URL: path, Status: 404}})
		apitest.Run(t, nobody, []apitest.Scenario{{Name: "nobody: " + path, URL: path, Status: 401}})
	}
	for _, path := range []string{"/api/messaging/emails", "/api/messaging/messages", "/api/messaging/inbox"} {
		apitest.Run(t, other, []apitest.Scenario{{Name: "another organization: " + path, URL: path, Status: 200, Contains: []string{`"total":0`}}})
	}
}
