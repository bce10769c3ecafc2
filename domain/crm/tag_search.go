package crm

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// TagCommands are what tags can be searched by, in the order of help.
var TagCommands = search.Commands{
	search.ByName,
	{Name: "description", Hint: domain.Mark("The description holds this text"), Example: "description:spring"},
	{Name: "contacts", Kind: search.Number, Hint: domain.Mark("By the number of contacts"), Example: "contacts:0"},
	search.ByCreated, search.ByIDs,
}
