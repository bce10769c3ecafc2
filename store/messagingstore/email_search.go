package messagingstore

import (
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/searchsql"
)

// wentOut says that a message of an email went out to a contact; tests do not count.
const wentOut = "exists (select from messaging.messages m where m.org_id = emails.org_id and m.email_id = emails.id and m.sent_at is not null and m.class <> 'test')"

// emailSearch is what searches mean for listEmails.
var emailSearch = searchsql.List{
	Commands: messaging.EmailCommands,
	Words:    "lower(name || ' ' || subject)",
	Terms: map[string]searchsql.Term{
		"name":      searchsql.Text("name"),
		"subject":   searchsql.Text("subject"),
		"preheader": searchsql.Text("preheader"),
		"body":      searchsql.Text("concat_ws(' ', nullif(html, ''), nullif(text, ''))"),
		"from":      searchsql.Text("concat_ws(' ', nullif(from_name, ''), nullif(from_email, ''))"),
		"is": searchsql.Choice(searchsql.Cases{
			"mine":   searchsql.Mine("created_by"),
			"sent":   searchsql.When(wentOut),
			"unsent": searchsql.When("not " + wentOut),
			"sample": searchsql.When("is_sample"),
		}),
		"created": searchsql.Date("created_at"),
		"updated": searchsql.Date("updated_at"),
		"ids":     searchsql.IDs("id"),
	},
}
