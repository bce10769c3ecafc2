package searchui

import (
	"cmp"
	"slices"
	"strings"
)

// most is how many answers a group shows.
const most = 5

// hit is one answer.
type hit struct {
	Title string
	Sub   string // what tells it from others of that name
	Href  string
	Icon  string
	score int
}

// group is the answers of one kind.
type group struct {
	ID    string // of its element, without the prefix
	Title string
	Hits  []hit
}

// The scores of how well a text fits what was typed; 0 does not fit.
const (
	scoreExact    = 100
	scoreBegins   = 80
	scoreWord     = 60 // a word of it begins so
	scoreContains = 40
	scoreOther    = 20 // found by something that is not shown
)

// score says how well a title fits a query, both in any case.
func score(title, query string) int {
	title, query = strings.ToLower(title), strings.ToLower(query)
	switch {
	case query == "":
		return scoreOther
	case title == query:
		return scoreExact
	case strings.HasPrefix(title, query):
		return scoreBegins
	case strings.Contains(" "+title, " "+query):
		return scoreWord
	case strings.Contains(title, query):
		return scoreContains
	}
	return 0
}

// scoreWords fits a query to a title, or word by word to it and to other words for it.
func scoreWords(title, others, query string) int {
	if whole := score(title, query); whole > 0 {
		return whole
	}
	all := strings.ToLower(" " + title + " " + others)
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(all, " "+word) {
			return 0
		}
	}
	return scoreOther
}

// ranked orders the answers of each group and then the groups, by what fits best; those without
// answers are left out. Equal groups keep their order.
func ranked(groups []group) []group {
	var kept []group
	for _, g := range groups {
		if len(g.Hits) == 0 {
			continue
		}
		slices.SortStableFunc(g.Hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
		kept = append(kept, g)
	}
	slices.SortStableFunc(kept, func(a, b group) int { return cmp.Compare(b.Hits[0].score, a.Hits[0].score) })
	return kept
}
