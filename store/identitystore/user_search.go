package identitystore

import (
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/searchsql"
)

// userSearch is what searches mean for selectUser.
var userSearch = searchsql.List{
	Commands: identity.UserCommands,
	Words:    "lower(concat_ws(' ', u.name, u.email))",
	Terms: map[string]searchsql.Term{
		"name":  searchsql.Text("u.name"),
		"email": searchsql.Text("u.email"),
		"role":  searchsql.OneOf("m.role"),
		"is": searchsql.Choice(searchsql.Cases{
			"blocked":    searchsql.When("u.is_blocked"),
			"active":     searchsql.When("not u.is_blocked"),
			"verified":   searchsql.When("u.email_verified"),
			"unverified": searchsql.When("not u.email_verified"),
		}),
		"created": searchsql.Date("u.created_at"),
		"ids":     searchsql.IDs("u.id"),
	},
}
