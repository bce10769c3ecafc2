package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// publicRoutes need nobody to be signed in. Whatever is added here must say nothing about whether a
// record exists, and must not be of use to a stranger.
var publicRoutes = []string{
	"GET /", "GET /login", "POST /api/auth/login", "POST /api/auth/logout", "GET /health", "GET /ready", "GET /assets/:version/*",
	"GET /api/docs", "GET /api/docs/:file", "GET /api/openapi.json", "GET /api/openapi.yaml", "GET /api/openapi-3.0.json", "GET /api/openapi-3.0.yaml",
	// Getting in: each under a token of 256 random bits, or with the same answer for everybody.
	"GET /forgot", "POST /forgot", "GET /reset/:token", "POST /reset/:token", "GET /invite/:token", "POST /invite/:token",
	// What mail leads to, each under a signed token.
	"GET /t/c/:token", "GET /t/o/:token", "GET /s/:token", "GET /u/:token", "POST /u/:token", "POST /u/:token/undo", "GET /v/:token",
}

// sentFromOutside are the paths on which other sites' requests are expected: mail programs, readers
// and providers. Each checks a token or a signature of its own.
var sentFromOutside = []string{"/t/", "/s/", "/u/", "/hooks/"}

// S-24: a route that somebody forgets to protect is found here.
func TestEveryRouteIsPublicOnPurposeOrAsksWhoIsThere(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	var known []string
	for _, route := range s.routes() {
		known = append(known, route.String())
		if slices.Contains(publicRoutes, route.String()) {
			continue
		}
		if got := s.send(call{method: route.method, path: route.path()}); !got.refused() {
			t.Errorf("%s answers %d to nobody: protect it, or list it in publicRoutes.", route, got.status)
		}
	}
	for _, route := range publicRoutes {
		if !slices.Contains(known, route) {
			t.Errorf("publicRoutes names %s, which is not registered.", route)
		}
	}
}

// S-01, P-05: another site can't use the session of somebody who is signed in here.
func TestAnotherSiteChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	for _, route := range s.routes() {
		outside := slices.ContainsFunc(sentFromOutside, func(prefix string) bool { return strings.HasPrefix(route.pattern, prefix) })
		if !route.changes() || outside {
			continue
		}
		for name, header := range map[string]map[string]string{
			"by its fetch metadata": {"Sec-Fetch-Site": "cross-site"},
			"by its origin":         {"Origin": "https://evil.test"},
			"by a sandboxed frame":  {"Origin": "null"},
		} {
			for _, kind := range []string{"application/json", "text/plain", "application/x-www-form-urlencoded"} {
				header["Content-Type"] = kind
				got := s.send(call{method: route.method, path: route.path(), role: "superadmin", form: "a=b", header: header})
				if got.status != http.StatusForbidden {
					t.Errorf("%s as %s answers %d to another site, known %s.", route, kind, got.status, name)
				}
			}
		}
	}
}

// S-22, S-35: what other programs have given away does not exist here.
func TestNothingIsServedThatOnlyTheMachineMaySee(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	for _, path := range []string{
		"/.env", "//.env", "/%2e%65nv", "/.git/config", "/config.yml", "/debug/pprof/", "/debug/vars", "/metrics", "/version", "/update",
		"/upgrade", "/migrate", "/install", "/setup", "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/..%5c..%5cetc",
		"/app/media?path=../../etc/passwd", "/server-status", "/phpinfo.php",
	} {
		got := s.send(call{method: http.MethodGet, path: path})
		if got.status < 300 || strings.Contains(got.body, "root:") {
			t.Errorf("GET %s answers %d to nobody.", path, got.status)
		}
	}
}

// S-39: whoever signs in stays here.
func TestSigningInLeadsToNoOtherSite(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	for _, next := range []string{
		"https://evil.test", "//evil.test", `/\evil.test`, "https:evil.test", "javascript:alert(1)",
		"/x\r\nLocation: https://evil.test", "\t//evil.test", "http:///evil.test", "////evil.test", "/app@evil.test/..//evil.test",
	} {
		form := "email=user@example.com&password=" + strings.ReplaceAll(testPassword, " ", "+") + "&next=" + urlEscape(next)
		got := s.send(call{method: http.MethodPost, path: "/login", form: form})
		if got.status < 300 || got.status >= 400 {
			t.Fatalf("signing in answers %d", got.status)
		}
		target, err := url.Parse(got.location) // as a browser does
		if err != nil || target.Host != "" || target.Scheme != "" || strings.HasPrefix(target.Path, "/\\") || strings.ContainsAny(got.location, "\\\r\n") {
			t.Errorf("next=%q leads to %q.", next, got.location)
		}
	}
}

// P-17: only a proxy that was named may say who is calling.
func TestAForgedAddressIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	blocked := 0
	for n := range 40 {
		forged := "203.0.113." + string(rune('0'+n%10))
		got := s.send(call{
			method: http.MethodPost, path: "/api/auth/login",
			json:   map[string]string{"email": "user@example.com", "password": "not the password"},
			header: map[string]string{"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": "for=" + forged},
		})
		if got.status == http.StatusTooManyRequests {
			blocked++
		}
	}
	if blocked == 0 {
		t.Error("Forty wrong passwords were taken, because each claimed to come from somewhere else.")
	}
}

// P-16: no cookie makes the server work.
func TestStrangeCookiesCostNothing(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	for _, name := range []string{"fiber_flash", "flash", "mauntic", "__Host-mauntic", "csrf_", "session_id"} {
		for _, value := range []string{strings.Repeat("A", 8000), "%00", `{"a":[[[[`} {
			got := s.send(call{method: http.MethodGet, path: "/app/dashboard", header: map[string]string{"Cookie": name + "=" + value}})
			if got.status >= http.StatusInternalServerError {
				t.Errorf("A cookie %s of %d bytes answers %d.", name, len(value), got.status)
			}
		}
	}
}

// S-47: no list can be ordered, paged or filtered by what is no word of ours.
func TestNoQueryReachesTheDatabaseAsSQL(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	attacks := []string{
		"id;select pg_sleep(5)--", "name desc nulls first", "(select 1)", "asc, (select password_hash from identity.users)",
		"1 or 1=1", "'", "\x00", strings.Repeat("a", 10_000), "99999999999999999999", `%_\`,
	}
	for _, route := range s.routes() {
		if route.changes() || !strings.HasPrefix(route.pattern, "/api/") && !strings.HasPrefix(route.pattern, "/app") || strings.ContainsAny(route.pattern, ":*") {
			continue
		}
		for _, name := range []string{"orderBy", "orderDir", "page", "limit", "search", "state", "campaign"} {
			for _, attack := range attacks {
				got := s.send(call{method: route.method, path: route.pattern + "?" + name + "=" + urlEscape(attack), role: "superadmin"})
				if got.status >= http.StatusInternalServerError {
					t.Errorf("%s?%s=%.40q answers %d.", route, name, attack, got.status)
				}
				if name == "orderDir" && strings.HasPrefix(route.pattern, "/api/") && strings.Contains(got.body, `"totalPages":`) && !strings.HasPrefix(route.pattern, "/api/openapi") {
					t.Errorf("%s orders by the direction %.40q.", route, attack)
				}
			}
		}
	}
}
