package crmapi

import (
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain/crm"
)

// searchHelp describes how the list of contacts is ordered and searched.
func searchHelp() string {
	var help strings.Builder
	help.WriteString("Ordered by id, createdAt, updatedAt, firstname, lastname, email, company or points.\n\n" +
		"`search` takes words, `\"exact phrases\"`, `+whole` words, `!not`, `AND`, `OR`, brackets, and the commands below. " +
		"In texts `*` stands for any letters; `tag:*` means any tag at all and `!tag:*` none. " +
		"Each custom field is a command by its alias. A search that can't be read is a 422 that says where and what was probably meant. " +
		"For example: `tag:news !dnc:email points:>10 (owner:anna OR is:unowned)`.\n\n" +
		"| command | finds | values |\n|---|---|---|\n")
	for _, c := range crm.ContactCommands(nil) {
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = v.Value
		}
		fmt.Fprintf(&help, "| `%s` | %s | %s |\n", c.Example, c.Hint, strings.Join(values, ", "))
	}
	return help.String()
}
