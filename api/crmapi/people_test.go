package crmapi_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

// anna stores a contact, the first of its database.
func (b bench) anna(t *testing.T) crm.Contact {
	t.Helper()
	email := "anna@example.com"
	contact, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: &email})
	if err != nil {
		t.Fatal(err)
	}
	return contact
}

func TestWhatBelongsToAnotherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "note", Method: "POST", URL: "/api/crm/contacts/1/notes", Body: `{"text":"a"}`, Status: 201},
		{Name: "segment", Method: "POST", URL: "/api/crm/segments", Body: `{"name":"Fair"}`, Status: 201},
		{Name: "tag", Method: "POST", URL: "/api/crm/tags", Body: `{"name":"news"}`, Status: 201},
		{Name: "file", Method: "POST", URL: "/api/crm/contacts/1/attachments?name=a.pdf", Body: "%PDF-1.7", Headers: map[string]string{"Content-Type": "application/pdf"}, Status: 201},
	})
	stranger := b.as(t, identity.Actor{Org: storetest.Org(t, b.db, "Other"), APIKey: 2, Role: identity.RoleUser})
	var scenarios []apitest.Scenario
	for _, call := range []string{
		"GET contacts/1/notes", "POST contacts/1/notes", "GET notes/1", "PATCH notes/1", "DELETE notes/1", "POST notes/1/restore",
		"GET segments/1", "PATCH segments/1", "DELETE segments/1", "POST segments/1/restore", "POST segments/1/contacts", "POST segments/1/contacts/remove",
		"PUT segments/1/contacts/1", "DELETE segments/1/contacts/1", "GET contacts/1/segments",
		"GET tags/1", "PATCH tags/1", "DELETE tags/1", "POST tags/1/restore", "POST tags/1/merge",
		"GET contacts/1/attachments", "GET attachments/1", "GET attachments/1/content", "DELETE attachments/1", "POST attachments/1/restore",
		"GET contacts/1/consents", "POST contacts/1/consents", "GET contacts/1/timeline",
	} {
		method, path, _ := strings.Cut(call, " ")
		body := map[string]string{
			"POST contacts/1/notes": `{"text":"a"}`, "PATCH notes/1": `{"text":"b"}`, "PATCH segments/1": `{"name":"b"}`, "PATCH tags/1": `{"name":"b"}`,
			"POST segments/1/contacts": `{"contactIds":[1]}`, "POST segments/1/contacts/remove": `{"contactIds":[1]}`, "POST tags/1/merge": `{"into":2}`,
			"POST contacts/1/consents": `{"purpose":"email","state":"granted"}`,
		}[call]
		scenarios = append(scenarios, apitest.Scenario{Name: call, Method: method, URL: "/api/crm/" + path, Body: body, Status: 404, Contains: []string{"not_found"}})
	}
	apitest.Run(t, stranger, scenarios)
}

func TestNotes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "add", Method: "POST", URL: "/api/crm/contacts/1/notes", Body: `{"type":"call","text":"<script>alert(1)</script>","happenedAt":"2026-01-02T03:04:05Z"}`, Status: 201, Contains: []string{`"id":1`, `"type":"call"`, `"happenedAt":"2026-01-02T03:04:05Z"`}},
		{Name: "add nothing", Method: "POST", URL: "/api/crm/contacts/1/notes", Body: `{"text":" "}`, Status: 422, Contains: []string{`"field":"text"`}},
		{Name: "list", URL: "/api/crm/contacts/1/notes?search=ALERT", Status: 200, Contains: []string{`"total":1`}},
		{Name: "change", Method: "PATCH", URL: "/api/crm/notes/1", Body: `{"text":"Better."}`, Status: 200, Contains: []string{`"type":"call"`, `"text":"Better."`}},
		{Name: "on the timeline", URL: "/api/crm/contacts/1/timeline?kind=notes", Status: 200, Contains: []string{"contact.note_added", `"text":"Better."`, `"next":""`}},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/notes/1", Status: 204},
		{Name: "gone", URL: "/api/crm/notes/1", Status: 404},
		{Name: "restore", Method: "POST", URL: "/api/crm/notes/1/restore", Status: 200, Contains: []string{`"text":"Better."`}},
	})
}

func TestSegments(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "none yet", URL: "/api/crm/segments", Status: 200, Contains: []string{`"items":[]`}},
		{Name: "create", Method: "POST", URL: "/api/crm/segments", Body: `{"name":"Spring fair"}`, Status: 201, Contains: []string{`"alias":"spring-fair"`, `"isPublished":true`, `"contacts":0`}},
		{Name: "its twin", Method: "POST", URL: "/api/crm/segments", Body: `{"name":"x","alias":"spring-fair"}`, Status: 409, Contains: []string{`"field":"alias"`}},
		{Name: "add", Method: "POST", URL: "/api/crm/segments/1/contacts", Body: `{"contactIds":[1,1,99]}`, Status: 200, Contains: []string{`"changed":1`}},
		{Name: "add none", Method: "POST", URL: "/api/crm/segments/1/contacts", Body: `{"contactIds":[]}`, Status: 422},
		{Name: "count", URL: "/api/crm/segments/1", Status: 200, Contains: []string{`"contacts":1`}},
		{Name: "members", URL: "/api/crm/contacts?segment=spring-fair", Status: 200, Contains: []string{`"total":1`}},
		{Name: "of a contact", URL: "/api/crm/contacts/1/segments", Status: 200, Contains: []string{`"name":"Spring fair"`}, ContainsNo: []string{`"contacts"`}},
		{Name: "remove one", Method: "DELETE", URL: "/api/crm/segments/1/contacts/1", Status: 204},
		{Name: "add one", Method: "PUT", URL: "/api/crm/segments/1/contacts/1", Status: 200, Contains: []string{`"changed":1`}},
		{Name: "add nobody", Method: "PUT", URL: "/api/crm/segments/1/contacts/99", Status: 404},
		{Name: "remove many", Method: "POST", URL: "/api/crm/segments/1/contacts/remove", Body: `{"contactIds":[1,99]}`, Status: 200, Contains: []string{`"changed":1`}},
		{Name: "hide", Method: "PATCH", URL: "/api/crm/segments/1", Body: `{"isPublished":false}`, Status: 200, Contains: []string{`"isPublished":false`, `"name":"Spring fair"`}},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/segments/1", Status: 204},
		{Name: "restore", Method: "POST", URL: "/api/crm/segments/1/restore", Status: 200, Contains: []string{`"alias":"spring-fair"`}},
	})
}

func TestTagsAreChangedAndMerged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "create", Method: "POST", URL: "/api/crm/tags", Body: `{"name":"news","description":"Gets the letter."}`, Status: 201, Contains: []string{`"id":1`, `"description":"Gets the letter."`}},
		{Name: "give it", Method: "POST", URL: "/api/crm/contacts/1/tags", Body: `{"add":["news"]}`, Status: 200},
		{Name: "rename", Method: "PATCH", URL: "/api/crm/tags/1", Body: `{"name":"letter"}`, Status: 200, Contains: []string{`"name":"letter"`, `"contacts":1`}},
		{Name: "another", Method: "POST", URL: "/api/crm/tags", Body: `{"name":"mail"}`, Status: 201, Contains: []string{`"id":2`}},
		{Name: "its twin", Method: "POST", URL: "/api/crm/tags", Body: `{"name":"MAIL"}`, Status: 409},
		{Name: "rename to it", Method: "PATCH", URL: "/api/crm/tags/1", Body: `{"name":"Mail"}`, Status: 409, Contains: []string{"merged", `"field":"name"`}},
		{Name: "merge", Method: "POST", URL: "/api/crm/tags/1/merge", Body: `{"into":2}`, Status: 200, Contains: []string{`"moved":1`, `"name":"mail"`, `"contacts":1`}},
		{Name: "gone", URL: "/api/crm/tags/1", Status: 404},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/tags/2", Status: 204},
		{Name: "nobody has it", URL: "/api/crm/contacts/1", Status: 200, Contains: []string{`"tags":[]`}},
		{Name: "restore", Method: "POST", URL: "/api/crm/tags/2/restore", Status: 200, Contains: []string{`"contacts":1`}},
	})
}

func TestConsentsAndMarks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "grant", Method: "POST", URL: "/api/crm/contacts/1/consents", Body: `{"purpose":"Profiling","state":"granted","source":"form","wording":"Yes.","ip":"192.0.2.7"}`, Status: 201, Contains: []string{`"purpose":"profiling"`, `"ip":"192.0.2.7"`, `"source":"form"`}},
		{Name: "grant what", Method: "POST", URL: "/api/crm/contacts/1/consents", Body: `{"purpose":"","state":"granted"}`, Status: 422, Contains: []string{`"field":"purpose"`}},
		{Name: "forbid", Method: "PUT", URL: "/api/crm/contacts/1/do-not-contact/email", Body: `{"reason":"unsubscribed","comment":"By phone.","origin":"ticket-1"}`, Status: 204},
		{Name: "the mark", URL: "/api/crm/contacts/1", Status: 200, Contains: []string{`"comment":"By phone."`, `"origin":"ticket-1"`}},
		{Name: "allow", Method: "DELETE", URL: "/api/crm/contacts/1/do-not-contact/email?comment=Asked+again.", Status: 204},
		{Name: "the log", URL: "/api/crm/contacts/1/consents?limit=2", Status: 200, Contains: []string{`"id":3`, `"detail":"Asked again."`, `"detail":"By phone."`, `"source":"api"`}, ContainsNo: []string{"profiling"}},
		{Name: "read on", URL: "/api/crm/contacts/1/consents?before=2", Status: 200, Contains: []string{"profiling"}, ContainsNo: []string{"By phone."}},
	})
}

func TestTimelineFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "record", Method: "POST", URL: "/api/crm/events", Body: `{"contactId":1,"type":"order.paid","data":{"what":"Hat"},"occurredAt":"2026-01-02T00:00:00Z"}`, Status: 201},
		{Name: "kinds", URL: "/api/crm/contacts/1/timeline?kind=custom,notes", Status: 200, Contains: []string{"order.paid"}, ContainsNo: []string{"contact.created"}},
		{Name: "text", URL: "/api/crm/contacts/1/timeline?search=hat", Status: 200, Contains: []string{"order.paid"}, ContainsNo: []string{"contact.created"}},
		{Name: "times", URL: "/api/crm/contacts/1/timeline?to=2026-01-03T00:00:00Z", Status: 200, Contains: []string{"order.paid"}, ContainsNo: []string{"contact.created"}},
		{Name: "one", URL: "/api/crm/contacts/1/timeline?limit=1", Status: 200, Contains: []string{"contact.created", `"next":"`}, ContainsNo: []string{"order.paid", `"next":""`}},
		{Name: "a wrong kind", URL: "/api/crm/contacts/1/timeline?kind=gossip", Status: 422},
		{Name: "a wrong place", URL: "/api/crm/contacts/1/timeline?before=x", Status: 422, Contains: []string{`"field":"before"`}},
	})
}

func TestFilesGoInAndComeOutAsAttachmentsOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	form := &bytes.Buffer{}
	parts := multipart.NewWriter(form)
	part, err := parts.CreateFormFile("file", `Ängebot "1" <b>.pdf`)
	if err == nil {
		_, err = io.WriteString(part, "%PDF-1.7 <script>")
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "upload", Method: "POST", URL: "/api/crm/contacts/1/attachments", Body: form.String(), Headers: map[string]string{"Content-Type": parts.FormDataContentType()}, Status: 201, Contains: []string{`"mediaType":"application/pdf"`, `"bytes":17`}},
		{Name: "a PDF called PNG", Method: "POST", URL: "/api/crm/contacts/1/attachments?name=a.png", Body: "%PDF-1.7", Headers: map[string]string{"Content-Type": "image/png"}, Status: 422, Contains: []string{"is a PDF document"}},
		{Name: "JSON", Method: "POST", URL: "/api/crm/contacts/1/attachments", Body: `{}`, Status: 422, Contains: []string{"Send a file"}},
		{Name: "to nobody", Method: "POST", URL: "/api/crm/contacts/99/attachments?name=a.pdf", Body: "%PDF-1.7", Headers: map[string]string{"Content-Type": "application/pdf"}, Status: 404},
		{Name: "list", URL: "/api/crm/contacts/1/attachments", Status: 200, Contains: []string{`"total":1`}},
		{Name: "nothing there", URL: "/api/crm/attachments/x/content", Status: 404},
	})
	response, err := b.app.Test(httptest.NewRequest(http.MethodGet, "/api/crm/attachments/1/content", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
		"Content-Disposition": "attachment; filename*=utf-8''%C3%84ngebot%20%221%22%20%3Cb%3E.pdf",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if err != nil || string(content) != "%PDF-1.7 <script>" {
		t.Errorf("%q, %v", content, err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "delete", Method: "DELETE", URL: "/api/crm/attachments/1", Status: 204},
		{Name: "gone", URL: "/api/crm/attachments/1/content", Status: 404},
		{Name: "restore", Method: "POST", URL: "/api/crm/attachments/1/restore", Status: 200, Contains: []string{`"sha256":"`}},
	})
}

func TestBatchesAnswerEachItem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna(t)
	const batch = "/api/crm/contacts/batch"
	apitest.Run(t, b.app, []apitest.Scenario{
		{
			Name: "mixed", Method: "POST", URL: batch, Status: 200,
			Body:     `{"items":[{"key":"b","action":"create","email":"ben@example.com","tags":["x"]},{"key":"a","action":"create","email":"anna@example.com"},{"action":"update","id":1,"firstname":"Anna"},{"action":"delete","id":99}]}`,
			Contains: []string{`{"key":"b","status":201,"id":`, `{"key":"a","status":409,`, `{"status":200,"id":1,`, `{"status":404,"id":99,`, `"done":2`, `"tags":["x"]`},
		},
		{
			Name: "all or nothing", Method: "POST", URL: batch, Status: 422,
			Body:     `{"allOrNothing":true,"items":[{"action":"create","email":"cleo@example.com"},{"action":"create","email":"anna@example.com"}]}`,
			Contains: []string{`"status":424`, `"status":409`, `"done":0`},
		},
		{Name: "nothing was done", URL: "/api/crm/contacts?search=cleo", Status: 200, Contains: []string{`"total":0`}},
		{Name: "no items", Method: "POST", URL: batch, Body: `{"items":[]}`, Status: 422},
		{Name: "no such action", Method: "POST", URL: batch, Body: `{"items":[{"action":"explode"}]}`, Status: 422, Contains: []string{"items[0].action"}},
		{Name: "upsert", Method: "PUT", URL: "/api/crm/contacts", Body: `{"email":"anna@example.com","company":"Acme","tags":["vip"]}`, Status: 200, Contains: []string{`"id":1`, `"company":"Acme"`, `"firstname":"Anna"`, `"tags":["vip"]`}},
		{Name: "upsert a new one", Method: "PUT", URL: "/api/crm/contacts", Body: `{"email":"dora@example.com"}`, Status: 201},
		{Name: "upsert nobody", Method: "PUT", URL: "/api/crm/contacts", Body: `{"company":"Acme"}`, Status: 422, Contains: []string{`"field":"email"`}},
	})
}
