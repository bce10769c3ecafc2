package messagingstore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const countFaults = `
insert into messaging.reputation as r (org_id, scope, subject, minute, bounces, complaints, sender_faults, message_faults)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (org_id, scope, subject, minute) do update set
	bounces = r.bounces + excluded.bounces, complaints = r.complaints + excluded.complaints,
	sender_faults = r.sender_faults + excluded.sender_faults, message_faults = r.message_faults + excluded.message_faults`

// CountFaults implements messaging.Reputation. One order for everybody keeps two transactions from
// waiting for each other.
func (s *Store) CountFaults(ctx context.Context, org domain.OrgID, faults map[messaging.MinuteOf]*messaging.Faults) error {
	batch := &pgx.Batch{}
	minutes := slices.SortedFunc(maps.Keys(faults), func(a, b messaging.MinuteOf) int {
		return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Subject.Subject, b.Subject.Subject), a.Minute.Compare(b.Minute))
	})
	for _, at := range minutes {
		f := faults[at]
		batch.Queue(countFaults, org, at.Scope, at.Subject.Subject, at.Minute, f.Bounces, f.Complaints, f.SenderFaults, f.MessageFaults)
	}
	if err := s.db.Querier(ctx).SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("count faults: %w", err)
	}
	return nil
}
