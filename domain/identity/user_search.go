package identity

import (
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// UserCommands are what the members of an organization can be searched by, in the order of help.
var UserCommands = search.Commands{
	search.ByName,
	{Name: "email", Hint: domain.Mark("The email address holds this text"), Example: "email:*@example.com"},
	search.Among("role", domain.Mark("By what they may do"), string(RoleAdmin), string(RoleSuperadmin), string(RoleUser), string(RoleViewer)),
	search.OfKind("blocked", "active", "verified", "unverified"),
	{Name: "created", Kind: search.Date, Hint: domain.Mark("By the day on which they were added"), Example: "created:>=-30d"},
	search.ByIDs,
}
