package campaign

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/crm"
)

// ChangeTags adds tags to the contact and removes others.
type ChangeTags struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// Describe implements Settings.
func (s ChangeTags) Describe() string {
	var parts []string
	if len(s.Add) > 0 {
		parts = append(parts, "Add "+quoted(s.Add))
	}
	if len(s.Remove) > 0 {
		parts = append(parts, "Remove "+quoted(s.Remove))
	}
	if len(parts) == 0 {
		return "Change tags"
	}
	return strings.Join(parts, ", ")
}

func quoted(names []string) string { return "“" + strings.Join(names, "”, “") + "”" }

// Validate implements Settings.
func (s ChangeTags) Validate(v *Validation) {
	if len(s.Add)+len(s.Remove) == 0 {
		v.Problem("add", "Name at least one tag to add or to remove.")
	}
	for _, name := range append(append([]string{}, s.Add...), s.Remove...) {
		if strings.TrimSpace(name) == "" || len([]rune(name)) > 100 {
			v.Problem("add", "A tag has 1 to 100 characters.")
			return
		}
	}
}

// Walk implements Settings.
func (s ChangeTags) Walk(ctx context.Context, w *Walker) (Move, error) {
	err := w.CRM.ChangeTags(ctx, w.Journey.Org, w.Journey.Contact, crm.TagChange{Add: s.Add, Remove: s.Remove})
	if err != nil {
		return Move{}, err
	}
	w.Forget()
	return Next("Tags changed."), nil
}
