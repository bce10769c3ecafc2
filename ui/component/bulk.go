package component

import (
	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/hx"
)

// BulkAction is something that can be done to the chosen rows of a SelectTable.
type BulkAction struct {
	Label string
	Icon  string
	Href  string // of its dialog, which comes into #modal-box; asked with the form of the BulkBar
	Quiet bool   // stands in the menu behind the buttons
	Bad   bool   // shown in red
}

func (l List) bulkForm() string { return l.ID + "-bulk" }

// ask opens the dialog of an action for what is chosen.
func (a BulkAction) ask(l List) templ.Attributes {
	return hx.Get(a.Href).Include(hx.ID(l.bulkForm())).Target("#modal-box").Swap(hx.InnerHTML).Attrs()
}
