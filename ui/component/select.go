package component

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/words"
)

// SearchSelectProps describe a choice among many, found by typing. Use Select for a dozen or fewer.
type SearchSelectProps struct {
	FieldProps          // Value is not used; see Chosen
	Options    []Option // that can be chosen; with Remote those that are chosen are enough
	Chosen     []string // values
	Multiple   bool     // more than one may be chosen: the form sends Name once for each
	Remote     string   // answers ?q=… with a JSON list of Choice, "" when Options are all there is
	Create     bool     // what is typed may be a new one
}

// Choice is an option as Remote answers it.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Sub   string `json:"sub,omitempty"` // tells it from others of that name
}

func (p SearchSelectProps) chosen(value string) bool { return slices.Contains(p.Chosen, value) }

// searchAttrs tell select.js what to offer, and in which words. Without scripts it is a plain select.
func (p SearchSelectProps) searchAttrs(ctx context.Context) templ.Attributes {
	all := p.FieldProps.attrs()
	all["data-search-select"] = ""
	all["data-none"] = words.T(ctx, "Nothing matches")
	all["data-loading"] = words.T(ctx, "Searching…")
	all["data-remove"] = words.T(ctx, "Remove {{what}}")
	if p.Multiple {
		all["multiple"] = true
	}
	if p.Remote != "" {
		all["data-remote"] = p.Remote
	}
	if p.Create {
		all["data-create"] = words.T(ctx, "Add “{{what}}”")
	}
	if p.Placeholder == "" {
		all["placeholder"] = words.T(ctx, "Choose…")
	}
	return all
}
