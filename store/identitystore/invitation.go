package identitystore

import (
	"context"
	"fmt"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

var (
	invitationColumns = []string{
		"i.id", "i.email", "i.name", "i.role", "i.invited_by", "coalesce(nullif(u.name, ''), u.email, '') as inviter",
		"i.created_at", "now() - i.issued_at as age", "i.expires_at", "i.expires_at <= now() as is_expired",
		"i.mailed_at", "i.accepted_at", "i.revoked_at",
	}
	selectInvitation = store.SQL.Select(invitationColumns...).From("identity.invitations i").LeftJoin("identity.users u on u.id = i.invited_by")
	invitationOrders = map[string]string{"id": "id", "email": "email_norm", "createdAt": "created_at", "expiresAt": "expires_at"}
	waiting          = sq.Eq{"i.accepted_at": nil, "i.revoked_at": nil}
)

// Invitations implements identity.Invitations.
func (s *Store) Invitations(ctx context.Context, org domain.OrgID, q identity.InvitationQuery) (domain.Page[identity.Invitation], error) {
	order, err := store.Order(q.PageQuery, invitationOrders, "createdAt")
	if err != nil {
		return domain.Page[identity.Invitation]{}, err
	}
	query := selectInvitation.Where(sq.Eq{"i.org_id": org})
	if q.Waiting {
		query = query.Where(waiting)
	}
	if search := strings.ToLower(strings.TrimSpace(q.Search)); search != "" {
		query = query.Where("(strpos(i.email_norm, ?) > 0 or strpos(lower(i.name), ?) > 0)", search, search)
	}
	page, err := store.Page[identity.Invitation](ctx, s.db.Querier(ctx), query, q.PageQuery, "i."+strings.ReplaceAll(order, ", id", ", i.id"))
	if err != nil {
		return page, fmt.Errorf("list invitations: %w", err)
	}
	return page, nil
}

// LockInvitation implements identity.Invitations.
func (s *Store) LockInvitation(ctx context.Context, org domain.OrgID, id identity.InvitationID) (identity.Invitation, error) {
	i, err := store.One[identity.Invitation](ctx, s.db.Querier(ctx), selectInvitation.Where(sq.Eq{"i.org_id": org, "i.id": id}).Suffix("for update of i"))
	switch {
	case store.IsNoRows(err):
		return i, domain.NotFound("There is no invitation %d.", id)
	case err != nil:
		return i, fmt.Errorf("read invitation: %w", err)
	}
	return i, nil
}

// InsertInvitation implements identity.Invitations.
func (s *Store) InsertInvitation(ctx context.Context, org domain.OrgID, i identity.NewInvitation) (identity.Invitation, error) {
	q := s.db.Querier(ctx)
	values := store.SQL.Select().Column("?, ?, ?, ?, ?, ?, now() + ?::interval", org, i.Email, i.Name, i.Role, i.Hash, i.InvitedBy, i.Lifetime).
		Where("not exists (select from identity.users where email_norm = lower(?))", i.Email)
	id, err := store.Value[identity.InvitationID](ctx, q, store.SQL.Insert("identity.invitations").
		Columns("org_id", "email", "name", "role", "token_hash", "invited_by", "expires_at").Select(values).Suffix("returning id"))
	switch {
	case store.IsNoRows(err):
		return identity.Invitation{}, emailConflict("There is already a user with this email address.")
	case store.IsUnique(err, "invitations_open_unique"):
		return identity.Invitation{}, emailConflict("This person is invited already. Send the invitation again, or revoke it first.")
	case err != nil:
		return identity.Invitation{}, fmt.Errorf("insert invitation: %w", err)
	}
	return s.LockInvitation(ctx, org, id)
}

// ReissueInvitation implements identity.Invitations.
func (s *Store) ReissueInvitation(ctx context.Context, org domain.OrgID, id identity.InvitationID, hash []byte, lifetime time.Duration) (identity.Invitation, error) {
	return s.updateInvitation(ctx, org, id, func(u sq.UpdateBuilder) sq.UpdateBuilder {
		return u.Set("token_hash", hash).Set("issued_at", sq.Expr("now()")).Set("mailed_at", nil).
			Set("expires_at", sq.Expr("now() + ?::interval", lifetime))
	})
}

// InvitationMailed implements identity.Invitations.
func (s *Store) InvitationMailed(ctx context.Context, org domain.OrgID, id identity.InvitationID) (identity.Invitation, error) {
	return s.updateInvitation(ctx, org, id, func(u sq.UpdateBuilder) sq.UpdateBuilder { return u.Set("mailed_at", sq.Expr("now()")) })
}

// RevokeInvitation implements identity.Invitations.
func (s *Store) RevokeInvitation(ctx context.Context, org domain.OrgID, id identity.InvitationID) error {
	_, err := s.updateInvitation(ctx, org, id, func(u sq.UpdateBuilder) sq.UpdateBuilder { return u.Set("revoked_at", sq.Expr("now()")) })
	return err
}

// AcceptInvitation implements identity.Invitations.
func (s *Store) AcceptInvitation(ctx context.Context, org domain.OrgID, id identity.InvitationID, by identity.UserID) error {
	_, err := s.updateInvitation(ctx, org, id, func(u sq.UpdateBuilder) sq.UpdateBuilder {
		return u.Set("accepted_at", sq.Expr("now()")).Set("accepted_by", by)
	})
	return err
}

// InvitationOf implements identity.Invitations.
func (s *Store) InvitationOf(ctx context.Context, hash []byte) (identity.Invitation, domain.OrgID, bool, error) {
	type found struct {
		identity.Invitation
		Org domain.OrgID
	}
	i, err := store.One[found](ctx, s.db.Querier(ctx), selectInvitation.Column("i.org_id as org").
		Where(sq.Eq{"i.token_hash": hash}).Where(waiting).Where("i.expires_at > now()").
		Where("not exists (select from identity.users taken where taken.email_norm = i.email_norm)").Suffix("for update of i"))
	switch {
	case store.IsNoRows(err):
		return identity.Invitation{}, 0, false, nil
	case err != nil:
		return identity.Invitation{}, 0, false, fmt.Errorf("find invitation: %w", err)
	}
	return i.Invitation, i.Org, true, nil
}

func (s *Store) updateInvitation(ctx context.Context, org domain.OrgID, id identity.InvitationID, set func(sq.UpdateBuilder) sq.UpdateBuilder) (identity.Invitation, error) {
	update := set(store.SQL.Update("identity.invitations")).Where(sq.Eq{"org_id": org, "id": id})
	if _, err := store.Exec(ctx, s.db.Querier(ctx), update); err != nil {
		return identity.Invitation{}, fmt.Errorf("update invitation: %w", err)
	}
	return s.LockInvitation(ctx, org, id)
}

func emailConflict(sentence string) error {
	return &domain.Error{Kind: domain.KindConflict, Field: "email", Message: sentence}
}
