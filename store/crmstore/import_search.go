package crmstore

import (
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/searchsql"
)

// importSearch is what searches mean for selectImport.
var importSearch = searchsql.List{
	Commands: crm.ImportCommands,
	Words:    "lower(file_name)",
	Terms: map[string]searchsql.Term{
		"file":     searchsql.Text("file_name"),
		"state":    searchsql.OneOf("state"),
		"rows":     searchsql.Number("rows_done"),
		"rejected": searchsql.Number("rejected"),
		"by":       searchsql.By("created_by"),
		"created":  searchsql.Date("created_at"),
		"ids":      searchsql.IDs("id"),
	},
}
