package identityapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/identityapi"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui"
)

const (
	email    = "owner@acme.test"
	password = "a quiet lighthouse"
)

func setup(t *testing.T) *fiber.App {
	t.Helper()
	db := storetest.New(t)
	service := identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	if _, _, err := service.FirstStart(t.Context(), identity.FirstStart{OrgName: "Acme", Email: email, Password: password}); err != nil {
		t.Fatal(err)
	}
	sessions := ui.NewSessions(ui.SessionOptions{Store: identitystore.NewSessions(db), Identity: service})
	app, a := apitest.NewWith(t, api.Options{Identity: service, Sessions: sessions, Answers: store.NewAnswers(db)})
	identityapi.Register(a, service, sessions)
	return app
}

// logIn returns the cookie of a new session.
func logIn(t *testing.T, app *fiber.App, email, password string) string {
	t.Helper()
	response, body := apitest.Do(t, app, apitest.Scenario{
		Method: http.MethodPost, URL: "/api/auth/login", Body: fmt.Sprintf(`{"email":%q,"password":%q}`, email, password),
	})
	cookies := response.Cookies()
	if response.StatusCode != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("log in: %d %s, %v", response.StatusCode, body, cookies)
	}
	return cookies[0].Name + "=" + cookies[0].Value
}

func as(cookie string) map[string]string { return map[string]string{"Cookie": cookie} }

func TestLoggingIn(t *testing.T) {
	t.Parallel()
	app := setup(t)
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "nobody", URL: "/api/auth/me", Status: 401, Contains: []string{`"error":"unauthorized"`}},
		{Name: "a wrong password", Method: "POST", URL: "/api/auth/login", Body: `{"email":"owner@acme.test","password":"no"}`, Status: 401, Contains: []string{"Email address or password is wrong."}},
		{Name: "an unknown address", Method: "POST", URL: "/api/auth/login", Body: `{"email":"nobody@acme.test","password":"no"}`, Status: 401, Contains: []string{"Email address or password is wrong."}},
		{Name: "an address that is none", Method: "POST", URL: "/api/auth/login", Body: `{"email":"\u007f'; --","password":"no"}`, Status: 401},
		{Name: "no password", Method: "POST", URL: "/api/auth/login", Body: `{"email":"owner@acme.test"}`, Status: 422},
		{Name: "not JSON", Method: "POST", URL: "/api/auth/login", Body: `email=owner`, Status: 400},
		{Name: "a made-up cookie", URL: "/api/auth/me", Headers: as("mauntic=" + strings.Repeat("A", 43)), Status: 401},
	})
	cookie := logIn(t, app, "Owner@Acme.test", password)
	apitest.Run(t, app, []apitest.Scenario{
		{
			Name: "who am I", URL: "/api/auth/me", Headers: as(cookie), Status: 200,
			Contains:   []string{`"email":"owner@acme.test"`, `"role":"superadmin"`, `"emailVerified":false`, `"id":1`, `"organizationId":1`},
			ContainsNo: []string{"argon2", "password"},
		},
		{Name: "log out", Method: "POST", URL: "/api/auth/logout", Headers: as(cookie), Status: 204},
		{Name: "afterwards", URL: "/api/auth/me", Headers: as(cookie), Status: 401},
		{Name: "log out again", Method: "POST", URL: "/api/auth/logout", Headers: as(cookie), Status: 204},
	})
}

func TestTheCookieIsForServersOnly(t *testing.T) {
	t.Parallel()
	app := setup(t)
	response, _ := apitest.Do(t, app, apitest.Scenario{Method: "POST", URL: "/api/auth/login", Body: fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)})
	cookie := response.Header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "path=/", "expires="} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, cookie)
		}
	}
	response, _ = apitest.Do(t, app, apitest.Scenario{URL: "/api/auth/me"})
	if cookie := response.Header.Get("Set-Cookie"); cookie != "" {
		t.Errorf("a visitor who is not signed in got a cookie: %s", cookie)
	}
}

func TestANewPasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	app := setup(t)
	here, elsewhere := logIn(t, app, email, password), logIn(t, app, email, password)
	response, body := apitest.Do(t, app, apitest.Scenario{
		Method: "POST", URL: "/api/auth/change-password", Headers: as(here), Body: `{"current":"a quiet lighthouse","new":"a different harbour"}`,
	})
	if response.StatusCode != 204 || len(response.Cookies()) != 1 {
		t.Fatalf("change password: %d %s", response.StatusCode, body)
	}
	renewed := response.Cookies()[0].Name + "=" + response.Cookies()[0].Value
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "elsewhere", URL: "/api/auth/me", Headers: as(elsewhere), Status: 401},
		{Name: "the old cookie here", URL: "/api/auth/me", Headers: as(here), Status: 401},
		{Name: "here", URL: "/api/auth/me", Headers: as(renewed), Status: 200},
		{Name: "the old password", Method: "POST", URL: "/api/auth/change-password", Headers: as(renewed), Body: `{"current":"a quiet lighthouse","new":"yet another harbour"}`, Status: 422, Contains: []string{`"field":"current"`}},
		{Name: "a short password", Method: "POST", URL: "/api/auth/change-password", Headers: as(renewed), Body: `{"current":"a different harbour","new":"short"}`, Status: 422, Contains: []string{`"field":"new"`, "at least 12 characters"}},
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	app := setup(t)
	owner := as(logIn(t, app, email, password))
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "add one", Method: "POST", URL: "/api/identity/users", Headers: owner, Body: `{"email":"uli@acme.test","name":"Uli","password":"a quiet lighthouse"}`, Status: 201, Contains: []string{`"id":2`, `"role":"user"`}, ContainsNo: []string{"lighthouse", `"password"`}},
		{Name: "add one without a password", Method: "POST", URL: "/api/identity/users", Headers: owner, Body: `{"email":"ada@acme.test","role":"admin"}`, Status: 201, Contains: []string{`"password":"`}},
		{Name: "add one twice", Method: "POST", URL: "/api/identity/users", Headers: owner, Body: `{"email":"ULI@acme.test","password":"a quiet lighthouse"}`, Status: 409, Contains: []string{`"field":"email"`, "There is already a user with this email address."}},
		{Name: "header injection", Method: "POST", URL: "/api/identity/users", Headers: owner, Body: `{"email":"a@b.test\r\nBcc: c@d.test","name":"x\ny"}`, Status: 422, Contains: []string{`"field":"email"`, `"field":"name"`}},
		{Name: "a search that can't be stored", URL: "/api/identity/users?search=%00%ff", Headers: owner, Status: 422, Contains: []string{"is not text"}},
		{Name: "an unknown role", Method: "POST", URL: "/api/identity/users", Headers: owner, Body: `{"email":"x@acme.test","role":"god"}`, Status: 422, Contains: []string{`"field":"role"`}},
		{Name: "list", URL: "/api/identity/users?orderBy=email&orderDir=asc", Headers: owner, Status: 200, Contains: []string{`"total":3`, `"totalPages":1`, `"name":"Uli"`}, ContainsNo: []string{"argon2"}},
		{Name: "search", URL: "/api/identity/users?search=uli", Headers: owner, Status: 200, Contains: []string{`"total":1`}},
		{Name: "order by a secret", URL: "/api/identity/users?orderBy=password_hash", Headers: owner, Status: 422, Contains: []string{`"field":"orderBy"`}},
		{Name: "read", URL: "/api/identity/users/2", Headers: owner, Status: 200, Contains: []string{`"email":"uli@acme.test"`}},
		{Name: "nobody of that id", URL: "/api/identity/users/99", Headers: owner, Status: 404, Contains: []string{"There is no user 99."}},
		{Name: "an id that is none", URL: "/api/identity/users/0", Headers: owner, Status: 422},
	})
	uli := as(logIn(t, app, "uli@acme.test", password))
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "a user may not add users", Method: "POST", URL: "/api/identity/users", Headers: uli, Body: `{"email":"y@acme.test"}`, Status: 403, Contains: []string{`"error":"forbidden"`, "You may not manage users here."}},
		{Name: "a user may not change users", Method: "PATCH", URL: "/api/identity/users/1", Headers: uli, Body: `{}`, Status: 403},
		{Name: "change a role", Method: "PATCH", URL: "/api/identity/users/2", Headers: owner, Body: `{"role":"admin"}`, Status: 200, Contains: []string{`"role":"admin"`, `"isBlocked":false`}},
		{Name: "a refused part refuses all", Method: "PATCH", URL: "/api/identity/users/1", Headers: uli, Body: `{"role":"user","isBlocked":true}`, Status: 403},
		{Name: "block yourself", Method: "PATCH", URL: "/api/identity/users/1", Headers: owner, Body: `{"isBlocked":true}`, Status: 409},
		{Name: "block", Method: "PATCH", URL: "/api/identity/users/2", Headers: owner, Body: `{"isBlocked":true}`, Status: 200, Contains: []string{`"isBlocked":true`}},
		{Name: "a blocked user is signed out", URL: "/api/auth/me", Headers: uli, Status: 401},
		{Name: "a blocked user can't sign in", Method: "POST", URL: "/api/auth/login", Body: `{"email":"uli@acme.test","password":"a quiet lighthouse"}`, Status: 401},
		{Name: "unblock", Method: "PATCH", URL: "/api/identity/users/2", Headers: owner, Body: `{"isBlocked":false}`, Status: 200},
		{Name: "an unblocked user signs in again", Method: "POST", URL: "/api/auth/login", Body: `{"email":"uli@acme.test","password":"a quiet lighthouse"}`, Status: 200},
	})
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	app := setup(t)
	owner := as(logIn(t, app, email, password))
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "invite", Method: "POST", URL: "/api/identity/invitations", Headers: owner, Body: `{"email":"ada@acme.test","name":"Ada","role":"admin"}`, Status: 201, Contains: []string{`"state":"open"`, `"link":"`, `/invite/`, `"mailProblem":"Mails can't be sent here."`, `"mailedAt":null`}},
		{Name: "twice", Method: "POST", URL: "/api/identity/invitations", Headers: owner, Body: `{"email":"ADA@acme.test"}`, Status: 409, Contains: []string{`"field":"email"`}},
		{Name: "an unknown role", Method: "POST", URL: "/api/identity/invitations", Headers: owner, Body: `{"email":"x@acme.test","role":"god"}`, Status: 422},
		{Name: "list", URL: "/api/identity/invitations?waiting=true", Headers: owner, Status: 200, Contains: []string{`"total":1`, `"invitedBy":1`}, ContainsNo: []string{"/invite/"}},
		{Name: "again at once", Method: "POST", URL: "/api/identity/invitations/1/resend", Headers: owner, Status: 429},
		{Name: "revoke", Method: "DELETE", URL: "/api/identity/invitations/1", Headers: owner, Status: 204},
		{Name: "revoke twice", Method: "DELETE", URL: "/api/identity/invitations/1", Headers: owner, Status: 409},
		{Name: "nothing waits", URL: "/api/identity/invitations?waiting=true", Headers: owner, Status: 200, Contains: []string{`"total":0`}},
		{Name: "all are listed", URL: "/api/identity/invitations", Headers: owner, Status: 200, Contains: []string{`"state":"revoked"`}},
		{Name: "none of that id", Method: "DELETE", URL: "/api/identity/invitations/99", Headers: owner, Status: 404},
		{Name: "nobody", URL: "/api/identity/invitations", Status: 401},
	})
}

func TestSessionsAndProfile(t *testing.T) {
	t.Parallel()
	app := setup(t)
	here, elsewhere := as(logIn(t, app, email, password)), as(logIn(t, app, email, password))
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "list", URL: "/api/auth/sessions", Headers: here, Status: 200, Contains: []string{`"isCurrent":true`, `"isCurrent":false`}, ContainsNo: []string{"token", "hash"}},
		{Name: "somebody else's", Method: "DELETE", URL: "/api/auth/sessions/99", Headers: here, Status: 404},
		{Name: "end the others", Method: "DELETE", URL: "/api/auth/sessions", Headers: here, Status: 204},
		{Name: "elsewhere", URL: "/api/auth/me", Headers: elsewhere, Status: 401},
		{Name: "here", URL: "/api/auth/me", Headers: here, Status: 200},
		{Name: "profile", Method: "PATCH", URL: "/api/auth/me", Headers: here, Body: `{"name":"Ada","timeZone":"Asia/Tokyo"}`, Status: 200, Contains: []string{`"name":"Ada"`, `"timeZone":"Asia/Tokyo"`, `"language":""`}},
		{Name: "no such zone", Method: "PATCH", URL: "/api/auth/me", Headers: here, Body: `{"name":"Eve","timeZone":"Moon"}`, Status: 422, Contains: []string{`"field":"timeZone"`}},
		{Name: "nothing was half-written", URL: "/api/auth/me", Headers: here, Status: 200, Contains: []string{`"name":"Ada"`}},
		{Name: "end users' sessions", Method: "DELETE", URL: "/api/identity/users/1/sessions", Headers: here, Status: 409},
		{Name: "nobody", URL: "/api/auth/sessions", Status: 401},
	})
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	app := setup(t)
	owner := as(logIn(t, app, email, password))
	_, body := apitest.Do(t, app, apitest.Scenario{Method: "POST", URL: "/api/identity/api-keys", Headers: owner, Body: `{"name":"Shop","role":"admin"}`})
	var created struct {
		ID  int64  `json:"id"`
		Key string `json:"key"`
	}
	if err := json.Unmarshal([]byte(body), &created); err != nil || !regexp.MustCompile(`^mk_[\w-]{43}$`).MatchString(created.Key) {
		t.Fatalf("create: %s", body)
	}
	key := map[string]string{"Authorization": "Bearer " + created.Key}
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "who am I", URL: "/api/auth/me", Headers: key, Status: 200, Contains: []string{`"name":"Shop"`, `"id":0`, fmt.Sprintf(`"apiKeyId":%d`, created.ID)}},
		{Name: "the list keeps the secret", URL: "/api/identity/api-keys", Headers: key, Status: 200, Contains: []string{`"total":1`, `"prefix":"` + created.Key[:9] + `"`, `"createdBy":1`, `"revokedAt":null`}, ContainsNo: []string{created.Key}},
		{Name: "a wrong key", URL: "/api/auth/me", Headers: map[string]string{"Authorization": "Bearer mk_wrong"}, Status: 401, Contains: []string{"This API key is not valid."}},
		{Name: "a wrong key beats a good cookie", URL: "/api/auth/me", Headers: map[string]string{"Authorization": "Basic eDp5", "Cookie": owner["Cookie"]}, Status: 401},
		{Name: "a key without a name", Method: "POST", URL: "/api/identity/api-keys", Headers: key, Body: `{"name":""}`, Status: 422, Contains: []string{`"field":"name"`}},
		{Name: "a key that operates", Method: "POST", URL: "/api/identity/api-keys", Headers: key, Body: `{"name":"x","role":"superadmin"}`, Status: 422, Contains: []string{`"field":"role"`}},
		{Name: "a key can't change a password", Method: "POST", URL: "/api/auth/change-password", Headers: key, Body: `{"current":"a","new":"b"}`, Status: 403},
		{Name: "revoke", Method: "DELETE", URL: fmt.Sprintf("/api/identity/api-keys/%d", created.ID), Headers: owner, Status: 204},
		{Name: "a revoked key", URL: "/api/auth/me", Headers: key, Status: 401},
		{Name: "revoke nothing", Method: "DELETE", URL: "/api/identity/api-keys/99", Headers: owner, Status: 404},
	})
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	app := setup(t)
	owner := as(logIn(t, app, email, password))
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "read", URL: "/api/identity/organization", Headers: owner, Status: 200, Contains: []string{`"name":"Acme"`, `"timeZone":"UTC"`, `"fromEmail":"owner@acme.test"`}},
		{Name: "change", Method: "PATCH", URL: "/api/identity/organization", Headers: owner, Body: `{"timeZone":"Europe/Berlin","postalAddress":"Street 1"}`, Status: 200, Contains: []string{`"name":"Acme"`, `"timeZone":"Europe/Berlin"`}},
		{Name: "no such time zone", Method: "PATCH", URL: "/api/identity/organization", Headers: owner, Body: `{"timeZone":"Moon","name":"Other"}`, Status: 422, Contains: []string{`"field":"timeZone"`}},
		{Name: "a sender that injects headers", Method: "PATCH", URL: "/api/identity/organization", Headers: owner, Body: `{"fromName":"x\r\nBcc: all@acme.test"}`, Status: 422, Contains: []string{`"field":"fromName"`}},
		{Name: "a name of 10,000 characters", Method: "PATCH", URL: "/api/identity/organization", Headers: owner, Body: `{"name":"` + strings.Repeat("x", 10_000) + `"}`, Status: 422, Contains: []string{`"field":"name"`}},
		{Name: "nothing was half-written", URL: "/api/identity/organization", Headers: owner, Status: 200, Contains: []string{`"name":"Acme"`, `"timeZone":"Europe/Berlin"`}},
		{Name: "nobody", URL: "/api/identity/organization", Status: 401, ContainsNo: []string{"Acme"}},
	})
}
