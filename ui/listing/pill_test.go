package listing

import (
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
)

func TestAPillTakesThePlaceOfWhatTheSearchNarrowsAlready(t *testing.T) {
	t.Parallel()
	commands := search.Commands{
		{Name: "to", Example: "to:ann"}, search.Among("state", "", "sent", "failed", "unknown"), search.OfKind("overdue", "test"),
	}
	pills := []Pill{{Term: "", Label: "All"}, {Term: "state:failed", Label: "Failed"}, {Term: "state:unknown", Label: "Unknown"}, {Term: "is:overdue", Label: "Overdue"}}
	for text, want := range map[string]string{ // the pill that is chosen, and where Failed leads
		"":                         "All: state:failed",
		"ann to:x":                 "All: ann to:x state:failed",
		"state:failed ann":         "Failed: ann state:failed",
		"is:overdue ann":           "Overdue: ann state:failed",
		"state:sent ann":           ": ann state:failed", // a state without a pill is not all
		"is:test ann":              "All: is:test ann state:failed",
		"!state:failed ann":        "All: !state:failed ann state:failed",
		"(state:sent OR ann) to:x": "All: (state:sent OR ann) to:x state:failed",
		"ann OR ben":               "All: (ann OR ben) state:failed",
		"nonsense:1":               ": state:failed",
	} {
		l := component.List{Path: "/app/x", Query: domain.PageQuery{Search: text}}
		chosen, failed := "", ""
		for i, tab := range tabs(t.Context(), l, commands, pills) {
			if tab.Active {
				chosen += tab.Label
			}
			if address, err := url.Parse(tab.Href); err == nil && i == 1 {
				failed = address.Query().Get("search")
			}
		}
		if got := chosen + ": " + failed; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if x, err := search.Parse(failed, commands); err != nil || !strings.HasSuffix(search.String(x), "state:failed") {
			t.Errorf("%q leads to %q: %v", text, failed, err)
		}
	}
}
