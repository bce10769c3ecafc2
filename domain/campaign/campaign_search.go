package campaign

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// SearchCommands are what campaigns can be searched by, in the order of help.
var SearchCommands = search.Commands{
	search.ByName,
	{Name: "description", Hint: domain.Mark("The description holds this text"), Example: "description:spring"},
	search.OfKind("active", "paused", "draft", "archived", "published", "unpublished", "mine", "sample"),
	{Name: "inside", Kind: search.Number, Hint: domain.Mark("By the number of people inside now"), Example: "inside:>100"},
	{Name: "finished", Kind: search.Number, Hint: domain.Mark("By the number of people who have finished"), Example: "finished:0"},
	{Name: "published", Kind: search.Date, Hint: domain.Mark("By the day of the newest version"), Example: "published:>=-30d"},
	search.ByCreated, search.ByUpdated, search.ByIDs,
}
