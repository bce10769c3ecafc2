package crmapi_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/api/crmapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// bench is the API of one organization's contacts, as one actor calls it.
type bench struct {
	app      *fiber.App
	contacts *crm.Service
	db       *store.DB
	org      domain.OrgID
	ctx      context.Context
}

func setup(t *testing.T) bench {
	t.Helper()
	db := storetest.New(t)
	b := bench{db: db, org: storetest.Org(t, db, "Acme")}
	b.contacts = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db, Starter: starter{}, Jobs: starter{}})
	b.ctx = identity.WithActor(t.Context(), identity.System(b.org))
	b.app = b.as(t, identity.Actor{Org: b.org, APIKey: 1, Role: identity.RoleUser})
	return b
}

// as returns the API as another actor calls it.
func (b bench) as(t *testing.T, actor identity.Actor) *fiber.App {
	t.Helper()
	app, a := apitest.New(t, actor)
	crmapi.RegisterFiles(app, b.contacts)
	crmapi.Register(a, b.contacts)
	return app
}

type starter struct{}

func (starter) StartJob(context.Context, domain.OrgID, crm.JobID) error { return nil }

func (starter) StartImport(_ context.Context, _ domain.OrgID, id crm.ImportID) error {
	if id == 0 {
		return errors.New("there is no import 0")
	}
	return nil
}

func TestContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, label := range []string{"City", "Size"} {
		if _, err := b.contacts.CreateField(b.ctx, b.org, crm.FieldInput{Label: label, Type: crm.FieldText}); err != nil {
			t.Fatal(err)
		}
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{
			Name: "none yet", URL: "/api/crm/contacts", Status: 200,
			Contains: []string{`"items":[]`, `"total":0`, `"page":1`, `"limit":20`, `"totalPages":0`},
		},
		{
			Name: "create", Method: "POST", URL: "/api/crm/contacts", Status: 201,
			Body: `{"firstname":"Anna","lastname":null,"email":"Anna@Example.com","points":3,"fields":{"city":"Köln"},"tags":["News"]}`,
			Contains: []string{
				`"id":1`, `"firstname":"Anna"`, `"lastname":null`, `"email":"Anna@example.com"`, `"points":3`, `"stage":null`,
				`"ownerId":null`, `"fields":{"city":"Köln"}`, `"tags":["News"]`, `"doNotContact":[]`, `"createdAt":"`, `"updatedAt":"`,
			},
			ContainsNo: []string{"$schema", "IsSample"},
		},
		{Name: "create its twin", Method: "POST", URL: "/api/crm/contacts", Body: `{"email":"anna@example.com"}`, Status: 409, Contains: []string{"Contact 1 has", `"field":"email"`}},
		{Name: "an empty one", Method: "POST", URL: "/api/crm/contacts", Body: `{}`, Status: 201, Contains: []string{`"email":null`, `"fields":{}`}},
		{Name: "a long name", Method: "POST", URL: "/api/crm/contacts", Body: `{"firstname":"` + strings.Repeat("x", 10_000) + `"}`, Status: 422, Contains: []string{`"field":"firstname"`, "10,000"}},
		{Name: "two mistakes", Method: "POST", URL: "/api/crm/contacts", Body: `{"lastname":"a\nb","points":99999999999}`, Status: 422, Contains: []string{`"field":"lastname"`, `"field":"points"`}},
		{Name: "a field nobody knows", Method: "POST", URL: "/api/crm/contacts", Body: `{"surname":"Berg"}`, Status: 422, Contains: []string{"surname"}},
		{Name: "a name that is a number", Method: "POST", URL: "/api/crm/contacts", Body: `{"firstname":7}`, Status: 422, Contains: []string{"firstname"}},
		{Name: "not JSON", Method: "POST", URL: "/api/crm/contacts", Body: `{"firstname":`, Status: 400, Contains: []string{"not valid JSON"}},
		{Name: "read", URL: "/api/crm/contacts/1", Status: 200, Contains: []string{`"firstname":"Anna"`}},
		{Name: "read nobody", URL: "/api/crm/contacts/77", Status: 404, Contains: []string{`"error":"not_found"`, "There is no contact 77."}},
		{Name: "an id that is none", URL: "/api/crm/contacts/anna", Status: 422},
		{Name: "id 0", URL: "/api/crm/contacts/0", Status: 422},
		{
			Name: "change", Method: "PATCH", URL: "/api/crm/contacts/1", Status: 200,
			Body:     `{"lastname":"Berg","points":null,"email":"","fields":{"city":null,"size":"M"}}`,
			Contains: []string{`"firstname":"Anna"`, `"lastname":"Berg"`, `"points":0`, `"email":null`, `"fields":{"size":"M"}`, `"tags":["News"]`},
		},
		{
			Name: "change what changed meanwhile", Method: "PATCH", URL: "/api/crm/contacts/1", Status: 409,
			Body: `{"lastname":"Late","ifUpdatedAt":"2020-01-01T00:00:00Z"}`, Contains: []string{`"field":"ifUpdatedAt"`, "changed meanwhile"},
		},
		{
			Name: "how to reach", Method: "PATCH", URL: "/api/crm/contacts/1", Status: 200, Body: `{"preferredChannel":"sms","locale":"pt_br"}`,
			Contains: []string{`"preferredChannel":"sms"`, `"locale":"pt-BR"`},
		},
		{Name: "an unknown field", Method: "PATCH", URL: "/api/crm/contacts/1", Body: `{"fields":{"town":"x"}}`, Status: 422, Contains: []string{`"field":"fields.town"`, "Contact fields"}},
		{Name: "change nothing", Method: "PATCH", URL: "/api/crm/contacts/1", Body: `{}`, Status: 200, Contains: []string{`"lastname":"Berg"`}},
		{Name: "change wrongly", Method: "PATCH", URL: "/api/crm/contacts/1", Body: `{"email":"anna"}`, Status: 422, Contains: []string{`"field":"email"`}},
		{Name: "search", URL: "/api/crm/contacts?search=BERG&orderBy=lastname&orderDir=asc", Status: 200, Contains: []string{`"total":1`}},
		{Name: "search by commands", URL: "/api/crm/contacts?search=tag:news+!dnc:any+points:%3C1+weight:m*", Status: 422, Contains: []string{`"field":"search"`, "There is no search command “weight:” here, at position 29."}},
		{Name: "search by known commands", URL: "/api/crm/contacts?search=tag:news+!dnc:any+points:%3C1", Status: 200, Contains: []string{`"total":1`, `"lastname":"Berg"`}},
		{Name: "search wrongly", URL: "/api/crm/contacts?search=(tga:news", Status: 422, Contains: []string{`"error":"invalid"`, `"field":"search"`, "at position 2", "Did you mean “tag:”?"}},
		{Name: "by a segment that is not there", URL: "/api/crm/contacts?segment=none", Status: 200, Contains: []string{`"total":0`}},
		{Name: "by tag", URL: "/api/crm/contacts?tag=news", Status: 200, Contains: []string{`"total":1`}},
		{Name: "order by a secret", URL: "/api/crm/contacts?orderBy=org_id", Status: 422, Contains: []string{"orderBy"}},
		{Name: "too many", URL: "/api/crm/contacts?limit=101", Status: 422, Contains: []string{"limit"}},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/contacts/1", Status: 204},
		{Name: "delete again", Method: "DELETE", URL: "/api/crm/contacts/1", Status: 404},
	})
}

func TestViews(t *testing.T) {
	t.Parallel()
	b := setup(t)
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "none yet", URL: "/api/crm/views", Status: 200, Contains: []string{`"items":[]`}},
		{
			Name: "keep one", Method: "POST", URL: "/api/crm/views", Body: `{"name":"Leads","search":"points:>10","columns":["email"],"shared":true}`, Status: 201,
			Contains: []string{`"id":1`, `"list":"contacts"`, `"search":"points:>10"`, `"columns":["email"]`, `"ownerId":null`, `"shared":true`},
		},
		{Name: "its twin", Method: "POST", URL: "/api/crm/views", Body: `{"name":"leads","shared":true}`, Status: 409, Contains: []string{`"field":"name"`}},
		{Name: "one for itself", Method: "POST", URL: "/api/crm/views", Body: `{"name":"Mine"}`, Status: 422, Contains: []string{`"field":"shared"`}},
		{Name: "a search that can't be read", Method: "POST", URL: "/api/crm/views", Body: `{"name":"x","search":"(","shared":true}`, Status: 422, Contains: []string{`"field":"search"`}},
		{Name: "change", Method: "PATCH", URL: "/api/crm/views/1", Body: `{"name":"Hot leads","columns":[]}`, Status: 200, Contains: []string{`"name":"Hot leads"`, `"columns":[]`, `"search":"points:>10"`}},
		{Name: "list", URL: "/api/crm/views", Status: 200, Contains: []string{`"name":"Hot leads"`}},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/views/1", Status: 204},
		{Name: "read what is gone", URL: "/api/crm/views/1", Status: 404, Contains: []string{"There is no view 1."}},
	})
}

func TestMarks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{}); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "add tags", Method: "POST", URL: "/api/crm/contacts/1/tags", Body: `{"add":["News","a/b"]}`, Status: 200, Contains: []string{`"tags":["a/b","News"]`}},
		{Name: "add no name", Method: "POST", URL: "/api/crm/contacts/1/tags", Body: `{"add":[""]}`, Status: 422, Contains: []string{`"field":"add[0]"`}},
		{Name: "list tags", URL: "/api/crm/tags?orderBy=name&orderDir=asc", Status: 200, Contains: []string{`"name":"News"`, `"contacts":1`, `"total":2`}},
		{Name: "remove a tag", Method: "DELETE", URL: "/api/crm/contacts/1/tags/news", Status: 204},
		{Name: "to nobody", Method: "POST", URL: "/api/crm/contacts/77/tags", Body: `{"add":["x"]}`, Status: 404},
		{Name: "forbid email", Method: "PUT", URL: "/api/crm/contacts/1/do-not-contact/email", Body: `{"comment":"asked by phone"}`, Status: 204},
		{Name: "it shows", URL: "/api/crm/contacts/1", Status: 200, Contains: []string{`"tags":["a/b"]`, `"channel":"email","reason":"manual","comment":"asked by phone"`}},
		{Name: "forbid pigeons", Method: "PUT", URL: "/api/crm/contacts/1/do-not-contact/pigeon", Body: `{}`, Status: 422},
		{Name: "allow email", Method: "DELETE", URL: "/api/crm/contacts/1/do-not-contact/email", Status: 204},
		{
			Name: "the timeline", URL: "/api/crm/contacts/1/events?limit=2", Status: 200,
			Contains: []string{`"type":"contact.do_not_contact_cleared"`, `"type":"contact.do_not_contact_set"`}, ContainsNo: []string{"contact.created"},
		},
		{Name: "the timeline of nobody", URL: "/api/crm/contacts/77/events", Status: 404},
	})
}

func TestEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new(string)}); err != nil {
		t.Fatal(err)
	}
	paid := `{"contactId":1,"type":"order.paid","key":"o-1","data":{"total":12.5},"occurredAt":"2026-11-01T10:00:00+02:00"}`
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "one", Method: "POST", URL: "/api/crm/events", Body: paid, Status: 201, Contains: []string{`"id":2`, `"type":"order.paid"`, `"occurredAt":"2026-11-01T08:00:00Z"`}},
		{Name: "again", Method: "POST", URL: "/api/crm/events", Body: paid, Status: 201, Contains: []string{`"id":2`}},
		{Name: "several", Method: "POST", URL: "/api/crm/events", Body: `{"events":[{"contactId":1,"type":"login"},` + paid + `]}`, Status: 201, Contains: []string{`"type":"login"`, `"id":2`}},
		{Name: "one of ours", Method: "POST", URL: "/api/crm/events", Body: `{"contactId":1,"type":"email.opened"}`, Status: 422, Contains: []string{`"field":"type"`, "written by Mauntic itself"}},
		{Name: "of nobody", Method: "POST", URL: "/api/crm/events", Body: `{"email":"nobody@example.com","type":"login"}`, Status: 422, Contains: []string{`"field":"email"`}},
		{Name: "none", Method: "POST", URL: "/api/crm/events", Body: `{"events":[]}`, Status: 422, Contains: []string{"between 1 and 100"}},
		{Name: "a bad one of two", Method: "POST", URL: "/api/crm/events", Body: `{"events":[{"contactId":1,"type":"x"},{"contactId":9,"type":"x"}]}`, Status: 422, Contains: []string{`"field":"events[1].contactId"`}},
		{Name: "no half is written", URL: "/api/crm/contacts/1/events", Status: 200, ContainsNo: []string{`"type":"x"`}},
	})
}

// TestAnUploadThatIsCutOffLeavesNothing fails when half a file is imported because its sender hung up.
func TestAnUploadThatIsCutOffLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = b.app.Listener(listener) }()
	t.Cleanup(func() { _ = b.app.Shutdown() })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const length = 3 << 20 // larger than what is read ahead
	_, err = fmt.Fprintf(conn, "POST /api/crm/imports?start=true HTTP/1.1\r\nHost: test\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\nemail\n%s", length, strings.Repeat("anna@example.com\n", 10_000))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), "cut off") {
		t.Errorf("got %d %s, %v", response.StatusCode, body, err)
	}
	if found, err := b.contacts.Imports(b.ctx, b.org, crm.ImportQuery{}); err != nil || found.Total != 0 {
		t.Errorf("%d imports are left, %v", found.Total, err)
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	b := setup(t)
	csv := map[string]string{"Content-Type": "text/csv"}
	form := map[string]string{"Content-Type": `multipart/form-data; boundary=cut`}
	part := func(name, text string) string {
		return "--cut\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"people.csv\"\r\n\r\n" + text + "\r\n"
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{
			Name: "upload a form", Method: "POST", URL: "/api/crm/imports?tag=a&tag=b", Headers: form, Body: part("note", "hi") + part("file", "E-Mail;Farbe\nanna@example.com;rot") + "--cut--\r\n", Status: 201,
			Contains: []string{`"id":1`, `"fileName":"people.csv"`, `"state":"mapping"`, `{"header":"E-Mail","field":"email","sure":"sure"},{"header":"Farbe","field":"","sure":"unknown"}`, `"tags":["a","b"]`, `"delimiter":";"`},
		},
		{Name: "without a file", Method: "POST", URL: "/api/crm/imports", Headers: form, Body: part("note", "hi") + "--cut--\r\n", Status: 422, Contains: []string{"no field file"}},
		{Name: "cut off", Method: "POST", URL: "/api/crm/imports", Headers: form, Body: part("file", "E-Mail\n"), Status: 422, Contains: []string{"cut off"}},
		{Name: "JSON", Method: "POST", URL: "/api/crm/imports", Body: `{}`, Status: 422, Contains: []string{"Send a CSV file"}},
		{Name: "what can't be started", Method: "POST", URL: "/api/crm/imports?start=true", Headers: csv, Body: "Farbe\nrot\n", Status: 422, Contains: []string{"Say which column"}},
		{Name: "upload and start", Method: "POST", URL: "/api/crm/imports?start=true&name=x.csv", Headers: csv, Body: "email\nanna@example.com\nbad\n", Status: 201, Contains: []string{`"id":2`, `"state":"queued"`, `"fileName":"x.csv"`}},
		{Name: "start with a wrong field", Method: "POST", URL: "/api/crm/imports/1/start", Body: `{"columns":["email","colour"]}`, Status: 422, Contains: []string{`"field":"columns[1]"`}},
		{Name: "start", Method: "POST", URL: "/api/crm/imports/1/start", Body: `{"columns":["email","fields.colour"]}`, Status: 200, Contains: []string{`"state":"queued"`, `"fields.colour"`}},
		{Name: "change what runs", Method: "PATCH", URL: "/api/crm/imports/1", Body: `{"existing":"skip"}`, Status: 409, Contains: []string{"can't be changed any more"}},
		{Name: "cancel", Method: "POST", URL: "/api/crm/imports/1/cancel", Status: 204},
		{Name: "cancel again", Method: "POST", URL: "/api/crm/imports/1/cancel", Status: 409},
		{Name: "list", URL: "/api/crm/imports", Status: 200, Contains: []string{`"total":2`}},
		{Name: "list those that wait", URL: "/api/crm/imports?state=queued", Status: 200, Contains: []string{`"total":1`, `"id":2`}},
		{Name: "undo what runs", Method: "POST", URL: "/api/crm/imports/2/undo", Status: 409, Contains: []string{"can't be undone: it is queued"}},
	})
	if _, err := b.contacts.RunImport(b.ctx, b.org, 2, func(crm.Import) error { return nil }); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "read", URL: "/api/crm/imports/2", Status: 200, Contains: []string{`"state":"done"`, `"percent":100`, `"rows":2`, `"created":1`, `"updated":0`, `"rejected":1`}},
		{Name: "rejects", URL: "/api/crm/imports/2/rejects", Status: 200, Contains: []string{`"row":3`, `"cells":["bad"]`}},
		{Name: "the reject file", URL: "/api/crm/imports/2/rejects.csv", Status: 200, Contains: []string{"\ufeffRow,Reason,email\n3,"}},
		{Name: "the reject file of nothing", URL: "/api/crm/imports/9/rejects.csv", Status: 404, Contains: []string{"There is no import 9."}},
	})
}

func TestAnImportIsTriedImportedAndUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	run := func() {
		t.Helper()
		if _, err := b.contacts.RunImport(b.ctx, b.org, 1, func(crm.Import) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	csv := map[string]string{"Content-Type": "text/csv"}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "upload", Method: "POST", URL: "/api/crm/imports?name=x.csv", Headers: csv, Body: "email;Shoe size\nanna@example.com;41\nbad;2\n", Status: 201, Contains: []string{`"existing":"update"`, `"match":"email"`}},
		{
			Name: "map", Method: "PATCH", URL: "/api/crm/imports/1",
			Body:   `{"columns":[{"field":"email"},{"new":{"label":"Shoe size","type":"number"}}],"existing":"skip","tags":["fair"],"newSegment":"Fair"}`,
			Status: 200, Contains: []string{`"field":"fields.shoe_size"`, `"new":{"label":"Shoe size","type":"number"}`, `"existing":"skip"`, `"newSegment":"Fair"`},
		},
		{Name: "map badly", Method: "PATCH", URL: "/api/crm/imports/1", Body: `{"columns":[{"field":"email"}]}`, Status: 422, Contains: []string{"2 columns, but 1 were"}},
		{Name: "map to nobody", Method: "PATCH", URL: "/api/crm/imports/1", Body: `{"ownerId":99}`, Status: 422, Contains: []string{"There is no user 99"}},
		{Name: "try", Method: "POST", URL: "/api/crm/imports/1/start", Body: `{"dryRun":true}`, Status: 200, Contains: []string{`"state":"checking"`}},
	})
	run()
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "what would happen", URL: "/api/crm/imports/1", Status: 200, Contains: []string{
			`"state":"mapping"`, `"dryRun":{"at":`, `"rows":2,"created":1,"updated":0,"unchanged":0,"rejected":1`, `"sentence":"Column “email”: … is not an email address."`,
		}},
		{Name: "nothing happened", URL: "/api/crm/contacts", Status: 200, Contains: []string{`"total":0`}},
		{Name: "no field was made", URL: "/api/crm/fields", Status: 200, ContainsNo: []string{"shoe_size"}},
		{Name: "start", Method: "POST", URL: "/api/crm/imports/1/start", Body: `{}`, Status: 200, Contains: []string{`"state":"queued"`}},
	})
	run()
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "what happened", URL: "/api/crm/contacts", Status: 200, Contains: []string{`"total":1`, `"shoe_size":41`, `"fair"`}},
		{Name: "undo", Method: "POST", URL: "/api/crm/imports/1/undo", Status: 200, Contains: []string{`"state":"undoing"`, `"contacts":1`}},
	})
	run()
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "what is left", URL: "/api/crm/contacts", Status: 200, Contains: []string{`"total":0`}},
		{Name: "what was undone", URL: "/api/crm/imports/1", Status: 200, Contains: []string{`"state":"undone"`, `"deleted":1`}},
		{Name: "undo again", Method: "POST", URL: "/api/crm/imports/1/undo", Status: 409, Contains: []string{"undone already"}},
	})
}

func TestOthersAreKeptOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.contacts.CreateView(b.ctx, b.org, crm.ViewInput{Name: "Leads", IsShared: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.contacts.UploadImport(b.ctx, b.org, crm.ImportUpload{File: strings.NewReader("email\nanna@example.com\n")}); err != nil {
		t.Fatal(err)
	}
	others := map[int]*fiber.App{
		401: b.as(t, identity.Actor{}),
		403: b.as(t, identity.Actor{Org: b.org, User: 1, Role: "guest"}),
		404: b.as(t, identity.Actor{Org: storetest.Org(t, b.db, "Other"), User: 1, Role: identity.RoleAdmin}),
	}
	for status, app := range others {
		for _, s := range []apitest.Scenario{
			{URL: "/api/crm/contacts/1"},
			{URL: "/api/crm/contacts/1/events"},
			{Method: "PATCH", URL: "/api/crm/contacts/1", Body: `{"firstname":"Eve"}`},
			{Method: "DELETE", URL: "/api/crm/contacts/1"},
			{Method: "POST", URL: "/api/crm/contacts/1/tags", Body: `{"add":["x"]}`},
			{Method: "PUT", URL: "/api/crm/contacts/1/do-not-contact/email", Body: `{}`},
			{URL: "/api/crm/views/1"},
			{Method: "PATCH", URL: "/api/crm/views/1", Body: `{"name":"Eve's"}`},
			{Method: "DELETE", URL: "/api/crm/views/1"},
			{URL: "/api/crm/imports/1"},
			{URL: "/api/crm/imports/1/rejects"},
			{URL: "/api/crm/imports/1/rejects.csv"},
			{Method: "POST", URL: "/api/crm/imports/1/start", Body: `{}`},
			{Method: "POST", URL: "/api/crm/imports/1/cancel"},
			{Method: "POST", URL: "/api/crm/imports/1/undo", Body: `{}`},
			{Method: "PATCH", URL: "/api/crm/imports/1", Body: `{}`},
		} {
			s.Name, s.Status = fmt.Sprintf("%d %s %s", status, s.Method, s.URL), status
			apitest.Run(t, app, []apitest.Scenario{s})
		}
	}
}

func TestTheContractNamesTheFiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	apitest.Run(t, b.app, []apitest.Scenario{{
		Name: "openapi", URL: "/api/openapi.yaml", Status: 200,
		Contains: []string{"upload-import", "download-import-rejects", "/api/crm/contacts/{id}:", "orderDir", "multipart/form-data"},
	}})
}
