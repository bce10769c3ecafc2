package crm

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// JobCommands are what jobs can be searched by, in the order of help.
var JobCommands = search.Commands{
	{Name: "title", Hint: domain.Mark("What it says that is done holds this text"), Example: "title:tags"},
	search.Among("kind", domain.Mark("By what is done"), string(JobExport), string(JobBulk), string(JobMerge), string(JobField)),
	search.Among("state", domain.Mark("By how far they are"), string(JobFailed), string(JobRunning), string(JobQueued), string(JobDone), string(JobCancelled)),
	search.OfKind("undone"),
	{Name: "contacts", Kind: search.Number, Hint: domain.Mark("By the number of contacts"), Example: "contacts:>1000"},
	{Name: "skipped", Kind: search.Number, Hint: domain.Mark("By the number of contacts that were passed over"), Example: "skipped:>0"},
	search.ByWhom, search.ByCreated, search.ByIDs,
}
