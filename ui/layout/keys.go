package layout

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/ui/words"
)

// Shortcuts of the keyboard are data-key attributes: "Mod+K" works everywhere (Mod is Ctrl, and ⌘ on a
// Mac); "g c" is typed one after the other, and "?" alone, while nothing is focused for typing.
// keys.js presses the element, and lists all that the page has under "?".

// menuKeys go to the parts of the product.
var menuKeys = map[Section]string{
	Home: "g h", Contacts: "g c", Campaigns: "g k", Emails: "g e", SMS: "g m", Inbox: "g i", Why: "g w", Settings: "g s",
	Operations: "g o", Segments: "g l",
}

// The shortcuts of the frame.
const (
	keySearch = "Mod+K"
	keyCreate = "c"
	keyHelp   = "?"
)

// keyCaps are the caps to press for a shortcut; keys.js writes ⌘ where that is the key.
func keyCaps(ctx context.Context, key string) []string {
	if strings.Contains(key, "+") {
		caps := strings.Split(key, "+")
		for i, c := range caps {
			switch c {
			case "Mod":
				caps[i] = words.T(ctx, "Ctrl")
			case "Enter":
				caps[i] = "↵"
			}
		}
		return caps
	}
	return strings.Fields(key)
}
