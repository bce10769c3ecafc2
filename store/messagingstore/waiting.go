package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// AwaitProvider implements messaging.Ledger.
func (s *Store) AwaitProvider(ctx context.Context, org domain.OrgID, id messaging.MessageID, reason domain.Kept) error {
	const put = `
update messaging.messages
set reason = $3, not_before = null, updated_at = now(), waits_for = 'provider', waits_since = coalesce(waits_since, now())
where org_id = $1 and id = $2 and state = 'ready' and (waits_for, reason) <> ('provider', $3)`
	if _, err := s.db.Querier(ctx).Exec(ctx, put, org, id, reason); err != nil {
		return fmt.Errorf("note that message waits: %w", err)
	}
	return nil
}

// waitingMessages counts by what is waited for; a rule has an entry for each of its reasons in English,
// which is before the separator of a domain.Kept, while the provider's last words stand for all that it said. The partial index holds only what waits.
const waitingMessages = `
select campaign_id as campaign, waits_for as "for", (array_agg(reason order by updated_at desc))[1] as reason,
	count(*)::int as messages, min(waits_since) as since, min(not_before) as until
from messaging.messages
where org_id = $1 and campaign_id = any($2::bigint[]) and state = 'ready' and waits_for <> ''
group by campaign_id, waits_for, case waits_for when 'rule' then split_part(reason, chr(31), 1) end
order by messages desc, campaign_id, waits_for
limit 100`

// Waiting implements messaging.Ledger.
func (s *Store) Waiting(ctx context.Context, org domain.OrgID, campaigns []int64) ([]messaging.Waiting, error) {
	found, err := store.Many[messaging.Waiting](ctx, s.db.Read(), sq.Expr(waitingMessages, org, campaigns))
	if err != nil {
		return nil, fmt.Errorf("sum up waiting messages: %w", err)
	}
	return found, nil
}
