package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

// TestSent implements messaging.Tests.
func (s *Store) TestSent(ctx context.Context, org domain.OrgID) (bool, error) {
	sent, err := store.Value[bool](ctx, s.db.Read(), sq.Expr("select exists (select from messaging.messages where org_id = $1 and class = 'test')", org))
	if err != nil {
		return false, fmt.Errorf("look for a test: %w", err)
	}
	return sent, nil
}
