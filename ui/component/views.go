package component

import (
	"context"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/hx"
	"github.com/mauntic/mauntic/ui/words"
)

// ViewTab leads to a kept view of a list.
type ViewTab struct {
	Label  string
	Href   string
	Active bool
	Shared bool // colleagues see it
}

// ViewState says how the list stands to the view that it was opened with, and offers what can be done.
type ViewState struct {
	Open    bool   // a kept view is shown
	Changed bool   // but not as it is kept; or something that could be kept
	Save    string // posts the present state into the view; "" when it can't
	SaveAs  string // dialog that keeps the present state as a new view; "" when there is nothing to keep
	Back    string // the view as it is kept
	Menu    []ViewAction
	State   map[string]string // what Save and SaveAs send
}

// ViewAction is an item of a view's menu: a dialog, or something that posts.
type ViewAction struct {
	Label, Icon string
	Dialog      string // opened in #modal-box
	Post        string
	Bad         bool
}

// attrs ask for the dialog, or post.
func (a ViewAction) attrs() templ.Attributes {
	if a.Dialog != "" {
		return hx.Get(a.Dialog).Target("#modal-box").Swap(hx.InnerHTML).Attrs()
	}
	return hx.Post(a.Post).Swap(hx.None).Attrs()
}

func (s ViewState) values() map[string]any {
	values := make(map[string]any, len(s.State))
	for name, value := range s.State {
		values[name] = value
	}
	return values
}

func saveAsLabel(ctx context.Context, s ViewState) string {
	if s.Open {
		return words.T(ctx, "Save as a new view")
	}
	return words.T(ctx, "Save as a view")
}
