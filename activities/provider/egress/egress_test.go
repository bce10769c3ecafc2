package egress_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/mauntic/mauntic/activities/provider/egress"
)

func TestTheSSRFSetIsRefusedBeforeAnyPacketLeaves(t *testing.T) {
	t.Parallel()
	client := egress.New(egress.Options{Resolver: names(t, map[string][]string{
		"localhost":                {"127.0.0.1"},
		"metadata.google.internal": {"169.254.169.254"},
		"inside.example":           {"10.0.0.7"},
		"inside6.example":          {"fd00::7"},
		"nat64.example":            {"64:ff9b::7f00:1"},
		"mapped.example":           {"::ffff:127.0.0.1"},
	})})
	t.Cleanup(client.Close)
	for _, address := range []string{
		"http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/", "http://0177.0.0.1/",
		"http://0/", "http://127.0.0.1./", "http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/",
		"http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::7f00:1]/", "http://169.254.169.254/latest/meta-data/",
		"http://[fd00:ec2::254]/", "http://[fe80::1%25lo]/", "http://localhost/", "http://localhost./",
		"http://metadata.google.internal/", "http://a@127.0.0.1/", "http://127.0.0.1#@example.com/",
		"http://example.com@127.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/", "http://127。0。0。1/",
		"http://inside.example/", "http://inside6.example/", "http://nat64.example/", "http://mapped.example/",
		"http://192.0.0.192/", "http://198.18.0.1/", "http://240.0.0.1/", "http://255.255.255.255/", "http://0.0.0.0/",
		"http://100.64.0.1/", "http://100.100.100.200/", "http://168.63.129.16/", "http://224.0.0.1/", "http://[ff02::1]/",
		"http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[fec0::1]/",
		"http://203.0.113.1/", "http://1.1.1.1:22/", "http://1.1.1.1:5432/", "http://1.1.1.1:99999/",
		"file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://1.1.1.1/", "//1.1.1.1/", "http:///x", "http://", "", "1.1.1.1", "http://ex ample/",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			_, err := client.Do(t.Context(), egress.Request{URL: address, Timeout: 5 * time.Second})
			wantKind(t, err, egress.KindRefused)
		})
	}
}

func TestANameThatTurnsInwardAtTheSecondLookUpIsRefused(t *testing.T) {
	t.Parallel()
	listener := silentListener(t)
	var looked atomic.Int32
	resolver := answers(t, func(_ string, kind dnsmessage.Type) []string {
		if kind != dnsmessage.TypeA || looked.Add(1) == 1 {
			return []string{"1.1.1.1"}
		}
		return []string{"127.0.0.1"}
	})
	if first, err := resolver.LookupHost(t.Context(), "rebind.example"); err != nil || first[0] != "1.1.1.1" {
		t.Fatalf("The name looks public at first, got %v, %v.", first, err)
	}
	client := egress.New(egress.Options{Resolver: resolver})
	_, err := client.Do(t.Context(), egress.Request{URL: fmt.Sprintf("http://rebind.example:%d/", listener.port)})
	wantKind(t, err, egress.KindRefused)
	listener.untouched(t)
}

func TestRedirectsAreCheckedLikeTheFirstAddress(t *testing.T) {
	t.Parallel()
	listener := silentListener(t)
	inward := fmt.Sprintf("http://127.0.0.1:%d/", listener.port)
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/inward":
			http.Redirect(w, r, inward, http.StatusTemporaryRedirect)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/3", "/2", "/1":
			http.Redirect(w, r, fmt.Sprintf("/%d", r.URL.Path[1]-'0'-1), http.StatusTemporaryRedirect)
		case "/get":
			http.Redirect(w, r, "/0", http.StatusSeeOther)
		default:
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s", r.Method, body)
		}
	})
	client := clientFor(t, site)
	for _, path := range []string{"/inward", "/file", "/round"} {
		_, err := client.Do(t.Context(), egress.Request{URL: site.URL + path})
		wantKind(t, err, egress.KindRefused)
	}
	listener.untouched(t)

	answer, err := client.Do(t.Context(), egress.Request{Method: "POST", URL: site.URL + "/3", Body: []byte("kept")})
	if err != nil || string(answer.Body) != "POST kept" {
		t.Errorf("After three redirects the answer is %q, %v; want the POST with its body.", answer.Body, err)
	}
	answer, err = client.Do(t.Context(), egress.Request{Method: "POST", URL: site.URL + "/get", Body: []byte("x")})
	if err != nil || answer.Status != http.StatusSeeOther {
		t.Errorf("A POST must not become a GET: status %d, %v; want 303.", answer.Status, err)
	}
}

func TestSecretsStayWithTheHostTheyAreFor(t *testing.T) {
	t.Parallel()
	var second *httptest.Server
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/out" {
			http.Redirect(w, r, second.URL+"/back", http.StatusTemporaryRedirect)
			return
		}
		if r.URL.Path == "/here" {
			http.Redirect(w, r, "/end", http.StatusTemporaryRedirect)
			return
		}
		fmt.Fprintf(w, "%v %v %v", r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"), r.Header.Get("Idempotency-Key"))
	})
	second = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization")+r.Header.Get("X-Api-Key")+r.Header.Get("Referer") != "" {
			t.Error("The second host saw a secret of the first one.")
		}
		http.Redirect(w, r, first.URL+"/chosen", http.StatusTemporaryRedirect)
	})
	client := clientFor(t, first, second)
	header := http.Header{"Authorization": {"Bearer a"}, "X-Api-Key": {"b"}, "Idempotency-Key": {"c"}}
	answer, err := client.Do(t.Context(), egress.Request{URL: first.URL + "/here", Header: header})
	if err != nil || string(answer.Body) != "Bearer a b c" {
		t.Errorf("The same host gets its headers again: %q, %v.", answer.Body, err)
	}
	answer, err = client.Do(t.Context(), egress.Request{URL: first.URL + "/out", Header: header})
	if err != nil || string(answer.Body) != "  c" {
		t.Errorf("Back from another host the headers are %q, %v; want only the key of the call.", answer.Body, err)
	}
}

func TestARedirectFromHTTPSToHTTPIsRefused(t *testing.T) {
	t.Parallel()
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("The unencrypted address was called.") })
	safe := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	t.Cleanup(safe.Close)
	roots := x509.NewCertPool()
	roots.AddCert(safe.Certificate())
	client := egress.New(egress.Options{Allow: allow(t, plain, safe), RootCAs: roots})
	t.Cleanup(client.Close)
	_, err := client.Do(t.Context(), egress.Request{URL: safe.URL})
	wantKind(t, err, egress.KindRefused)
}

func TestAnEndlessAnswerCostsOnlyTheLimit(t *testing.T) {
	t.Parallel()
	var wrote atomic.Int64
	gone := make(chan struct{})
	site := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(gone)
		block := make([]byte, 64<<10)
		for wrote.Load() < 1<<30 {
			n, err := w.Write(block)
			if err != nil {
				return
			}
			wrote.Add(int64(n))
		}
	})
	client := clientFor(t, site)
	answer, err := client.Do(t.Context(), egress.Request{URL: site.URL, MaxBody: 1000})
	if err != nil || len(answer.Body) != 1000 || !answer.Cut {
		t.Fatalf("Got %d bytes, cut %v, %v; want 1000 bytes, cut.", len(answer.Body), answer.Cut, err)
	}
	<-gone
	if wrote.Load() >= 1<<28 {
		t.Errorf("The server could write %d bytes before the connection ended.", wrote.Load())
	}
}

func TestGetWantsAWholeAnswerWithStatus200(t *testing.T) {
	t.Parallel()
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing" {
			http.Error(w, "secret words", http.StatusNotFound)
			return
		}
		fmt.Fprint(w, "0123456789")
	})
	client := clientFor(t, site)
	if body, err := client.Get(t.Context(), site.URL, 10); err != nil || string(body) != "0123456789" {
		t.Errorf("Get = %q, %v.", body, err)
	}
	_, err := client.Get(t.Context(), site.URL, 9)
	wantKind(t, err, egress.KindAnswer)
	_, err = client.Get(t.Context(), site.URL+"/missing", 0)
	wantKind(t, err, egress.KindAnswer)
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("The error repeats what the target said: %q.", err)
	}
}

func TestSlowHeadersAndDrippingBodiesEndAtTheTimeLimit(t *testing.T) {
	t.Parallel()
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/drip" {
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	})
	client := clientFor(t, site)
	for _, path := range []string{"/headers", "/drip"} {
		_, err := client.Do(t.Context(), egress.Request{URL: site.URL + path, Timeout: 100 * time.Millisecond})
		wantKind(t, err, egress.KindBroken)
		if !strings.Contains(err.Error(), "in time") {
			t.Errorf("%s: the error is %q.", path, err)
		}
	}
}

func TestFailuresAreSentencesOfTheirKind(t *testing.T) {
	t.Parallel()
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of the handshake we end
	stranger.StartTLS()
	t.Cleanup(stranger.Close)
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	huge := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Big", strings.Repeat("x", 1<<20)) })
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	client := egress.New(egress.Options{Allow: allow(t, stranger, plain, huge, closed), Resolver: names(t, nil)})
	t.Cleanup(client.Close)
	for address, want := range map[string]egress.Kind{
		stranger.URL: egress.KindUnreachable,
		strings.Replace(plain.URL, "http:", "https:", 1): egress.KindUnreachable,
		closed.URL:               egress.KindUnreachable,
		"https://nobody.example": egress.KindUnreachable,
		huge.URL:                 egress.KindBroken,
	} {
		_, err := client.Do(t.Context(), egress.Request{URL: address})
		wantKind(t, err, want)
		if strings.Contains(err.Error(), "127.0.0.1") || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%s: %q is no sentence for people.", address, err)
		}
	}
}

func TestCookiesAndProxiesPlayNoPart(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("NO_PROXY", "")
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 {
			t.Error("The cookie came back.")
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
	})
	client := clientFor(t, site)
	for range 2 {
		if _, err := client.Do(t.Context(), egress.Request{URL: site.URL}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOperatorsWriteExceptionsAsAddressesOrNetworks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]egress.Allowed{
		"10.0.0.7":           {Network: netip.MustParsePrefix("10.0.0.7/32")},
		"10.1.2.3/8":         {Network: netip.MustParsePrefix("10.0.0.0/8")},
		"10.0.0.7:8080":      {Network: netip.MustParsePrefix("10.0.0.7/32"), Port: 8080},
		"10.0.0.0/8:8080":    {Network: netip.MustParsePrefix("10.0.0.0/8"), Port: 8080},
		" fd00::/8 ":         {Network: netip.MustParsePrefix("fd00::/8")},
		"fd00::7":            {Network: netip.MustParsePrefix("fd00::7/128")},
		"[fd00::7]:8080":     {Network: netip.MustParsePrefix("fd00::7/128"), Port: 8080},
		"[fd00::/8]:8080":    {Network: netip.MustParsePrefix("fd00::/8"), Port: 8080},
		"::ffff:10.0.0.7":    {Network: netip.MustParsePrefix("10.0.0.7/32")},
		"[::ffff:1.2.3.4]:1": {Network: netip.MustParsePrefix("1.2.3.4/32"), Port: 1},
	} {
		if got, err := egress.ParseAllowed(text); err != nil || got != want {
			t.Errorf("ParseAllowed(%q) = %v, %v; want %v.", text, got, err, want)
		}
	}
	for _, text := range []string{"", "localhost", "localhost:80", "10.0.0.7:0", "10.0.0.7:99999", "10.0.0.0/33", "*"} {
		if got, err := egress.ParseAllowed(text); err == nil {
			t.Errorf("ParseAllowed(%q) = %v, want an error.", text, got)
		}
	}
}

func TestAnExceptionForOnePortOpensNoOther(t *testing.T) {
	t.Parallel()
	site := serve(t, func(http.ResponseWriter, *http.Request) {})
	listener := silentListener(t)
	client := clientFor(t, site)
	_, err := client.Do(t.Context(), egress.Request{URL: fmt.Sprintf("http://127.0.0.1:%d/", listener.port)})
	wantKind(t, err, egress.KindRefused)
	listener.untouched(t)
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	site := httptest.NewServer(handler)
	t.Cleanup(site.Close)
	return site
}

// clientFor makes a client that may call these servers of the test.
func clientFor(t *testing.T, sites ...*httptest.Server) *egress.Client {
	t.Helper()
	client := egress.New(egress.Options{Allow: allow(t, sites...)})
	t.Cleanup(client.Close)
	return client
}

func allow(t *testing.T, sites ...*httptest.Server) []egress.Allowed {
	t.Helper()
	var list []egress.Allowed
	for _, site := range sites {
		allowed, err := egress.ParseAllowed(site.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, allowed)
	}
	return list
}

func wantKind(t *testing.T, err error, want egress.Kind) {
	t.Helper()
	var failure *egress.Error
	if !errors.As(err, &failure) || failure.Kind != want {
		t.Errorf("The error is %v, want one of kind %q.", err, want)
	}
}

// listener is a port that nobody may connect to.
type listener struct {
	net.Listener
	port    int
	touched atomic.Bool
}

func silentListener(t *testing.T) *listener {
	t.Helper()
	inner, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{Listener: inner, port: inner.Addr().(*net.TCPAddr).Port}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if conn, err := inner.Accept(); err == nil {
			l.touched.Store(true)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		inner.Close()
		<-done
	})
	return l
}

func (l *listener) untouched(t *testing.T) {
	t.Helper()
	if l.touched.Load() {
		t.Error("A connection was opened to an address that is refused.")
	}
}
