package crmui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

// field defines a custom field.
func (b *browser) field(in crm.FieldInput) crm.Field {
	b.t.Helper()
	field, err := b.contacts.CreateField(b.ctx, b.org, in)
	if err != nil {
		b.t.Fatal(err)
	}
	return field
}

const evilLabel = `<img src=x onerror=alert(1)>`

func TestFieldsAreDefinedInTheSettings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	empty := b.get("/app/settings/fields")
	if !strings.Contains(empty.text("main"), "No fields of your own yet") || empty.doc.Find("h1").Length() != 1 {
		t.Errorf("the empty page says %q", empty.text("main"))
	}
	form := b.get("/app/settings/fields/new")
	if n := form.doc.Find("input[name=type]").Length(); n != len(crm.FieldTypes) {
		t.Errorf("%d types are offered, want %d", n, len(crm.FieldTypes))
	}
	made := b.post("/app/settings/fields", url.Values{
		"label": {evilLabel}, "alias": {"size"}, "type": {"select"}, "group": {"personal"}, "options": {"s = Small\r\nm = " + evilLabel + "\r\n\r\nlarge"},
		"default": {"s"}, "isPublished": {"true"}, "isRequired": {"true"},
	})
	if made.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d: %s", made.StatusCode, made.text("[role=alert]"))
	}
	fields, err := b.contacts.Fields(b.ctx, b.org)
	if err != nil || len(fields) != 1 || len(fields[0].Options) != 3 || fields[0].Options[1].Label != evilLabel || fields[0].Options[2].Value != "large" {
		t.Fatalf("got %+v (%v)", fields, err)
	}
	list := b.get("/app/settings/fields")
	if list.doc.Find("img[onerror]").Length() != 0 || !strings.Contains(list.text("tbody tr"), evilLabel) || !strings.Contains(list.text("tbody tr"), "Required") {
		t.Errorf("the line says %q", list.text("tbody tr"))
	}
	path := fmt.Sprintf("/app/settings/fields/%d", fields[0].ID)
	edit := b.get(path)
	if got := edit.doc.Find("textarea[name=options]").Text(); got != "s = Small\nm = "+evilLabel+"\nlarge" {
		t.Errorf("the options are %q", got)
	}
	refused := b.post(path, url.Values{"label": {""}, "type": {"select"}, "group": {"personal"}, "options": {""}, "isPublished": {"true"}})
	if refused.StatusCode != http.StatusUnprocessableEntity || refused.doc.Find("[role=alert] a[href='#f-label']").Length() != 1 || refused.doc.Find("#f-options[aria-invalid]").Length() != 1 {
		t.Errorf("status %d: %s", refused.StatusCode, refused.text("[role=alert]"))
	}
	saved := b.post(path, url.Values{"label": {"Size"}, "type": {"text"}, "group": {"core"}, "default": {"s"}})
	field, err := b.contacts.Field(b.ctx, b.org, fields[0].ID)
	if saved.StatusCode != http.StatusSeeOther || err != nil || field.Alias != "size" || field.Type != crm.FieldText || field.IsPublished || field.IsRequired {
		t.Errorf("status %d, saved %+v (%v)", saved.StatusCode, field, err)
	}
}

func TestFieldsAreMovedAndDeletedWithTheRealNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, z := b.field(crm.FieldInput{Label: "A", Type: crm.FieldText}), b.field(crm.FieldInput{Label: "Z", Type: crm.FieldText})
	if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Fields: map[string]any{"z": "x"}}); err != nil {
		t.Fatal(err)
	}
	b.post(fmt.Sprintf("/app/settings/fields/%d/move?to=up", z.ID), nil)
	list := b.get("/app/settings/fields")
	if got := list.doc.Find("tbody tr").First().Text(); !strings.Contains(got, "Z") {
		t.Errorf("the first line is %q", got)
	}
	ask := list.doc.Find(fmt.Sprintf("[hx-post='/app/settings/fields/%d/delete?contacts=1']", z.ID))
	if text, _ := ask.Attr("hx-confirm"); !strings.Contains(text, "1 contact loses its value") {
		t.Errorf("it asks %q", text)
	}
	if late := b.post(fmt.Sprintf("/app/settings/fields/%d/delete?contacts=0", z.ID), nil); late.StatusCode != http.StatusConflict {
		t.Errorf("status %d without the real number", late.StatusCode)
	}
	b.post(fmt.Sprintf("/app/settings/fields/%d/delete?contacts=1", z.ID), nil)
	fields, err := b.contacts.Fields(b.ctx, b.org)
	if err != nil || len(fields) != 1 || fields[0].ID != a.ID {
		t.Errorf("left are %+v (%v)", fields, err)
	}
}

func TestFieldsOfVeryManyContactsAreCountedAfterTheListIsShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "A", Type: crm.FieldText})
	if _, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Fields: map[string]any{"a": "x"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.db.Pool().Exec(b.ctx, "insert into crm.contact_counts (org_id, n) values ($1, 30000)", b.org); err != nil { // as if they were there
		t.Fatal(err)
	}
	list := b.get("/app/settings/fields")
	ask, _ := list.doc.Find("#contact-fields").Attr("hx-get")
	if text := list.doc.Find("tbody").Text(); !strings.Contains(text, "counting…") || list.doc.Find("[hx-post$='delete?contacts=0']").Length() != 0 || ask == "" {
		t.Fatalf("the list asks %q and says %q", ask, text)
	}
	counted := b.get(ask, "HX-Request", "true", "HX-Target", "div#contact-fields")
	if counted.doc.Find("[hx-post$='delete?contacts=1']").Length() != 1 || counted.doc.Find("#contact-fields[hx-get], h1").Length() != 0 {
		t.Errorf("then it says %q", counted.doc.Text())
	}
}

func TestAFieldThatIsUsedLeadsToWhatUsesIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	field := b.field(crm.FieldInput{Label: "Plan", Type: crm.FieldText})
	view, err := b.contacts.CreateView(b.ctx, b.org, crm.ViewInput{Name: "<b>Paying", Search: "plan:gold", IsShared: true})
	if err != nil {
		t.Fatal(err)
	}
	uses := fmt.Sprintf("/app/settings/fields/%d/uses", field.ID)
	refused := b.post(fmt.Sprintf("/app/settings/fields/%d/delete?contacts=0", field.ID), nil)
	b.is(refused.Header.Get("Location"), uses)
	list := b.get(uses)
	b.is(list.text(fmt.Sprintf("main a[href='/app/contacts?view=%d']", view.ID)), "<b>Paying")
	b.is(fmt.Sprint(list.doc.Find("h1").Length()), "1")
	if err := b.contacts.DeleteView(b.ctx, b.org, view.ID); err != nil {
		t.Fatal(err)
	}
	if text := b.get(uses).text("main"); !strings.Contains(text, "Nothing uses “Plan” any more") {
		t.Errorf("it says %q", text)
	}
	b.is(b.post(fmt.Sprintf("/app/settings/fields/%d/delete?contacts=0", field.ID), nil).Header.Get("Location"), "/app/settings/fields")
}
