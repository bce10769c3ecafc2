package messagingui_test

import (
	"net/http"
	"testing"

	"github.com/mauntic/mauntic/domain/identity"
)

func TestOnlyOperatorsResumeSending(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if got := b.do(http.MethodPost, "/app/sending/resume", nil); got.StatusCode != http.StatusForbidden {
		t.Errorf("A marketer gets %s.", got.Status)
	}
	b.as.Role = identity.RoleSuperadmin
	got := b.do(http.MethodPost, "/app/sending/resume", nil, "HX-Request", "true")
	if got.Header.Get("HX-Redirect") != "/app/dashboard" {
		t.Errorf("An operator gets %s, and is led to %q.", got.Status, got.Header.Get("HX-Redirect"))
	}
}
