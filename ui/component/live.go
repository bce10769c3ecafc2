package component

import (
	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/page"
)

// liveAttrs connect an element to its event stream. Morphing keeps the focus and open menus.
func liveAttrs(events string, final bool) templ.Attributes {
	if final {
		return nil
	}
	return templ.Attributes{"hx-sse:connect": events, "hx-sse:close": page.StreamEnd, "hx-swap": "innerMorph"}
}
