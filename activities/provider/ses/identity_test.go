package ses_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
)

func TestADomainIsRegisteredOnceAndHasThreeKeys(t *testing.T) {
	t.Parallel()
	server := fake(t)
	p := provider(t, server.URL())
	if known, err := p.DomainIdentity(t.Context(), "example.com"); err != nil || known.Known {
		t.Fatalf("%+v, %v", known, err)
	}
	for range 2 {
		if err := p.RegisterDomain(t.Context(), "example.com", "bounce.example.com"); err != nil {
			t.Fatal(err)
		}
	}
	known, err := p.DomainIdentity(t.Context(), "example.com")
	if err != nil || !known.Known || known.Signs || len(known.Keys) != 3 || known.Keys[0].Name != "token1._domainkey.example.com" ||
		known.Keys[0].Value != "token1.dkim.amazonses.com" {
		t.Errorf("%+v, %v", known, err)
	}
	if known.BounceDomain != "bounce.example.com" || known.BounceHost != "feedback-smtp.eu-central-1.amazonses.com" || known.BounceSPF != "include:amazonses.com" {
		t.Errorf("%+v", known)
	}
	server.Verify("example.com", true)
	if known, err := p.DomainIdentity(t.Context(), "example.com"); err != nil || !known.Signs {
		t.Errorf("%+v, %v", known, err)
	}
}

func TestWhatSESSaysAboutADomainIsPassedOn(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "LimitExceededException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"message": "Too many identities."}`))
	}))
	t.Cleanup(server.Close)
	err := provider(t, server.URL).RegisterDomain(t.Context(), "example.com", "")
	if domain.KindOf(err) != domain.KindConflict || !strings.Contains(err.Error(), "Too many identities.") {
		t.Errorf("%v", err)
	}
}
