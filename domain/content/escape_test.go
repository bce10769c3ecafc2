package content_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/mauntic/mauntic/domain/content"
)

func TestValuesCantLeaveTheirPlaceInJSON(t *testing.T) {
	t.Parallel()
	evil := `x", "admin": true, "y": "` + "\n\\"
	vars := map[string]any{"name": evil, "points": 7, "tags": []string{"a", `b"`}, "none": nil, "big": int64(1) << 60}
	for source, want := range map[string]map[string]any{
		`{"name": "{{ name }}"}`:                               {"name": evil},
		`{"name": "{{ name | safe }}"}`:                        {"name": evil},
		`{"name": {{ name | json }}}`:                          {"name": evil},
		`{"n": {{ points }}, "t": {{ tags | json }}}`:          {"n": 7.0, "t": []any{"a", `b"`}},
		`{"none": {{ none | json }}, "big": {{ big | json }}}`: {"none": nil, "big": float64(1 << 60)},
	} {
		out, err := content.Render(source, vars, content.JSON)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Errorf("%s is no JSON: %s", source, out)
			continue
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if !bytes.Equal(a, b) {
			t.Errorf("%s became %s, want %s", source, a, b)
		}
	}
}

func TestValuesCantLeaveTheirPlaceInAnAddress(t *testing.T) {
	t.Parallel()
	vars := map[string]any{"v": "a/../b?c=d&e#f @:%\r\nü"}
	const want = "https://example.com/x/a%2F..%2Fb%3Fc%3Dd%26e%23f%20%40%3A%25%0D%0A%C3%BC?q=1"
	for _, tag := range []string{"{{ v }}", "{{ v | safe }}"} {
		got, err := content.Render("https://example.com/x/"+tag+"?q=1", vars, content.URL)
		if err != nil || got != want {
			t.Errorf("%s became %s, %v; want %s", tag, got, err, want)
		}
	}
}
