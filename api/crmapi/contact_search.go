package crmapi

import (
	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

// searchHelp describes how the list of contacts is ordered and searched.
func searchHelp() string {
	return "Ordered by id, createdAt, updatedAt, firstname, lastname, email, company or points.\n\n" +
		"Each custom field is a search command by its alias; `!tag:*` are contacts without any tag. " +
		api.SearchHelp(crm.ContactCommands(nil), "tag:news !dnc:email points:>10 (owner:anna OR is:unowned)")
}
