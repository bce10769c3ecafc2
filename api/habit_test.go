package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api/apitest"
)

// program is a furnished site, and the header by which a program gets in.
func (f furnished) program(t *testing.T) (*site, map[string]string) {
	t.Helper()
	return f.site(t), map[string]string{fiber.HeaderAuthorization: "Bearer " + f.who.shop}
}

func addressesSayWhichMethodsTheyKnow(t *testing.T, f furnished) {
	t.Helper()
	s, key := f.program(t)
	for request, allowed := range map[string]string{
		"DELETE /api/crm/contacts": "GET POST PUT", "POST /api/crm/contacts/4711": "DELETE GET PATCH", "PUT /api/crm/contacts/export": "GET",
		"PATCH /api/messaging/emails/5": "DELETE GET PUT",
	} {
		method, path, _ := strings.Cut(request, " ")
		response, body := apitest.Do(t, s.app, apitest.Scenario{Method: method, URL: path, Headers: key})
		if response.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(body, `"error":"invalid"`) || response.Header.Get(fiber.HeaderContentType) != "application/problem+json" {
			t.Errorf("%s answers %d %s", request, response.StatusCode, body)
		}
		for method := range strings.FieldsSeq(allowed) {
			if known := strings.Split(response.Header.Get(fiber.HeaderAllow), ", "); !slices.Contains(known, method) {
				t.Errorf("%s names %v, without %s", request, known, method)
			}
		}
	}
}

func pagesOfAListHoldEachItemOnce(t *testing.T, f furnished) {
	t.Helper()
	s, key := f.program(t)
	for n := range 23 {
		apitest.Do(t, s.app, apitest.Scenario{Method: http.MethodPost, URL: "/api/crm/contacts", Headers: key, Body: fmt.Sprintf(`{"email":"c%d@example.com","lastname":"Same"}`, n)})
	}
	for _, order := range []string{"", "&orderBy=lastname", "&orderBy=lastname&orderDir=asc", "&orderBy=createdAt", "&orderBy=points&orderDir=asc"} {
		seen := map[int]bool{}
		for page := 1; page <= 3; page++ {
			_, body := apitest.Do(t, s.app, apitest.Scenario{URL: fmt.Sprintf("/api/crm/contacts?limit=10&page=%d%s", page, order), Headers: key})
			var list struct {
				Items                          []struct{ ID int }
				Total, Page, Limit, TotalPages int
			}
			if err := json.Unmarshal([]byte(body), &list); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if list.Total != 25 || list.Page != page || list.Limit != 10 || list.TotalPages != 3 {
				t.Errorf("page %d%s says %+v", page, order, list)
			}
			for _, item := range list.Items {
				seen[item.ID] = true
			}
		}
		if len(seen) != 25 {
			t.Errorf("three pages%s hold %d of 25 contacts", order, len(seen))
		}
	}
	apitest.Run(t, s.app, []apitest.Scenario{
		{Name: "after the last page", URL: "/api/crm/contacts?page=4&limit=10", Headers: key, Status: 200, Contains: []string{`"items":[]`, `"total":25`}},
		{Name: "too large a page", URL: "/api/crm/contacts?limit=101", Headers: key, Status: 422, Contains: []string{`"field":"limit"`}},
		{Name: "a name misspelt", URL: "/api/crm/contacts?serach=eva", Headers: key, Status: 422, Contains: []string{`"field":"serach"`}},
		{Name: "a file's name misspelt", URL: "/api/crm/contacts/export?serach=eva", Headers: key, Status: 422, Contains: []string{`"field":"serach"`}},
	})
}

func whoIsSlowerReadsAgain(t *testing.T, f furnished) {
	t.Helper()
	s, key := f.program(t)
	patch := func(name, body string, status int, contains ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: http.MethodPatch, URL: "/api/crm/contacts/4711", Body: body, Headers: key, Status: status, Contains: contains}
	}
	apitest.Run(t, s.app, []apitest.Scenario{
		patch("who read last", `{"firstname":"Eve","ifUpdatedAt":"2026-11-25T14:05:00Z"}`, 200, `"firstname":"Eve"`),
		patch("who read before", `{"firstname":"Ava","ifUpdatedAt":"2026-11-25T14:05:00Z"}`, 409, `"error":"conflict"`),
		{Name: "an old revision", Method: http.MethodPut, URL: "/api/messaging/emails/5", Body: `{"name":"Mine","revision":3}`, Headers: key, Status: 409},
		{Name: "an old draft", Method: http.MethodPut, URL: "/api/campaign/campaigns/12", Body: `{"name":"Mine","flow":{"root":[]},"revision":3}`, Headers: key, Status: 409},
		{Name: "an old SMS", Method: http.MethodPut, URL: "/api/messaging/sms/3", Body: `{"name":"Mine","revision":3}`, Headers: key, Status: 409},
		{Name: "nothing of it was done", URL: "/api/crm/contacts/4711", Headers: key, Status: 200, Contains: []string{`"firstname":"Eve"`}},
	})
}

func aBatchAnswersForEachItem(t *testing.T, f furnished) {
	t.Helper()
	s, key := f.program(t)
	batch := func(name, body string, status int, contains ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: http.MethodPost, URL: "/api/crm/contacts/batch", Body: body, Headers: key, Status: status, Contains: contains}
	}
	items := `"items":[{"action":"create","key":"a","email":"new@example.com"},{"action":"create","key":"b","email":"eva.lang@example.com"},
		{"action":"update","key":"c","id":999999,"firstname":"X"},{"action":"upsert","key":"d","email":"tim@example.com"},{"action":"delete","key":"e","id":4712}]`
	apitest.Run(t, s.app, []apitest.Scenario{
		batch("all or nothing", `{"allOrNothing":true,`+items+`}`, 422, `"done":0`, `"key":"a","status":424`, `"key":"b","status":409`),
		{Name: "nothing was done", URL: "/api/crm/contacts?search=new@example.com", Headers: key, Status: 200, Contains: []string{`"total":0`}},
		batch("each for itself", `{`+items+`}`, 200, `"done":3`, `"key":"a","status":201`, `"key":"b","status":409`, `"key":"c","status":404`, `"key":"d","status":200`, `"key":"e","status":204`),
		batch("none", `{"items":[]}`, 422, `"field":"items"`),
		batch("an unknown action", `{"items":[{"action":"archive"}]}`, 422, `items[0].action`),
	})
}

// answersOfOtherStatusesArePromised is about operations whose examples show one answer of two.
func answersOfOtherStatusesArePromised(t *testing.T, f furnished) {
	t.Helper()
	s, key := f.program(t)
	for _, c := range []struct {
		operation, body string
		status          int
	}{
		{"PUT /api/crm/contacts", `{"email":"new@example.com"}`, 201},
		{"PUT /api/crm/contacts", `{"email":"new@example.com","points":3}`, 200},
		{"POST /api/crm/contacts/batch", `{"allOrNothing":true,"items":[{"action":"update","id":999999}]}`, 422},
	} {
		method, path, _ := strings.Cut(c.operation, " ")
		response, body := apitest.Do(t, s.app, apitest.Scenario{Method: method, URL: path, Body: c.body, Headers: key})
		if response.StatusCode != c.status {
			t.Errorf("%s answers %d, want %d: %s", c.operation, response.StatusCode, c.status, body)
		}
		s.fitsTheContract(operationsOf(s.doc)[c.operation], answer{status: response.StatusCode, header: response.Header, body: body})
	}
}
