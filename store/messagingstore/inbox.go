package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

var (
	selectInbox = store.SQL.Select("id, sid, sender, recipient, subject, private, created_at").From("messaging.inbox")
	inboxOrder  = map[string]string{"id": "id"}
)

// Capture implements messaging.Inbox.
func (s *Store) Capture(ctx context.Context, org domain.OrgID, mail messaging.Captured) (messaging.InboxID, error) {
	id, err := store.Value[messaging.InboxID](ctx, s.db.Querier(ctx),
		store.SQL.Insert("messaging.inbox").Columns("org_id", "sid", "sender", "recipient", "subject", "raw", "private").
			Values(org, mail.Sid, mail.Sender, mail.Recipient, mail.Subject, mail.Raw, mail.Private).
			Suffix("on conflict (org_id, sid) do update set sid = excluded.sid returning id"))
	if err != nil {
		return 0, fmt.Errorf("capture mail: %w", err)
	}
	return id, nil
}

// InboxPage implements messaging.Inbox.
func (s *Store) InboxPage(ctx context.Context, org domain.OrgID, q domain.PageQuery, private bool) (domain.Page[messaging.Captured], error) {
	order, err := store.Order(q, inboxOrder, "id")
	if err != nil {
		return domain.Page[messaging.Captured]{}, err
	}
	query := selectInbox.Column("null::bytea as raw").Where(sq.Eq{"org_id": org})
	if !private {
		query = query.Where("not private")
	}
	matches, err := inboxSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[messaging.Captured]{}, err
	}
	page, err := store.FoundPage[messaging.Captured](ctx, s.db.Read(), query, matches, q, order)
	if err != nil {
		return page, fmt.Errorf("list captured mails: %w", err)
	}
	return page, nil
}

// InboxMail implements messaging.Inbox.
func (s *Store) InboxMail(ctx context.Context, org domain.OrgID, id messaging.InboxID) (messaging.Captured, error) {
	mail, err := store.One[messaging.Captured](ctx, s.db.Querier(ctx), selectInbox.Column("raw").Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case store.IsNoRows(err):
		return mail, domain.NotFound("There is no mail %d in the inbox.", id)
	case err != nil:
		return mail, fmt.Errorf("read captured mail: %w", err)
	}
	return mail, nil
}
