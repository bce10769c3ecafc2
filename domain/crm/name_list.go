package crm

import "strings"

// nameSigns stand between the names of a list in one cell.
const nameSigns = ",;|"

// joinNames writes names into one cell, so that names takes them apart again. A name that holds a sign
// that stands between names is quoted like a cell of a CSV file.
func joinNames(list []string) string {
	cells := make([]string, len(list))
	for i, name := range list {
		if strings.ContainsAny(name, nameSigns) || strings.HasPrefix(name, `"`) {
			name = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
		cells[i] = name
	}
	return strings.Join(cells, ", ")
}

// names takes a list in a cell apart, without names that are blank.
func names(cell string) []string {
	var list []string
	for cell != "" {
		name, rest, quoted := quotedName(cell)
		if !quoted {
			end := strings.IndexAny(cell+nameSigns, nameSigns)
			name, rest = cell[:end], cell[min(end+1, len(cell)):]
		}
		if cell, name = rest, strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// quotedName takes the first name of a list if it is quoted to its end. What follows is the rest.
func quotedName(cell string) (name, rest string, ok bool) {
	inside, quoted := strings.CutPrefix(strings.TrimLeft(cell, " "), `"`)
	if !quoted {
		return "", "", false
	}
	for {
		part, after, closed := strings.Cut(inside, `"`)
		if !closed {
			return "", "", false
		}
		name += part
		if inside, quoted = strings.CutPrefix(after, `"`); quoted {
			name += `"`
			continue
		}
		after = strings.TrimLeft(after, " ")
		if after == "" {
			return name, "", true
		}
		return name, after[1:], strings.Contains(nameSigns, after[:1])
	}
}
