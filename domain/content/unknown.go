package content

import (
	"fmt"
	"strings"
)

// Unknown names the merge tags that vars has no value for and that the template does not set
// itself: `Line 3: there is no {{ contact.firstnam }}, it stays empty.` A person may have misspelt
// them.
func (t *Template) Unknown(vars map[string]any) []string {
	var warnings []string
	for _, tag := range t.tags {
		if !known(vars, strings.Split(tag.path, ".")) && !t.sets[strings.Split(tag.path, ".")[0]] {
			warnings = append(warnings, fmt.Sprintf("Line %d: there is no {{ %s }}, so it stays empty.", tag.line, tag.path))
		}
	}
	return warnings
}

// known says whether path leads to a value, even an empty one.
func known(vars map[string]any, path []string) bool {
	value, ok := vars[path[0]]
	for _, name := range path[1:] {
		inner, isMap := value.(map[string]any)
		if !isMap {
			return ok // a property of a list or text, such as size: not ours to judge
		}
		if value, ok = inner[name]; !ok {
			return false
		}
	}
	return ok
}
