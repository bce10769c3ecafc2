package main

import (
	"bufio"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/access.txt anew; read the difference before you commit it")

const accessTable = "testdata/access.txt"

// S-29, S-51: what each role may call is written down. A new route needs a row, and a row that changes
// is somebody's decision. In the table + lets the role in, - sends it away, and v means that the
// request's form is looked at first.
func TestEveryRoleReachesWhatTheTableSays(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	bodies := s.bodies(plainText)
	var rows []string
	for _, route := range s.routes() {
		marks := make([]string, len(testRoles))
		for i, role := range testRoles {
			marks[i] = s.access(route, role, bodies[route])
		}
		rows = append(rows, fmt.Sprintf("%s  %s", strings.Join(marks, " "), route))
	}
	if *update {
		header := "# " + strings.Join(testRoles, ", ") + ": what each may call. Written by go test ./cmd/mauntic -run TestEveryRole -update.\n"
		if err := os.WriteFile(accessTable, []byte(header+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expected := readAccess(t)
	for _, row := range rows {
		marks, route, _ := strings.Cut(row, "  ")
		switch want, ok := expected[route]; {
		case !ok:
			t.Errorf("%s has no row in %s. Decide who may call it, then run this test with -update.", route, accessTable)
		case want != marks:
			t.Errorf("%s is %q for %s, and the table says %q.", route, marks, strings.Join(testRoles, ", "), want)
		}
		delete(expected, route)
	}
	for route := range expected {
		t.Errorf("%s is in %s but is not registered.", route, accessTable)
	}
}

func (s *secured) access(route siteRoute, role string, body any) string {
	s.t.Helper()
	if strings.Contains(route.pattern, "logout") {
		return "+" // it would end the session that the rest of the table needs
	}
	got := s.send(call{method: route.method, path: route.path(), role: role, json: body})
	switch {
	case got.status >= http.StatusInternalServerError && got.status != http.StatusServiceUnavailable:
		s.t.Errorf("%s answers %d to %s: %.300s", route, got.status, role, got.body)
	case got.refused():
		return "-"
	case got.status == http.StatusUnprocessableEntity || got.status == http.StatusBadRequest || got.status == http.StatusUnsupportedMediaType:
		return "v"
	}
	return "+"
}

func readAccess(t *testing.T) map[string]string {
	t.Helper()
	file, err := os.Open(accessTable)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	table := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if marks, route, ok := strings.Cut(lines.Text(), "  "); ok {
			table[route] = marks
		}
	}
	return table
}
