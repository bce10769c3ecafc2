package component

import (
	"maps"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/hx"
)

// Look says how much a button wants to be pressed.
type Look string

// The looks.
const (
	Plain  Look = ""       // bordered: most buttons
	Main   Look = "main"   // the one thing to do here
	Quiet  Look = "quiet"  // no border: beside other things
	Danger Look = "danger" // what cannot be undone
)

// ButtonProps describe a button or a link that looks like one.
type ButtonProps struct {
	Label    string
	Look     Look
	Icon     string // name of an icon before the label, "" for none
	IconOnly bool   // the label is only read aloud
	Small    bool
	Submit   bool // submits its form; otherwise it is a plain button for Attrs
	Disabled bool
	Busy     bool             // what it asked for is under way; while htmx asks, it looks so by itself
	Attrs    templ.Attributes // hx-…, data-…
}

var looks = map[Look]string{
	Plain:  "btn btn-outline border-base-300 bg-base-100 hover:bg-base-200 hover:text-base-content hover:border-base-content/30",
	Main:   "btn btn-primary",
	Quiet:  "btn btn-ghost",
	Danger: "btn btn-outline btn-error",
}

// quietDanger is for the many small buttons of a list: a column of red frames would be all that one sees.
const quietDanger = "btn btn-ghost text-error hover:bg-error/10"

func (p ButtonProps) class() string {
	class := looks[p.Look] + " font-medium"
	if p.Look == Danger && p.IconOnly {
		class = quietDanger
	}
	if p.Small {
		class += " btn-sm"
	}
	if p.IconOnly {
		class += " btn-square"
	}
	return class
}

func (p ButtonProps) kind() string {
	if p.Submit {
		return "submit"
	}
	return "button"
}

// ConfirmProps describe a button that posts to Action after a question.
type ConfirmProps struct {
	ButtonProps
	Action string // where it posts; answer with page.Redirect or a fragment
	Title  string // "Delete this contact?"
	Text   string // what will happen, with numbers; "" asks nothing
	Yes    string // the word on the confirming button, "Delete"
}

// attrs let htmx ask, post, and leave it to the answer what follows.
func (p ConfirmProps) attrs() templ.Attributes {
	ask := hx.Post(p.Action).Swap(hx.None)
	if p.Text != "" {
		ask = ask.Confirm(p.Text).Data("confirm-title", p.Title).Data("confirm-label", p.Yes)
	}
	if p.Look == Danger {
		ask = ask.Data("confirm-danger", "")
	}
	all := ask.Attrs()
	maps.Copy(all, p.Attrs)
	return all
}

func (p ConfirmProps) button() ButtonProps {
	b := p.ButtonProps
	b.Attrs = p.attrs()
	return b
}
