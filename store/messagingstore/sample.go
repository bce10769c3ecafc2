package messagingstore

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
)

// deleteSamples deletes, in this order, what was captured, the ledger's rows, and the sample emails and SMS.
// What was answered goes with the last SMS of its phone.
var deleteSamples = []string{
	`delete from messaging.inbox i using messaging.messages m, messaging.emails e
	where i.org_id = $1 and m.org_id = $1 and e.org_id = $1 and e.is_sample and m.email_id = e.id and i.sid = m.sid`,
	`delete from messaging.sms_inbox i using messaging.messages m, messaging.sms x
	where i.org_id = $1 and m.org_id = $1 and x.org_id = $1 and x.is_sample and m.sms_id = x.id and i.sid = m.sid`,
	`delete from messaging.sms_inbox i where i.org_id = $1 and i.incoming and not exists (
		select from messaging.sms_inbox o where o.org_id = $1 and o.number = i.number and not o.incoming)`,
	`delete from messaging.messages m using messaging.emails e
	where m.org_id = $1 and e.org_id = $1 and e.is_sample and m.email_id = e.id`,
	`delete from messaging.messages m using messaging.sms x
	where m.org_id = $1 and x.org_id = $1 and x.is_sample and m.sms_id = x.id`,
	`delete from messaging.emails where org_id = $1 and is_sample`,
	`delete from messaging.sms where org_id = $1 and is_sample`,
}

// DeleteSamples implements messaging.Samples.
func (s *Store) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	for _, statement := range deleteSamples {
		if _, err := s.db.Querier(ctx).Exec(ctx, statement, org); err != nil {
			return fmt.Errorf("delete sample messages: %w", err)
		}
	}
	return nil
}
