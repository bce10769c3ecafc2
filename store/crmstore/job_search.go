package crmstore

import (
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/searchsql"
)

// jobTitle is the English of what a job does.
const jobTitle = "split_part(j.title, chr(31), 1)"

// jobSearch is what searches mean for selectJob.
var jobSearch = searchsql.List{
	Commands: crm.JobCommands,
	Words:    "lower(" + jobTitle + ")",
	Terms: map[string]searchsql.Term{
		"title": searchsql.Text(jobTitle),
		"kind":  searchsql.OneOf("j.kind"),
		"state": searchsql.OneOf("j.state"),
		"is": searchsql.Choice(searchsql.Cases{
			"undone": searchsql.When("exists (select from crm.jobs u where u.org_id = j.org_id and u.undoes = j.id and u.state <> 'failed')"),
		}),
		"contacts": searchsql.Number("j.done"),
		"skipped":  searchsql.Number("j.skipped"),
		"by":       searchsql.By("j.created_by"),
		"created":  searchsql.Date("j.created_at"),
		"ids":      searchsql.IDs("j.id"),
	},
}
