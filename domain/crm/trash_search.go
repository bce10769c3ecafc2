package crm

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// TrashCommands are what deleted contacts can be searched by, in the order of help.
var TrashCommands = search.Commands{
	search.ByName,
	{Name: "email", Hint: domain.Mark("The email address holds this text"), Example: "email:*@example.com"},
	{Name: "company", Hint: domain.Mark("The company holds this text"), Example: "company:acme"},
	{Name: "phone", Hint: domain.Mark("The phone number holds this text"), Example: "phone:+49"},
	{Name: "deleted", Kind: search.Date, Hint: domain.Mark("By the day on which they were deleted"), Example: "deleted:>=-7d"},
	search.ByWhom,
	search.OfKind("taken", "sample"),
	search.ByIDs,
}
