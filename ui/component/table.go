package component

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/hx"
	"github.com/mauntic/mauntic/ui/words"
)

// viewParam is the part of an address that names a kept view.
const viewParam = "view"

// List is where a list page stands: its address and the query that made it.
type List struct {
	Path   string // "/app/contacts"
	ID     string // of the element that holds table and pagination; htmx replaces it
	Query  domain.PageQuery
	Filter url.Values // further parts of the address, kept by every link
	Total  int
	Capped bool // there are more than Total
	Pages  int
}

// ListOf describes the page of results that was found.
func ListOf[T any](path, id string, q domain.PageQuery, p domain.Page[T]) List {
	l := List{Path: path, ID: id, Query: q, Total: p.Total, Capped: p.TotalCapped, Pages: p.TotalPages}
	if l.Capped && len(p.Items) == p.Limit { // beyond what was counted, a full page may have a next one
		l.Pages = max(l.Pages, p.Page+1)
	}
	return l
}

// With returns the list with one more part of its address, for instance a tag that it is filtered by.
func (l List) With(name, value string) List {
	kept := url.Values{}
	maps.Copy(kept, l.Filter)
	if value != "" {
		kept.Set(name, value)
	}
	l.Filter = kept
	return l
}

// Filtered says whether a search or filter is narrowing the list.
func (l List) Filtered() bool { return l.Query.Search != "" || len(l.Filter) > 0 }

// Empty says that there is nothing at all, not only nothing that matches: then searching is no use.
func (l List) Empty() bool { return l.Total == 0 && !l.Filtered() }

// Searching is the address of the first page with another search.
func (l List) Searching(text string) string {
	return l.url(func(q *domain.PageQuery) { q.Search, q.Page = text, 1 })
}

// region is the id of the element that holds the list and everything above it: search, chips, views.
func (l List) region() string { return l.ID + "-region" }

// follow loads the address into the list without leaving the page.
func (l List) follow(url string, modifiers ...string) templ.Attributes {
	return hx.Get(url).Target(hx.ID(l.ID)).Swap(hx.OuterHTML, modifiers...).ReplaceURL().Attrs()
}

// followWhole is follow for what changes the search, too. Morphing would leave what was typed in the box;
// js/search.js puts the focus there instead.
func (l List) followWhole(url string) templ.Attributes {
	return hx.Get(url).Target(hx.ID(l.region())).Swap(hx.OuterHTML).ReplaceURL().Attrs()
}

// hidden are the parts of the address that a form of the list keeps, but for those that it sends itself.
func (l List) hidden(but ...string) [][2]string {
	_, query, _ := strings.Cut(l.url(func(*domain.PageQuery) {}), "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil // it was made just now
	}
	var kept [][2]string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slices.Contains(but, name) {
			continue
		}
		for _, value := range values[name] {
			kept = append(kept, [2]string{name, value})
		}
	}
	return kept
}

// url is the address with a query changed by fn. Beside the name of a kept view the search is always
// written, because the view's own would take the place of none.
func (l List) url(change func(*domain.PageQuery)) string {
	q := l.Query
	change(&q)
	v := url.Values{}
	maps.Copy(v, l.Filter)
	set := func(name, value string, unless bool) {
		if !unless {
			v.Set(name, value)
		}
	}
	set("search", q.Search, q.Search == "" && !v.Has(viewParam))
	set("orderBy", q.OrderBy, q.OrderBy == "")
	set("orderDir", q.OrderDir, q.OrderBy == "")
	set("limit", strconv.Itoa(q.Limit), q.Limit == domain.DefaultLimit || q.Limit == 0)
	set("page", strconv.Itoa(q.Page), q.Page <= 1)
	if len(v) == 0 {
		return l.Path
	}
	return l.Path + "?" + v.Encode()
}

func (l List) at(page int) string {
	return l.url(func(q *domain.PageQuery) { q.Page = page })
}

// sorted is the address with the list ordered by column; the other way round when it is already.
func (l List) sorted(column string) string {
	return l.url(func(q *domain.PageQuery) {
		dir := "asc"
		if q.OrderBy == column && q.OrderDir == "asc" {
			dir = "desc"
		}
		q.OrderBy, q.OrderDir, q.Page = column, dir, 1
	})
}

func (l List) ariaSort(column string) string {
	switch {
	case l.Query.OrderBy != column:
		return "none"
	case l.Query.OrderDir == "asc":
		return "ascending"
	}
	return "descending"
}

// place says which part of the list is shown.
func (l List) place(ctx context.Context) string {
	from, to := l.Query.Offset()+1, l.Query.Offset()+l.Query.Limit
	if l.Pages <= 1 && !l.Capped {
		if l.Query.Search != "" {
			return l.Found(ctx)
		}
		return words.N(ctx, l.Total, "{{.Count}} in all", "{{.Count}} in all")
	}
	if l.Capped {
		return words.F(ctx, "{{.From}}–{{.To}} of {{.Total}}+", words.Data{"From": Count(from), "To": Count(to), "Total": Count(l.Total)})
	}
	return words.F(ctx, "{{.From}}–{{.To}} of {{.Total}}", words.Data{
		"From": Count(min(from, l.Total)), "To": Count(min(to, l.Total)), "Total": Count(l.Total),
	})
}

// nothing says that nothing was found, and for what.
func (l List) nothing(ctx context.Context) string {
	if l.Query.Search == "" {
		return words.T(ctx, "Nothing matches")
	}
	return words.F(ctx, "Nothing matches “{{.Search}}”", words.Data{"Search": l.Query.Search})
}

// Column heads a column of a Table. On phones a row is a few lines instead: its first cell with those that
// are Aside at the end, and below them the rest, each after its label.
type Column struct {
	Label  string // words.Mark: the table says it
	Sort   string // the orderBy that sorts by it, "" if it cannot
	Number bool   // right-aligned figures
	Wide   bool   // left out on phones; mark its cells with the same
	Plain  bool   // clear without its label: phones leave that out
	Aside  bool   // at the end of the first line on phones: a state, a figure
	Mute   bool   // the label is only read aloud: for buttons, which end the row
}

// headClass is the class of the column's head. Phones also sort by what they leave out.
func (c Column) headClass() string {
	switch {
	case c.Number && c.Wide && c.Sort == "":
		return "text-end max-md:hidden"
	case c.Number || c.Mute:
		return "text-end"
	case c.Wide && c.Sort == "":
		return "max-md:hidden"
	}
	return ""
}

// cellClass is the class of a body cell under c.
func cellClass(c Column) string {
	class := ""
	switch {
	case c.Number:
		class = "text-end tabular-nums"
	case c.Mute:
		class = "text-end"
	}
	switch {
	case c.Wide:
		class += " max-md:hidden"
	case c.Aside || c.Mute:
		class += " row-aside"
	}
	return strings.TrimSpace(class)
}

// phoneLabel is what phones put before a cell under c.
func (c Column) phoneLabel(ctx context.Context) string {
	if c.Plain || c.Aside || c.Mute {
		return ""
	}
	return words.Say(ctx, c.Label)
}
