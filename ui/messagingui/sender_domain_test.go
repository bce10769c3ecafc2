package messagingui_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/identity"
)

func TestASenderDomainIsAddedCheckedAndRemoved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.as.Role = identity.RoleAdmin
	const settings = "/app/settings/domains"
	empty := b.do("GET", settings, nil)
	if empty.StatusCode != 200 || empty.doc.Find("h1").Length() != 1 || empty.doc.Find(`input[name="name"][value="example.com"]`).Length() != 1 {
		t.Fatalf("%d %s", empty.StatusCode, empty.body)
	}
	refused := b.do("POST", settings, url.Values{"name": {"nonsense"}}, "HX-Request", "true", "HX-Target", "domain-form")
	if refused.StatusCode != 422 || refused.text("#f-name-error") != "Write a domain such as example.com." {
		t.Errorf("%d %s", refused.StatusCode, refused.body)
	}
	if added := b.do("POST", settings, url.Values{"name": {"example.com"}}); added.StatusCode >= 400 {
		t.Fatalf("%d %s", added.StatusCode, added.body)
	}
	shown := b.do("GET", settings+"/1", nil)
	key := shown.doc.Find(`[data-record="dkim"] code`)
	name, value := key.Eq(1).Text(), key.Eq(2).Text()
	if !strings.HasSuffix(name, "._domainkey.example.com") || !strings.HasPrefix(value, "v=DKIM1; k=rsa; p=") ||
		shown.doc.Find(`[data-record="dkim"] [data-copy="`+value+`"]`).Length() != 1 {
		t.Errorf("%q %q %s", name, value, shown.body)
	}
	b.zone.TXT(name, value)
	if checked := b.do("POST", settings+"/1/check", nil); checked.StatusCode >= 400 {
		t.Fatalf("%d %s", checked.StatusCode, checked.body)
	}
	ready := b.do("GET", settings+"/1", nil)
	if !strings.Contains(ready.text(`main [role="note"]`), "campaigns may send from it") || !strings.Contains(ready.text(`[data-record="dkim"]`), "Right") {
		t.Errorf("%s", ready.body)
	}
	if removed := b.do("POST", settings+"/1/delete", nil); removed.StatusCode >= 400 {
		t.Fatalf("%d %s", removed.StatusCode, removed.body)
	}
	if gone := b.do("GET", settings+"/1", nil); gone.StatusCode != 404 {
		t.Errorf("%d", gone.StatusCode)
	}
}

func TestMarketersSeeSenderDomainsButAddNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const settings = "/app/settings/domains"
	if shown := b.do("GET", settings, nil); shown.StatusCode != 200 || shown.doc.Find("#domain-form").Length() != 0 {
		t.Errorf("%d %s", shown.StatusCode, shown.body)
	}
	if added := b.do("POST", settings, url.Values{"name": {"example.com"}}); added.StatusCode != 403 {
		t.Errorf("%d", added.StatusCode)
	}
}
