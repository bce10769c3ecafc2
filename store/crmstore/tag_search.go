package crmstore

import (
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/searchsql"
)

// tagSearch is what searches mean for crm.tags t.
var tagSearch = searchsql.List{
	Commands: crm.TagCommands,
	Words:    "t.name_norm",
	Terms: map[string]searchsql.Term{
		"name":        searchsql.Text("t.name"),
		"description": searchsql.Text("t.description"),
		"contacts":    searchsql.Number("(" + tagSize + ")"),
		"created":     searchsql.Date("t.created_at"),
		"ids":         searchsql.IDs("t.id"),
	},
}
