package messagingstore

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store/searchsql"
)

// inboxText is what inbox_search has of a mail.
const inboxText = "lower(sender || ' ' || recipient || ' ' || subject)"

// inboxSearch is what searches mean for selectInbox.
var inboxSearch = searchsql.List{
	Commands: messaging.InboxCommands,
	Words:    inboxText,
	Trigrams: true,
	Terms: map[string]searchsql.Term{
		"to":      inMail("recipient"),
		"from":    inMail("sender"),
		"subject": inMail("subject"),
		"created": searchsql.Date("created_at"),
		"ids":     searchsql.IDs("id"),
	},
}

// inMail looks for a part of a text first in what the index has.
func inMail(column string) searchsql.Term {
	exact := searchsql.Text(column)
	return func(scope searchsql.Scope, t search.Term) sq.Sqlizer {
		if t.Any() {
			return exact(scope, t)
		}
		return sq.And{sq.Expr(inboxText+" like lower(?)", "%"+searchsql.Pattern(t)+"%"), exact(scope, t)}
	}
}

// smsInboxSearch is what searches mean for selectSMSInbox: for the last SMS of each number.
var smsInboxSearch = searchsql.List{
	Commands: messaging.SMSInboxCommands,
	Words:    "lower(i.number || ' ' || i.body)",
	Terms: map[string]searchsql.Term{
		"number":  searchsql.Text("i.number"),
		"text":    searchsql.Text("i.body"),
		"is":      searchsql.Choice(searchsql.Cases{"answered": searchsql.When("i.incoming"), "unanswered": searchsql.When("not i.incoming")}),
		"created": searchsql.Date("i.created_at"),
		"ids":     searchsql.IDs("i.id"),
	},
}
