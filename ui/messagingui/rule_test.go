package messagingui_test

import (
	"net/url"
	"testing"

	"github.com/mauntic/mauntic/domain/identity"
)

func TestQuietHoursAreAddedChangedAndRemoved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.as.Role = identity.RoleAdmin
	const settings = "/app/settings/sending"
	empty := b.do("GET", settings, nil)
	if empty.StatusCode != 200 || empty.doc.Find("h1").Length() != 1 || empty.doc.Find(`a[href="/app/settings/sending"][aria-current="page"]`).Length() != 1 {
		t.Fatalf("%d %s", empty.StatusCode, empty.body)
	}
	form := b.do("GET", settings+"/new?kind=quiet", nil)
	if form.doc.Find(`input[name="from"][value="21:00"]`).Length() != 1 || form.doc.Find(`fieldset input[type="checkbox"][checked]`).Length() != 7 {
		t.Errorf("%s", form.body)
	}
	typed := url.Values{"kind": {"quiet"}, "from": {"22:00"}, "to": {"07:00"}, "action": {"defer"}, "channel": {"email"}}
	refused := b.do("POST", settings, typed, "HX-Request", "true", "HX-Target", "rule-form")
	if refused.StatusCode != 422 || refused.text("fieldset p.text-error") != "Choose at least one day." || refused.doc.Find(`input[name="from"][value="22:00"]`).Length() != 1 {
		t.Errorf("%d %s", refused.StatusCode, refused.body)
	}
	typed.Set("dayMonday", "true")
	if added := b.do("POST", settings, typed); added.StatusCode >= 400 {
		t.Fatalf("%d %s", added.StatusCode, added.body)
	}
	listed := b.do("GET", settings, nil)
	if got := listed.text("li.flex > span:first-child"); got != "Between 22:00 and 07:00 of the next day, Monday, marketing emails wait until it is over." {
		t.Errorf("%q", got)
	}
	typed.Set("to", "06:00")
	if saved := b.do("POST", settings+"/1", typed); saved.StatusCode >= 400 {
		t.Fatalf("%d %s", saved.StatusCode, saved.body)
	}
	if again := b.do("GET", settings+"/1", nil); again.doc.Find(`input[name="to"][value="06:00"]`).Length() != 1 {
		t.Errorf("%s", again.body)
	}
	if removed := b.do("POST", settings+"/1/delete", nil); removed.StatusCode >= 400 {
		t.Fatalf("%d %s", removed.StatusCode, removed.body)
	}
	if gone := b.do("GET", settings+"/1", nil); gone.StatusCode != 404 {
		t.Errorf("%d", gone.StatusCode)
	}
}

func TestMarketersReadRulesButDoNotChangeThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const settings = "/app/settings/sending"
	if shown := b.do("GET", settings, nil); shown.StatusCode != 200 || shown.doc.Find(`main a[href*="/new"]`).Length() != 0 {
		t.Errorf("%d %s", shown.StatusCode, shown.body)
	}
	if form := b.do("GET", settings+"/new", nil); form.StatusCode != 403 {
		t.Errorf("%d", form.StatusCode)
	}
	typed := url.Values{"kind": {"cap"}, "messages": {"3"}, "per": {"week"}, "action": {"defer"}}
	if added := b.do("POST", settings, typed); added.StatusCode != 403 {
		t.Errorf("%d", added.StatusCode)
	}
}
