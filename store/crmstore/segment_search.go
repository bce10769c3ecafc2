package crmstore

import (
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/searchsql"
)

// segmentSearch is what searches mean for crm.segments g.
var segmentSearch = searchsql.List{
	Commands: crm.SegmentCommands,
	Words:    "lower(g.name || ' ' || g.alias || ' ' || g.description)",
	Terms: map[string]searchsql.Term{
		"name":        searchsql.Text("g.name"),
		"alias":       searchsql.Exactly("g.alias"),
		"description": searchsql.Text("g.description"),
		"is": searchsql.Choice(searchsql.Cases{
			"published":   searchsql.When("g.is_published"),
			"unpublished": searchsql.When("not g.is_published"),
			"mine":        searchsql.Mine("g.created_by"),
		}),
		"contacts": searchsql.Number("(" + segmentSize + ")"),
		"created":  searchsql.Date("g.created_at"),
		"updated":  searchsql.Date("g.updated_at"),
		"ids":      searchsql.IDs("g.id"),
	},
}
