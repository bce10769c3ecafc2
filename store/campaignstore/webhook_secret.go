package campaignstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/store"
)

// WebhookSecret implements campaign.WebhookSecrets.
func (s *Store) WebhookSecret(ctx context.Context, org domain.OrgID) (*campaign.WebhookSecret, error) {
	secret, err := store.One[campaign.WebhookSecret](ctx, s.db.Querier(ctx), store.SQL.
		Select("nonce", "previous", "changed_at").From("campaign.webhook_secrets").Where(sq.Eq{"org_id": org}))
	switch {
	case store.IsNoRows(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read webhook secret: %w", err)
	}
	return &secret, nil
}

// ChangeWebhookSecret implements campaign.WebhookSecrets.
func (s *Store) ChangeWebhookSecret(ctx context.Context, org domain.OrgID, nonce []byte) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(`insert into campaign.webhook_secrets as w (org_id, nonce) values ($1, $2)
		on conflict (org_id) do update set previous = w.nonce, nonce = excluded.nonce, changed_at = now()`, org, nonce))
	if err != nil {
		return fmt.Errorf("change webhook secret: %w", err)
	}
	return nil
}
