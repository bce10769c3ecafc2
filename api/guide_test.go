package api_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/api/apitest"
)

var (
	command = regexp.MustCompile(`(?m)^curl (.*) +# (\d{3})`)
	word    = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)
)

// theGuideIsTrue does what docs/api.md tells people to do, with a program's key.
func theGuideIsTrue(t *testing.T, f furnished) {
	t.Helper()
	guide, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	s, key := f.program(t)
	commands := command.FindAllStringSubmatch(string(guide), -1)
	if len(commands) < 5 {
		t.Fatalf("the guide has %d commands", len(commands))
	}
	for _, said := range commands {
		request := curl(said[1])
		request.Headers = key
		response, body := apitest.Do(t, s.app, request)
		if want := said[2]; strconv.Itoa(response.StatusCode) != want {
			t.Errorf("curl %s answers %d, and the guide says %s: %s", said[1], response.StatusCode, want, body)
		}
		if strings.Contains(request.URL, "search=") && !strings.Contains(body, `"total":1,`) {
			t.Errorf("curl %s does not find one: %s", said[1], body)
		}
	}
}

// curl is the request of a command line, of the options that the guide uses.
func curl(line string) apitest.Scenario {
	r, query := apitest.Scenario{Method: http.MethodGet}, ""
	words := word.FindAllString(line, -1)
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = strings.Trim(words[i+1], `'"`)
		}
		switch w {
		case "-X":
			r.Method = next
		case "--json":
			r.Body = next
			if r.Method == http.MethodGet {
				r.Method = http.MethodPost
			}
		case "--data-urlencode":
			name, value, _ := strings.Cut(next, "=")
			query = "?" + url.Values{name: {value}}.Encode()
		}
		if path, ok := strings.CutPrefix(w, "$MAUNTIC"); ok {
			r.URL = path
		}
	}
	r.URL += query
	return r
}
