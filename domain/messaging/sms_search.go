package messaging

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// SMSCommands are what SMS can be searched by, in the order of help.
var SMSCommands = search.Commands{
	search.ByName,
	{Name: "body", Hint: domain.Mark("The text holds this text"), Example: "body:discount"},
	search.OfKind("mine", "sent", "unsent", "sample"),
	search.ByCreated, search.ByUpdated, search.ByIDs,
}
