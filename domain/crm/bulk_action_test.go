package crm

import (
	"strings"
	"testing"
)

func TestATitleNamesWholeTags(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	for want, tags := range map[string][]string{
		"Add tags: vip, fair":                     {"vip", "fair"},
		"Add tags: " + long:                       {long},
		"Add tags: " + long + ", and 2 more":      {long, long, "fair"},
		"Add tags: vip, " + long + ", and 1 more": {"vip", long, long},
	} {
		if got := bulkActions[BulkAddTags].title(BulkChange{Tags: tags}, nil).String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
