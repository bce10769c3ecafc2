package crmstore

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/searchsql"
)

// trashSearch is what searches mean for deleted contacts, crm.all_contacts c.
var trashSearch = searchsql.List{
	Commands: crm.TrashCommands,
	Words:    "c.search",
	Trigrams: true,
	Terms: map[string]searchsql.Term{
		"name":    asOfContacts("name"),
		"email":   asOfContacts("email"),
		"company": asOfContacts("company"),
		"phone":   asOfContacts("phone"),
		"deleted": searchsql.Date("c.deleted_at"),
		"by":      searchsql.By("c.deleted_by"),
		"is": searchsql.Choice(searchsql.Cases{
			"taken":  searchsql.When("exists (select from crm.contacts o where o.org_id = c.org_id and o.email_norm = c.email_norm)"),
			"sample": searchsql.When("c.is_sample"),
		}),
		"ids": searchsql.IDs("c.id"),
	},
}

// asOfContacts is what a command means in the list of contacts.
func asOfContacts(command string) searchsql.Term {
	return func(_ searchsql.Scope, t search.Term) sq.Sqlizer { return textColumns[command](t) }
}

// inTrash selects the ids of the deleted contacts that a search finds. A text that can't be read is Invalid.
func inTrash(org domain.OrgID, viewer identity.UserID, text string) (sq.SelectBuilder, error) {
	query := store.SQL.Select("c.id").From("crm.all_contacts c").Where(sq.Eq{"c.org_id": org}).Where("c.deleted_at is not null")
	x, err := search.Parse(text, trashSearch.Commands)
	if err != nil {
		return query, err
	}
	return query.Where(trashSearch.Condition(searchsql.Scope{Org: org, Viewer: viewer}, x)), nil
}
