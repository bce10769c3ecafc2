package crm

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// ImportCommands are what imports can be searched by, in the order of help.
var ImportCommands = search.Commands{
	{Name: "file", Hint: domain.Mark("The name of the file holds this text"), Example: "file:customers"},
	search.Among("state", domain.Mark("By how far they are"), string(ImportDone), string(ImportFailed), string(ImportMapping), string(ImportChecking),
		string(ImportQueued), string(ImportRunning), string(ImportCancelled), string(ImportUndoing), string(ImportUndone)),
	{Name: "rows", Kind: search.Number, Hint: domain.Mark("By the number of rows that were read"), Example: "rows:>10000"},
	{Name: "rejected", Kind: search.Number, Hint: domain.Mark("By the number of rejected rows"), Example: "rejected:>0"},
	search.ByWhom, search.ByCreated, search.ByIDs,
}
