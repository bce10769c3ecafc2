package messagingstore

import (
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/searchsql"
)

// smsWentOut says that a message of an SMS went out to a contact; tests do not count.
const smsWentOut = "exists (select from messaging.messages m where m.org_id = sms.org_id and m.sms_id = sms.id and m.sent_at is not null and m.class <> 'test')"

// smsSearch is what searches mean for selectSMS.
var smsSearch = searchsql.List{
	Commands: messaging.SMSCommands,
	Words:    "lower(name || ' ' || body)",
	Terms: map[string]searchsql.Term{
		"name": searchsql.Text("name"),
		"body": searchsql.Text("body"),
		"is": searchsql.Choice(searchsql.Cases{
			"mine":   searchsql.Mine("created_by"),
			"sent":   searchsql.When(smsWentOut),
			"unsent": searchsql.When("not " + smsWentOut),
			"sample": searchsql.When("is_sample"),
		}),
		"created": searchsql.Date("created_at"),
		"updated": searchsql.Date("updated_at"),
		"ids":     searchsql.IDs("id"),
	},
}
