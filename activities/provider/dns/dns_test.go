package dns_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/activities/provider/dns"
	"github.com/mauntic/mauntic/activities/provider/dns/dnstest"
)

func TestRecordsAreFound(t *testing.T) {
	t.Parallel()
	server := dnstest.New(t)
	long := "v=DKIM1; k=rsa; p=" + strings.Repeat("A", 392)
	server.TXT("key._domainkey.example.com", long)
	server.TXT("example.com", "v=spf1 -all")
	server.TXT("example.com", "something else")
	server.CNAME("token._domainkey.example.com", "token.dkim.example.net")
	server.MX("example.com", 20, "second.example.com")
	server.MX("example.com", 10, "First.example.com")
	server.A("first.example.com", [4]byte{192, 0, 2, 1})
	r := dns.New(server.Address())
	if got, err := r.TXT(t.Context(), "key._domainkey.example.com"); err != nil || len(got) != 1 || got[0] != long {
		t.Errorf("a long text is put together again: %v, %v", got, err)
	}
	if got, err := r.TXT(t.Context(), "example.com"); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := r.CNAME(t.Context(), "token._domainkey.example.com"); err != nil || got != "token.dkim.example.net" {
		t.Errorf("an alias without addresses: %q, %v", got, err)
	}
	if got, err := r.CNAME(t.Context(), "first.example.com"); err != nil || got != "" {
		t.Errorf("no alias: %q, %v", got, err)
	}
	if got, err := r.MX(t.Context(), "example.com"); err != nil || !slices.Equal(got, []string{"first.example.com", "second.example.com"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := r.Addrs(t.Context(), "first.example.com"); err != nil || !slices.Equal(got, []netip.Addr{netip.MustParseAddr("192.0.2.1")}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWhatIsNotThereIsNoError(t *testing.T) {
	t.Parallel()
	server := dnstest.New(t)
	server.TXT("example.com", "only a text")
	r := dns.New(server.Address())
	for _, name := range []string{"absent.example.com", "example.com"} {
		if got, err := r.MX(t.Context(), name); err != nil || len(got) != 0 {
			t.Errorf("MX of %s: %v, %v", name, got, err)
		}
		if got, err := r.CNAME(t.Context(), name); err != nil || got != "" {
			t.Errorf("CNAME of %s: %v, %v", name, got, err)
		}
	}
	if got, err := r.TXT(t.Context(), "absent.example.com"); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAServerThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	server := dnstest.New(t)
	server.Fail(true)
	if got, err := dns.New(server.Address()).TXT(t.Context(), "example.com"); err == nil {
		t.Errorf("%v", got)
	}
}
