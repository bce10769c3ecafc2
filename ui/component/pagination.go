package component

import (
	"context"
	"slices"
	"strconv"

	"github.com/mauntic/mauntic/ui/words"
)

// pageSizes are how many rows people may have on a page.
var pageSizes = []int{20, 50, 100}

// sizes are the offered sizes and the one that is used.
func (l List) sizes() []int {
	sizes := slices.Clone(pageSizes)
	if l.Query.Limit > 0 && !slices.Contains(sizes, l.Query.Limit) {
		sizes = append(sizes, l.Query.Limit)
		slices.Sort(sizes)
	}
	return sizes
}

// numbers are the pages that links lead to: the first, the last, and those around the one that is shown.
// 0 stands for those left out.
func (l List) numbers() []int {
	var numbers []int
	before := 0
	for _, n := range []int{1, l.Query.Page - 1, l.Query.Page, l.Query.Page + 1, l.Pages} {
		if n <= before || n > l.Pages {
			continue
		}
		if n > before+1 {
			numbers = append(numbers, 0)
		}
		numbers, before = append(numbers, n), n
	}
	return numbers
}

// lastPage bounds what people may jump to: nothing does while not all that matches was counted.
func (l List) lastPage() string {
	if l.Capped {
		return ""
	}
	return strconv.Itoa(l.Pages)
}

// Found says how many a search has found.
func (l List) Found(ctx context.Context) string {
	return words.NF(ctx, l.Total, "{{.Total}} found", "{{.Total}} found", words.Data{"Total": l.totalText()})
}

// totalText is how many rows match: 12 482, or 10 000+ where no more were counted.
func (l List) totalText() string {
	if l.Capped {
		return Count(l.Total) + "+"
	}
	return Count(l.Total)
}
