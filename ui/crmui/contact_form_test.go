package crmui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// typed is what a browser would send of the page's form, nothing changed.
func (a answer) typed() url.Values {
	form := url.Values{}
	a.doc.Find("#contact-form").Find("input, textarea, select").Each(func(_ int, control *goquery.Selection) {
		name, _ := control.Attr("name")
		kind, _ := control.Attr("type")
		_, checked := control.Attr("checked")
		switch {
		case goquery.NodeName(control) == "select":
			control.Find("option[selected]").Each(func(_ int, option *goquery.Selection) { form.Add(name, option.AttrOr("value", "")) })
		case goquery.NodeName(control) == "textarea":
			form.Add(name, control.Text())
		case kind != "checkbox" && kind != "radio" || checked:
			form.Add(name, control.AttrOr("value", ""))
		}
	})
	return form
}

func with(form url.Values, name, value string) url.Values {
	form.Set(name, value)
	return form
}

// everyField defines a field of each type; its alias is the type.
func (b *browser) everyField() {
	for _, kind := range crm.FieldTypes {
		in := crm.FieldInput{Label: "The " + string(kind) + evilLabel, Alias: "a_" + string(kind), Type: kind, Group: crm.GroupPersonal}
		if kind.HasOptions() {
			in.Options = []crm.FieldOption{{Value: "s", Label: "Small"}, {Value: `"><script>`, Label: evilLabel}}
		}
		b.field(in)
	}
}

func TestTheFormHasAControlForEachTypeAndKeepsEachValue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.everyField()
	a := b.get("/app/contacts/new")
	if a.doc.Find("img[onerror], main script").Length() != 0 {
		t.Error("a label became markup")
	}
	for _, kind := range crm.FieldTypes {
		control := a.doc.Find(fmt.Sprintf("[name='fields.a_%s']", kind))
		if control.Length() == 0 {
			t.Errorf("there is no control for %s", kind)
		}
	}
	want := map[string]any{
		"text": "x<b>", "textarea": "a\nb", "html": "<p>Hi</p>", "lookup": "any", "select": `"><script>`, "multiselect": []any{"s", `"><script>`},
		"boolean": false, "number": 7.0, "date": "2026-03-31", "datetime": "2026-03-31T13:04:00Z", "time": "15:04", "email": "a@example.com", "tel": "+49 30 1",
		"url": "https://example.com", "country": "DE", "region": "Bavaria", "locale": "de-AT", "timezone": "Europe/Berlin",
	}
	form := url.Values{"firstname": {"Anna"}, "locale": {"pt_br"}, "preferredChannel": {"sms"}, "tags": {"news", "vip"}}
	for kind, value := range map[string]string{
		"text": "x<b>", "textarea": "a\r\nb", "html": "<p>Hi</p>", "lookup": "any", "select": `"><script>`, "boolean": "false", "number": "7",
		"date": "2026-03-31", "datetime": "2026-03-31T15:04", "time": "15:04", "email": "a@example.com", "tel": "+49 30 1", "url": "https://example.com",
		"country": "DE", "region": "Bavaria", "locale": "de-AT", "timezone": "Europe/Berlin",
	} {
		form.Set("fields.a_"+kind, value)
	}
	form["fields.a_multiselect"] = []string{`"><script>`, "s"}
	made := b.post("/app/contacts", form)
	b.is(made.Header.Get("Location"), "/app/contacts/1")
	check := func() {
		t.Helper()
		contact, err := b.contacts.Contact(b.ctx, b.org, 1)
		if err != nil {
			t.Fatal(err)
		}
		for kind, value := range want {
			if got := contact.Fields["a_"+kind]; fmt.Sprint(got) != fmt.Sprint(value) {
				t.Errorf("%s is %#v, want %#v", kind, got, value)
			}
		}
		if *contact.Locale != "pt-BR" || *contact.PreferredChannel != crm.SMS || len(contact.Tags) != 2 {
			t.Errorf("saved %+v", contact)
		}
	}
	check()
	edit := b.get("/app/contacts/1/edit")
	if edit.doc.Find("img[onerror], main script").Length() != 0 {
		t.Error("a value became markup")
	}
	again := b.post("/app/contacts/1", edit.typed())
	b.is(again.Header.Get("Location"), "/app/contacts/1")
	check()
	events, err := b.contacts.Timeline(b.ctx, b.org, 1, 0, 10)
	if err != nil || len(events) != 1 {
		t.Errorf("a form that was only opened and saved wrote %+v (%v)", events, err)
	}
}

func TestTheFormAsksForWhatIsRequiredAndOffersDefaults(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post("/app/contacts", url.Values{"firstname": {"Early"}})
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText, IsRequired: true, Hint: "Where they live."})
	b.field(crm.FieldInput{Label: "Plan", Type: crm.FieldSelect, Options: []crm.FieldOption{{Value: "free"}, {Value: "pro"}}, Default: "pro"})
	a := b.get("/app/contacts/new")
	b.is(a.doc.Find("[name='fields.plan'] option[selected]").AttrOr("value", ""), "pro")
	if a.doc.Find("[name='fields.city'][required]").Length() != 1 || a.text("#f-fields\\.city-hint") != "Where they live." {
		t.Error("the required field is not marked")
	}
	refused := b.post("/app/contacts", url.Values{"firstname": {"Anna"}, "fields.city": {""}, "fields.plan": {"free"}}, fragment("contact-form")...)
	b.is(refused.text("#f-fields\\.city-error"), "City is required.")
	b.is(refused.doc.Find("[role=alert] a").AttrOr("href", ""), "#f-fields.city")
	b.is(refused.doc.Find("[name='fields.plan'] option[selected]").AttrOr("value", ""), "free")
	// The form asks for what the contact lacks, whatever was changed.
	old := b.post("/app/contacts/1", with(b.get("/app/contacts/1/edit").typed(), "lastname", "Berg"))
	if old.StatusCode != http.StatusUnprocessableEntity || old.text("#f-fields\\.city-error") == "" {
		t.Errorf("status %d", old.StatusCode)
	}
}

func TestWhatOthersSaveMeanwhileIsShownAndNothingIsLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "Sizes", Type: crm.FieldMultiselect, Options: []crm.FieldOption{{Value: "s", Label: "Small"}, {Value: "m", Label: "Medium"}}})
	b.post("/app/contacts", url.Values{"firstname": {"Anna"}, "company": {"Acme"}, "fields.sizes": {"s"}, "tags": {"news"}})
	mine := b.get("/app/contacts/1/edit").typed()

	other := b.colleague("Ben Costa")
	ctx := identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: other, Role: identity.RoleUser})
	_, err := b.contacts.UpdateContact(ctx, b.org, 1, crm.ContactPatch{
		Company: new("Theirs <b>"), Stage: new("hot"), Fields: map[string]any{"sizes": "m"}, Tags: crm.TagChange{Add: []string{"vip"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	mine.Set("company", "Mine")
	mine.Set("position", "Buyer")
	mine["fields.sizes"] = []string{"s", "m"}
	mine["tags"] = []string{"gold"} // instead of news

	conflict := b.post("/app/contacts/1", mine, fragment("contact-form")...)
	if conflict.StatusCode != http.StatusConflict || conflict.doc.Find("h1").Length() != 0 {
		t.Fatalf("status %d", conflict.StatusCode)
	}
	company := conflict.doc.Find("[role=alert] fieldset").First().Text()
	for _, says := range []string{"Company", "Yours: Mine", "Theirs: Theirs <b>", "Changed by Ben Costa"} {
		if !strings.Contains(company, says) {
			t.Errorf("the notice %q lacks %q", company, says)
		}
	}
	if notice := conflict.text("[role=alert]"); !strings.Contains(notice, "Yours: Small, Medium") || !strings.Contains(notice, "in the form by now: Stage.") {
		t.Errorf("the notice is %q", notice)
	}
	b.is(conflict.doc.Find("[name=company]").AttrOr("value", ""), "Mine")
	b.is(conflict.doc.Find("[name=position]").AttrOr("value", ""), "Buyer")
	b.is(conflict.doc.Find("[name=stage]").AttrOr("value", ""), "hot")

	saved := b.post("/app/contacts/1", with(conflict.typed(), "keep.company", "theirs"))
	b.is(saved.Header.Get("Location"), "/app/contacts/1")
	contact, err := b.contacts.Contact(b.ctx, b.org, 1)
	if err != nil {
		t.Fatal(err)
	}
	b.is(fmt.Sprint(*contact.Company, " ", *contact.Position, " ", *contact.Stage, contact.Fields["sizes"], contact.Tags), "Theirs <b> Buyer hot[s m] [gold vip]")
}

func TestChangesOfDifferentFieldsAreBothKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post("/app/contacts", url.Values{"firstname": {"Anna"}, "company": {"Acme"}})
	mine := b.get("/app/contacts/1/edit").typed()
	if _, err := b.contacts.UpdateContact(b.ctx, b.org, 1, crm.ContactPatch{Company: new("Theirs")}); err != nil {
		t.Fatal(err)
	}
	saved := b.post("/app/contacts/1", with(mine, "lastname", "Berg"))
	b.is(saved.Header.Get("Location"), "/app/contacts/1")
	contact, err := b.contacts.Contact(b.ctx, b.org, 1)
	if err != nil || *contact.Company != "Theirs" || contact.Name().String() != "Anna Berg" {
		t.Errorf("saved %+v (%v)", contact, err)
	}
}

// colleague is somebody else who works for the organization.
func (b *browser) colleague(name string) (id identity.UserID) {
	b.t.Helper()
	err := b.db.Pool().QueryRow(b.ctx, `with u as (insert into identity.users (email, name, password_hash) values ('ben@example.com', $2, 'x') returning id)
		insert into identity.org_members (org_id, user_id, role) select $1, id, 'user' from u returning user_id`, b.org, name).Scan(&id)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}
