package crmui_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// people creates contacts named person0@example.com and so on.
func (b *browser) people(n int) []crm.ContactID {
	b.t.Helper()
	ids := make([]crm.ContactID, n)
	for i := range ids {
		address := fmt.Sprintf("person%d@example.com", i)
		contact, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: &address})
		if err != nil {
			b.t.Fatal(err)
		}
		ids[i] = contact.ID
	}
	return ids
}

func joined(ids []crm.ContactID) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(ids), " ", ","), "[]")
}

func TestTheDialogOfABulkChangeSaysHowManyItIsAboutAndAsksWhatItNeeds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(3)
	if _, err := b.contacts.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Fair"}); err != nil {
		t.Fatal(err)
	}
	for action, control := range map[crm.BulkAction]string{
		crm.BulkAddTags: "select[name=tags][multiple]", crm.BulkRemoveTags: "select[name=tags]", crm.BulkAddToSegment: "select[name=to]", crm.BulkRemoveFromSegment: "select[name=to]",
		crm.BulkSetOwner: "select[name=owner]", crm.BulkForbid: "input[name=comment]", crm.BulkAllow: "select[name=channel]", crm.BulkSetField: "input[name=value]",
		crm.BulkChangePoints: "input[name=points]", crm.BulkDelete: "button[type=submit]",
	} {
		dialog := b.get("/app/contacts/bulk/dialog?action="+string(action)+"&ids="+joined(ids), "HX-Request", "true", "HX-Target", "div#modal-box")
		if dialog.StatusCode != http.StatusOK || dialog.doc.Find(control).Length() == 0 || !strings.Contains(dialog.text("form"), "3 contacts") {
			t.Errorf("%s: %d %s", action, dialog.StatusCode, dialog.text("form"))
		}
		if dialog.doc.Find("h2").Length() != 1 || dialog.doc.Find("input[name=ids]").AttrOr("value", "") != joined(ids) {
			t.Errorf("%s: no heading, or it has forgotten the contacts", action)
		}
	}
	all := b.get("/app/contacts/bulk/dialog?action=delete&all=1&search=person1")
	if !strings.Contains(all.text("form"), "1 contact is chosen.") || all.doc.Find("input[name=search]").AttrOr("value", "") != "person1" {
		t.Errorf("all that match: %s", all.text("form"))
	}
	if wrong := b.get("/app/contacts/bulk/dialog?action=explode&all=1"); wrong.StatusCode != http.StatusNotFound {
		t.Errorf("an action that does not exist answers %d", wrong.StatusCode)
	}
	if none := b.get("/app/contacts/bulk/dialog?action=delete"); none.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without contacts it answers %d", none.StatusCode)
	}
}

func TestFewContactsAreChangedAtOnceWithAWayBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(2)
	done := b.post("/app/contacts/bulk", url.Values{"action": {"add_tags"}, "ids": {joined(ids)}, "tags": {"vip", "fair, 2026"}},
		"HX-Request", "true", "HX-Current-URL", "http://mauntic.test/app/contacts?search=person")
	if done.Header.Get("HX-Redirect") != "/app/contacts?search=person" || len(done.Cookies()) != 1 {
		t.Fatalf("answered %d, to %q", done.StatusCode, done.Header.Get("HX-Redirect"))
	}
	contact, err := b.contacts.Contact(b.ctx, b.org, ids[0])
	if err != nil || strings.Join(contact.Tags, " ") != "2026 fair vip" {
		t.Errorf("tags are %v, %v", contact.Tags, err)
	}
	jobs := b.get("/app/jobs")
	href := jobs.doc.Find("tbody a").First().AttrOr("href", "")
	if !strings.Contains(jobs.text("tbody"), "Add tags: vip, fair, 2026") || href == "" {
		t.Fatalf("the list says %s", jobs.text("tbody"))
	}
	job := b.get(href)
	if job.doc.Find("h1").Length() != 1 || job.doc.Find("[hx-post$='/undo']").Length() != 1 || job.doc.Find("#job").AttrOr("hx-sse:connect", "") != "" {
		t.Errorf("the page says %s", job.text("main"))
	}
	b.post(href+"/undo", nil, "HX-Request", "true")
	if contact, err = b.contacts.Contact(b.ctx, b.org, ids[0]); err != nil || len(contact.Tags) != 0 {
		t.Errorf("after undoing the tags are %v, %v", contact.Tags, err)
	}
	if again := b.post(href+"/undo", nil); again.StatusCode != http.StatusConflict {
		t.Errorf("undoing twice answers %d", again.StatusCode)
	}
}

func TestABulkChangeThatIsRefusedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(1)
	refused := b.post("/app/contacts/bulk", url.Values{"action": {"set_field"}, "ids": {joined(ids)}, "field": {"timeZone"}, "value": {"<Mars>"}}, "HX-Request", "true")
	if refused.StatusCode != http.StatusUnprocessableEntity || refused.doc.Find("[role=alert]").Length() != 1 || refused.doc.Find("input[name=value]").AttrOr("value", "") != "<Mars>" {
		t.Errorf("answered %d: %s", refused.StatusCode, refused.text("form"))
	}
}

func TestManyContactsBecomeAJobThatIsWatchedAndCancelled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(101)
	queued := b.post("/app/contacts/bulk", url.Values{"action": {"delete"}, "all": {"1"}}, "HX-Request", "true")
	path := queued.Header.Get("HX-Redirect")
	if !strings.HasPrefix(path, "/app/jobs/") {
		t.Fatalf("answered %d, to %q", queued.StatusCode, path)
	}
	shown := b.get(path)
	if shown.doc.Find("#job").AttrOr("hx-sse:connect", "") != path+"/events" || shown.doc.Find("[hx-post$='/cancel']").Length() != 1 {
		t.Errorf("the page says %s", shown.text("main"))
	}
	var id crm.JobID
	if _, err := fmt.Sscanf(path, "/app/jobs/%d", &id); err != nil {
		t.Fatal(err)
	}
	if _, err := b.contacts.RunJob(b.ctx, b.org, id, func(crm.Job) error { return nil }); err != nil {
		t.Fatal(err)
	}
	response, err := b.app.Test(httptest.NewRequest(http.MethodGet, path+"/events", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	stream, err := io.ReadAll(response.Body)
	if err != nil || response.Header.Get("Content-Type") != "text/event-stream" ||
		!strings.Contains(string(stream), "All 101 contacts were changed.") || !strings.HasSuffix(string(stream), "event: end\ndata:\n\n") {
		t.Errorf("the stream says %s, %v", stream, err)
	}
	if done := b.post(path+"/cancel", nil); done.StatusCode != http.StatusConflict {
		t.Errorf("cancelling what is done answers %d", done.StatusCode)
	}
	if absent := b.get("/app/jobs/77/events"); absent.StatusCode != http.StatusNotFound {
		t.Errorf("events of no job answer %d", absent.StatusCode)
	}
}

func TestDeletedContactsWaitInTheTrash(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(2)
	path := fmt.Sprintf("/app/contacts/%d", ids[0])
	b.post(path+"/delete", nil, "HX-Request", "true")
	if gone := b.get(path); gone.StatusCode != http.StatusNotFound {
		t.Errorf("the page of a deleted contact answers %d", gone.StatusCode)
	}
	trash := b.get("/app/contacts/trash")
	if !strings.Contains(trash.text("tbody"), "person0@example.com") || !strings.Contains(trash.text("tbody"), "30 days left") || trash.doc.Find("tbody tr").Length() != 1 {
		t.Errorf("the trash says %s", trash.text("main"))
	}
	include, _ := trash.doc.Find(`button[hx-get][hx-vals*="erase"]`).First().Attr("hx-include")
	if trash.doc.Find(include).Length() != 1 {
		t.Errorf("To delete all is not about what the box says: %q.", include)
	}
	if found := b.get("/app/contacts/trash?search=nobody"); !strings.Contains(found.text("main"), "Nothing matches") {
		t.Errorf("a search says %s", found.text("main"))
	}
	b.post(path+"/restore", nil, "HX-Request", "true")
	if back := b.get(path); back.StatusCode != http.StatusOK {
		t.Errorf("the page of a restored contact answers %d", back.StatusCode)
	}
	if empty := b.get("/app/contacts/trash"); !strings.Contains(empty.text("main"), "The trash is empty") {
		t.Errorf("the trash says %s", empty.text("main"))
	}
}

func TestDeletingForEverAsksForTheNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(2)
	for _, id := range ids {
		if err := b.contacts.DeleteContact(b.ctx, b.org, id); err != nil {
			t.Fatal(err)
		}
	}
	form := url.Values{"action": {"erase"}, "all": {"1"}, "confirm": {"1"}}
	if refused := b.post("/app/contacts/bulk", form, "HX-Request", "true"); refused.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("answered %d", refused.StatusCode)
	}
	if trash, err := b.contacts.Trash(b.ctx, b.org, domain.PageQuery{}); err != nil || trash.Total != 2 {
		t.Fatalf("%d in the trash, %v", trash.Total, err)
	}
	form.Set("confirm", "2")
	b.post("/app/contacts/bulk", form, "HX-Request", "true")
	if trash, err := b.contacts.Trash(b.ctx, b.org, domain.PageQuery{}); err != nil || trash.Total != 0 {
		t.Errorf("%d in the trash, %v", trash.Total, err)
	}
}

func TestAnExportIsAskedForWatchedAndFetched(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(2)
	dialog := b.get("/app/contacts/bulk/dialog?action=export&all=1&search=person1", "HX-Request", "true")
	if shown := dialog.doc.Find("[name=bom]").Closest(".hidden").AttrOr("class", ""); !strings.Contains(shown, "group-has-[input[value=csv]:checked]/export:block") {
		t.Errorf("the mark for CSV files is shown by %q, not by the choice of CSV", shown)
	}
	if !strings.Contains(dialog.text("form"), "1 contact is chosen.") || dialog.doc.Find("select[name=columns] option[value=email]").Length() != 1 || dialog.doc.Find("input[name=format]").Length() != 2 {
		t.Errorf("the dialog says %s", dialog.text("form"))
	}
	form := url.Values{"all": {"1"}, "search": {"person1"}, "format": {"csv"}, "columns": {"email", "points"}}
	path := b.post("/app/contacts/export", form, "HX-Request", "true").Header.Get("HX-Redirect")
	var id crm.JobID
	if _, err := fmt.Sscanf(path, "/app/jobs/%d", &id); err != nil {
		t.Fatal(err)
	}
	if early := b.get(path + "/file"); early.StatusCode != http.StatusConflict {
		t.Errorf("a file that is not ready answers %d", early.StatusCode)
	}
	if _, err := b.contacts.RunJob(b.ctx, b.org, id, func(crm.Job) error { return nil }); err != nil {
		t.Fatal(err)
	}
	done := b.get(path)
	if done.doc.Find("a[href='"+path+"/file']").Length() != 1 || !strings.Contains(done.text("main"), "Your file is ready.") {
		t.Errorf("the page says %s", done.text("main"))
	}
	file, err := b.app.Test(httptest.NewRequest(http.MethodGet, path+"/file", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Body.Close()
	text, err := io.ReadAll(file.Body)
	if err != nil || string(text) != "email,points\r\nperson1@example.com,0\r\n" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), `attachment; filename="contacts-`) {
		t.Errorf("got %q %q, %v", file.Header.Get("Content-Disposition"), text, err)
	}
	form.Set("columns", "password")
	if refused := b.post("/app/contacts/export", form, "HX-Request", "true"); refused.StatusCode != http.StatusUnprocessableEntity || refused.doc.Find("[role=alert]").Length() != 1 {
		t.Errorf("a column that does not exist answers %d", refused.StatusCode)
	}
}

func TestWhoMayNotExportIsOfferedNoFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	page := fmt.Sprintf("/app/contacts/%d", b.anna().ID)
	offers := func() int {
		return b.get("/app/contacts").doc.Find("[hx-get*='action=export']").Length() + b.get(page).doc.Find("a[href$='timeline.csv']").Length()
	}
	if n := offers(); n != 2 {
		t.Errorf("there are %d ways to export", n)
	}
	b.actor.Role = identity.RoleViewer
	if n := offers(); n != 0 {
		t.Errorf("there are %d ways to export for a viewer", n)
	}
	for _, path := range []string{page + "/timeline.csv", page + "/consents.csv", "/app/contacts/bulk/dialog?action=export&all=1"} {
		if got := b.get(path); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s answers a viewer %d", path, got.StatusCode)
		}
	}
	if got := b.post("/app/contacts/export", url.Values{"all": {"1"}}); got.StatusCode != http.StatusForbidden {
		t.Errorf("a viewer exports with %d", got.StatusCode)
	}
}

func TestAMergeOfVeryManyIsAJobThatChangesNothingWhenItIsStopped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.db.Pool().Exec(b.ctx, "insert into crm.contacts (org_id, email) select $1, 'person' || n || '@example.com' from generate_series(1, 5001) n", b.org); err != nil {
		t.Fatal(err)
	}
	var tags [2]crm.Tag
	for i, name := range []string{"old", "new"} {
		var err error
		if tags[i], err = b.contacts.CreateTag(b.ctx, b.org, name, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.db.Pool().Exec(b.ctx, "insert into crm.contact_tags (org_id, contact_id, tag_id) select org_id, id, $2 from crm.contacts where org_id = $1", b.org, tags[0].ID); err != nil {
		t.Fatal(err)
	}
	asked := b.post(fmt.Sprintf("/app/settings/tags/%d/merge", tags[0].ID), url.Values{"into": {"new"}})
	job := asked.Header.Get("Location")
	if asked.StatusCode != http.StatusSeeOther || !strings.HasPrefix(job, "/app/jobs/") {
		t.Fatalf("status %d, it leads to %q", asked.StatusCode, job)
	}
	waits := b.get(job)
	b.is(waits.text("h1"), "Merge the tag “old” into “new”")
	if text, _ := waits.doc.Find("[hx-post$='/cancel']").Attr("hx-confirm"); !strings.Contains(text, "Everything stays as it was before") {
		t.Errorf("stopping it asks %q", text)
	}
	b.post(job+"/cancel", nil)
	if got := b.get(job).text("[role=status]"); !strings.Contains(got, "Nothing was changed.") {
		t.Errorf("it says %q", got)
	}
}

func TestTheDeletionOfAFieldOfVeryManySaysWhatItMeans(t *testing.T) {
	t.Parallel()
	b := setup(t)
	field, err := b.contacts.CreateField(b.ctx, b.org, crm.FieldInput{Label: "City", Type: crm.FieldText})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.db.Pool().Exec(b.ctx, `insert into crm.contacts (org_id, firstname, fields) select $1, 'Anna', '{"city": "Bonn"}' from generate_series(1, 5001)`, b.org); err != nil {
		t.Fatal(err)
	}
	asked := b.post(fmt.Sprintf("/app/settings/fields/%d/delete?contacts=5001", field.ID), nil)
	path := asked.Header.Get("Location")
	var id crm.JobID
	if _, err := fmt.Sscanf(path, "/app/jobs/%d", &id); err != nil {
		t.Fatalf("answered %d, to %q", asked.StatusCode, path)
	}
	waiting := b.get(path)
	for _, says := range []string{"Delete the field “City”", "You can leave this page.", "goes on by itself where it was"} {
		if !strings.Contains(waiting.text("main"), says) {
			t.Errorf("it does not say %q: %s", says, waiting.text("main"))
		}
	}
	if list := b.get("/app/settings/fields"); !strings.Contains(list.text("main"), "Being deleted") || list.doc.Find(fmt.Sprintf("form[action*='/fields/%d/delete']", field.ID)).Length() > 0 {
		t.Errorf("meanwhile the list of fields says %s", list.text("main"))
	}
	if _, err := b.contacts.RunJob(b.ctx, b.org, id, func(crm.Job) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if done := b.get(path).text("main"); !strings.Contains(done, "The field is deleted, with the values of 5") || strings.Contains(done, "leave this page") {
		t.Errorf("at last it says %s", done)
	}
}
