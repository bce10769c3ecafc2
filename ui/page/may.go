package page

import (
	"context"

	"github.com/mauntic/mauntic/domain/identity"
)

// May says whether the person who looks at the page has a permission. What needs a permission that they
// lack is not shown: no button, no form, no menu entry.
func May(ctx context.Context, p identity.Permission) bool { return identity.ActorFrom(ctx).May(p) }
