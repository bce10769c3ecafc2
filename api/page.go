package api

import "github.com/mauntic/mauntic/domain"

// PageInput is the query of every list. Embed it in the input of a list operation.
type PageInput struct {
	Page     int    `query:"page" default:"1" minimum:"1" doc:"Which page, from 1." example:"1"`
	Limit    int    `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many items a page has." example:"20"`
	Search   string `query:"search" maxLength:"500" doc:"Free text to look for." example:"lang"`
	OrderBy  string `query:"orderBy" maxLength:"50" doc:"What to order by; each list says by what it can be ordered." example:"id"`
	OrderDir string `query:"orderDir" enum:"asc,desc" default:"desc" doc:"Ascending or descending."`
}

// Query is the page that was asked for.
func (in PageInput) Query() domain.PageQuery {
	return domain.PageQuery{Page: in.Page, Limit: in.Limit, Search: in.Search, OrderBy: in.OrderBy, OrderDir: in.OrderDir}.Normal()
}
