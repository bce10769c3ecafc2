package messaging

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// EmailCommands are what emails can be searched by, in the order of help.
var EmailCommands = search.Commands{
	search.ByName,
	{Name: "subject", Hint: domain.Mark("The subject holds this text"), Example: "subject:spring"},
	{Name: "preheader", Hint: domain.Mark("The preheader holds this text"), Example: "preheader:news"},
	{Name: "body", Hint: domain.Mark("The HTML or the text holds this text"), Example: "body:discount"},
	{Name: "from", Hint: domain.Mark("The sender's name or address holds this text; none is the organization's"), Example: "from:anna"},
	search.OfKind("mine", "sent", "unsent", "sample"),
	search.ByCreated, search.ByUpdated, search.ByIDs,
}
