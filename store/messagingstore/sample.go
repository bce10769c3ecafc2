package messagingstore

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
)

// deleteSamples deletes, in this order, captured mails, messages and the sample emails.
var deleteSamples = []string{
	`delete from messaging.inbox i using messaging.messages m, messaging.emails e
	where i.org_id = $1 and m.org_id = $1 and e.org_id = $1 and e.is_sample and m.email_id = e.id and i.sid = m.sid`,
	`delete from messaging.messages m using messaging.emails e
	where m.org_id = $1 and e.org_id = $1 and e.is_sample and m.email_id = e.id`,
	`delete from messaging.emails where org_id = $1 and is_sample`,
}

// DeleteSamples implements messaging.Samples.
func (s *Store) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	for _, statement := range deleteSamples {
		if _, err := s.db.Querier(ctx).Exec(ctx, statement, org); err != nil {
			return fmt.Errorf("delete sample emails: %w", err)
		}
	}
	return nil
}
