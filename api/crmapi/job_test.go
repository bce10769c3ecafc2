package crmapi_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestManyContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 {
		address := fmt.Sprintf("person%d@example.com", i)
		if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: &address}); err != nil {
			t.Fatal(err)
		}
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "nobody is named", Method: "POST", URL: "/api/crm/contacts/bulk", Body: `{"action":"delete"}`, Status: 422, Contains: []string{`"field":"ids"`, "all: true"}},
		{Name: "no action", Method: "POST", URL: "/api/crm/contacts/bulk", Body: `{"action":"explode","all":true}`, Status: 422, Contains: []string{"action"}},
		{Name: "no tags", Method: "POST", URL: "/api/crm/contacts/bulk", Body: `{"action":"add_tags","all":true}`, Status: 422, Contains: []string{`"field":"tags"`}},
		{
			Name: "tags for some", Method: "POST", URL: "/api/crm/contacts/bulk", Body: `{"action":"add_tags","ids":[1,2,77],"tags":["vip"]}`, Status: 200,
			Contains: []string{`"id":1`, `"kind":"bulk"`, `"state":"done"`, `"total":2`, `"changed":2`, `"undoable":true`, `"title":"Add tags: vip"`},
		},
		{Name: "again", Method: "POST", URL: "/api/crm/contacts/bulk", Body: `{"action":"add_tags","ids":[1,3],"tags":["vip"]}`, Status: 200, Contains: []string{`"changed":1`, `"skipped":1`, `"The contact has these tags already.":1`}},
		{Name: "jobs", URL: "/api/crm/jobs?kind=bulk", Status: 200, Contains: []string{`"total":2`}},
		{Name: "undo", Method: "POST", URL: "/api/crm/jobs/1/undo", Status: 200, Contains: []string{`"undoes":1`, `"changed":2`}},
		{Name: "undo again", Method: "POST", URL: "/api/crm/jobs/1/undo", Status: 409, Contains: []string{"undone already"}},
		{Name: "cancel what is done", Method: "POST", URL: "/api/crm/jobs/2/cancel", Status: 409},
		{Name: "no job", URL: "/api/crm/jobs/77", Status: 404},
		{Name: "no file", URL: "/api/crm/jobs/1/file", Status: 404, Contains: []string{"writes no file"}},
		{Name: "delete by search", Method: "POST", URL: "/api/crm/contacts/bulk", Body: `{"action":"delete","all":true,"search":"person1"}`, Status: 200, Contains: []string{`"changed":1`}},
		{Name: "the trash", URL: "/api/crm/contacts/trash", Status: 200, Contains: []string{`"total":1`, `"email":"person1@example.com"`, `"goneAt":"`}},
		{Name: "restore", Method: "POST", URL: "/api/crm/contacts/2/restore", Status: 200, Contains: []string{`"email":"person1@example.com"`}},
		{Name: "restore what is there", Method: "POST", URL: "/api/crm/contacts/2/restore", Status: 404},
		{Name: "erase what is there", Method: "DELETE", URL: "/api/crm/contacts/trash/2", Status: 404},
		{Name: "delete", Method: "DELETE", URL: "/api/crm/contacts/2", Status: 204},
		{Name: "erase", Method: "DELETE", URL: "/api/crm/contacts/trash/2", Status: 204},
		{Name: "the trash is empty", URL: "/api/crm/contacts/trash", Status: 200, Contains: []string{`"total":0`}},
		{Name: "export", URL: "/api/crm/contacts/export?columns=id,email&search=person", Status: 200, Contains: []string{"id,email\r\n1,person0@example.com\r\n3,person2@example.com\r\n"}, ContainsNo: []string{"person1"}},
		{Name: "export a column that is none", URL: "/api/crm/contacts/export?columns=password", Status: 422, Contains: []string{"no column"}},
		{Name: "export wrongly", URL: "/api/crm/contacts/export?search=(", Status: 422, Contains: []string{`"field":"search"`}},
	})
}

func TestTheFileOfAnExport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	address := "anna@example.com"
	if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: &address}); err != nil {
		t.Fatal(err)
	}
	job, err := b.contacts.StartExport(b.ctx, b.org, crm.ContactQuery{}, crm.Export{Columns: []string{"email"}})
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/api/crm/jobs/%d/file", job.ID)
	apitest.Run(t, b.app, []apitest.Scenario{{Name: "too early", URL: path, Status: 409, Contains: []string{"not ready"}}})
	if job, err = b.contacts.RunJob(b.ctx, b.org, job.ID, func(crm.Job) error { return nil }); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, b.app, []apitest.Scenario{
		{Name: "the file", URL: path, Status: 200, Contains: []string{"email\r\nanna@example.com\r\n"}},
		{Name: "the job", URL: fmt.Sprintf("/api/crm/jobs/%d", job.ID), Status: 200, Contains: []string{`"file":{"name":"contacts-`, `"percent":100`}},
	})
	var file bytes.Buffer
	if err := b.contacts.WriteJobFile(b.ctx, b.org, job, &file); err != nil || int64(file.Len()) != job.Result.File.Bytes {
		t.Errorf("%d bytes, %v; said were %d", file.Len(), err, job.Result.File.Bytes)
	}
}
