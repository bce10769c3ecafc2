package component

import (
	"context"

	"github.com/mauntic/mauntic/ui/words"
)

// SayOptions returns the options of a table with what words.Mark has put into the catalogue said.
func SayOptions(ctx context.Context, marked []Option) []Option {
	said := make([]Option, len(marked))
	for i, o := range marked {
		said[i] = o
		said[i].Label = words.Say(ctx, o.Label)
	}
	return said
}
