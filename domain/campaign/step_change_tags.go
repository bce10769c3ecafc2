package campaign

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// ChangeTags adds tags to the contact and removes others.
type ChangeTags struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// Describe implements Settings.
func (s ChangeTags) Describe() *domain.Phrase {
	switch {
	case len(s.Add) > 0 && len(s.Remove) > 0:
		return domain.Say("Add %s, Remove %s", quoted(s.Add), quoted(s.Remove))
	case len(s.Add) > 0:
		return domain.Say("Add %s", quoted(s.Add))
	case len(s.Remove) > 0:
		return domain.Say("Remove %s", quoted(s.Remove))
	}
	return domain.Say("Change tags")
}

func quoted(names []string) domain.List {
	list := make(domain.List, len(names))
	for i, name := range names {
		list[i] = "“" + name + "”"
	}
	return list
}

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
	return Next(domain.Keep("Tags changed.")), nil
}
