package crm

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// SegmentCommands are what segments can be searched by, in the order of help.
var SegmentCommands = search.Commands{
	search.ByName,
	{Name: "alias", Hint: domain.Mark("By the name in searches, as a whole or with *"), Example: "alias:spring-*"},
	{Name: "description", Hint: domain.Mark("The description holds this text"), Example: "description:spring"},
	search.OfKind("published", "unpublished", "mine"),
	{Name: "contacts", Kind: search.Number, Hint: domain.Mark("By the number of contacts"), Example: "contacts:>100"},
	search.ByCreated, search.ByUpdated, search.ByIDs,
}
