package messaging

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// InboxCommands are what captured mails can be searched by, in the order of help.
var InboxCommands = search.Commands{
	{Name: "to", Hint: domain.Mark("To an address that holds this text"), Example: "to:ann@example.org"},
	{Name: "from", Hint: domain.Mark("From an address that holds this text"), Example: "from:hello@example.com"},
	{Name: "subject", Hint: domain.Mark("The subject holds this text"), Example: "subject:welcome"},
	{Name: "created", Kind: search.Date, Hint: domain.Mark("By the day on which they came"), Example: "created:today"},
	search.ByIDs,
}

// SMSInboxCommands are what captured SMS can be searched by, in the order of help.
var SMSInboxCommands = search.Commands{
	{Name: "number", Hint: domain.Mark("The phone number holds this text"), Example: "number:+49"},
	{Name: "text", Hint: domain.Mark("The last SMS holds this text"), Example: "text:stop"},
	search.OfKind("answered", "unanswered"),
	{Name: "created", Kind: search.Date, Hint: domain.Mark("By the day of the last SMS"), Example: "created:today"},
	search.ByIDs,
}
