package domain

import "strings"

// Bounds of a list page, as the API promises them.
const (
	DefaultLimit = 20
	MaxLimit     = 100
	maxPage      = 1_000_000
)

// MaxTotal is how far the matches of a search are counted in a list that may be very long. More are
// "10,000 and more": nobody reads on, and to count them would take longer than to show them.
const MaxTotal = 10_000

// PageQuery asks for one page of a list. The zero value means the first page of 20.
type PageQuery struct {
	Page     int    // from 1
	Limit    int    // 1–100
	Search   string // free text
	OrderBy  string // a column that the list names; anything else is refused
	OrderDir string // "asc" or "desc"; desc when empty
}

// Normal returns q with its defaults filled in, its numbers within bounds and its text fit for a
// database.
func (q PageQuery) Normal() PageQuery {
	q.Search = strings.ToValidUTF8(strings.ReplaceAll(q.Search, "\x00", ""), "")
	q.Page = min(max(q.Page, 1), maxPage)
	if q.Limit < 1 {
		q.Limit = DefaultLimit
	}
	q.Limit = min(q.Limit, MaxLimit)
	if q.OrderDir != "asc" {
		q.OrderDir = "desc"
	}
	return q
}

// Offset is how many items come before the page.
func (q PageQuery) Offset() int { return (q.Page - 1) * q.Limit }

// Page is one page of a list.
type Page[T any] struct {
	Items      []T `json:"items"`
	Total      int `json:"total" example:"1248"`
	Page       int `json:"page" example:"1"`
	Limit      int `json:"limit" example:"20"`
	TotalPages int `json:"totalPages" example:"63"`
	// TotalCapped says that there are more than Total, and pages after TotalPages.
	TotalCapped bool `json:"totalCapped" doc:"There are more than total, which is as far as matches are counted here, and pages after totalPages."`
}

// NewPage puts items into the page that q (normalised) asked for.
func NewPage[T any](items []T, total int, q PageQuery) Page[T] {
	if items == nil {
		items = []T{}
	}
	return Page[T]{Items: items, Total: total, Page: q.Page, Limit: q.Limit, TotalPages: (total + q.Limit - 1) / q.Limit}
}

// MapPage turns the items of a page into another type and keeps its numbers.
func MapPage[T, U any](p Page[T], fn func(T) U) Page[U] {
	items := make([]U, len(p.Items))
	for i, item := range p.Items {
		items[i] = fn(item)
	}
	return Page[U]{Items: items, Total: p.Total, Page: p.Page, Limit: p.Limit, TotalPages: p.TotalPages, TotalCapped: p.TotalCapped}
}
