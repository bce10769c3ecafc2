package api

import (
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain/search"
)

// SearchHelp describes how a list is searched. example is a search that shows what the language can do.
func SearchHelp(commands search.Commands, example string) string {
	var help strings.Builder
	help.WriteString("`search` takes words, `\"exact phrases\"`, `+whole` words, `!not`, `AND`, `OR`, brackets, and the commands below. " +
		"In texts `*` stands for any letters; as a value on its own it means any value at all. " +
		"A search that can't be read is a 422 that says where and what was probably meant. ")
	fmt.Fprintf(&help, "For example: `%s`.\n\n| command | finds | values |\n|---|---|---|\n", example)
	for _, c := range commands {
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = v.Value
		}
		fmt.Fprintf(&help, "| `%s` | %s | %s |\n", c.Example, c.Hint, strings.Join(values, ", "))
	}
	return help.String()
}
