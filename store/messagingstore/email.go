package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

const emailColumns = "id, name, from_name, from_email, reply_to, subject, preheader, html, text, revision, is_sample, created_at, updated_at"

var (
	selectEmail = store.SQL.Select(emailColumns).From("messaging.emails")

	// listEmails leaves out what a list does not show and may be large.
	listEmails = store.SQL.Select("id, name, from_name, from_email, reply_to, subject, preheader, '' as html, '' as text, revision, is_sample, created_at, updated_at").
			From("messaging.emails")

	emailOrder = map[string]string{"id": "id", "name": "lower(name)", "subject": "lower(subject)", "createdAt": "created_at", "updatedAt": "updated_at"}
)

// Emails implements messaging.Emails.
func (s *Store) Emails(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[messaging.Email], error) {
	order, err := store.Order(q, emailOrder, "updatedAt")
	if err != nil {
		return domain.Page[messaging.Email]{}, err
	}
	matches, err := emailSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[messaging.Email]{}, err
	}
	page, err := store.Page[messaging.Email](ctx, s.db.Read(), listEmails.Where(sq.Eq{"org_id": org}).Where(matches), q, order)
	if err != nil {
		return page, fmt.Errorf("list emails: %w", err)
	}
	return page, nil
}

// Email implements messaging.Emails.
func (s *Store) Email(ctx context.Context, org domain.OrgID, id messaging.EmailID) (messaging.Email, error) {
	email, err := store.One[messaging.Email](ctx, s.db.Querier(ctx), selectEmail.Where(sq.Eq{"org_id": org, "id": id}))
	return email, noEmail(err, "read email", id)
}

// InsertEmail implements messaging.Emails.
func (s *Store) InsertEmail(ctx context.Context, org domain.OrgID, in messaging.EmailInput) (messaging.Email, error) {
	email, err := store.One[messaging.Email](ctx, s.db.Querier(ctx),
		store.SQL.Insert("messaging.emails").
			Columns("org_id", "name", "from_name", "from_email", "reply_to", "subject", "preheader", "html", "text", "is_sample", "created_by").
			Values(org, in.Name, in.FromName, in.FromEmail, in.ReplyTo, in.Subject, in.Preheader, in.HTML, in.Text, in.IsSample, in.CreatedBy).
			Suffix("returning "+emailColumns))
	if err != nil {
		return messaging.Email{}, fmt.Errorf("insert email: %w", err)
	}
	return email, nil
}

// UpdateEmail implements messaging.Emails.
func (s *Store) UpdateEmail(ctx context.Context, org domain.OrgID, id messaging.EmailID, revision int, in messaging.EmailInput) (messaging.Email, error) {
	email, err := store.One[messaging.Email](ctx, s.db.Querier(ctx),
		store.SQL.Update("messaging.emails").
			Set("name", in.Name).Set("from_name", in.FromName).Set("from_email", in.FromEmail).Set("reply_to", in.ReplyTo).
			Set("subject", in.Subject).Set("preheader", in.Preheader).Set("html", in.HTML).Set("text", in.Text).
			Set("revision", sq.Expr("revision + 1")).Set("updated_at", sq.Expr("now()")).
			Where(sq.Eq{"org_id": org, "id": id, "revision": revision}).
			Suffix("returning "+emailColumns))
	return email, noEmail(err, "update email", id)
}

// DeleteEmail implements messaging.Emails.
func (s *Store) DeleteEmail(ctx context.Context, org domain.OrgID, id messaging.EmailID) error {
	deleted, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("messaging.emails").Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case store.IsForeignKey(err):
		return domain.Conflict("This email was sent, or is about to be, so it can't be deleted.")
	case err != nil:
		return fmt.Errorf("delete email: %w", err)
	case deleted == 0:
		return domain.NotFound("There is no email %d.", id)
	}
	return nil
}

// Sender implements messaging.Emails.
func (s *Store) Sender(ctx context.Context, org domain.OrgID) (messaging.Sender, error) {
	sender, err := store.One[messaging.Sender](ctx, s.db.Querier(ctx),
		store.SQL.Select("name as organization, from_name, from_email, reply_to, postal_address, time_zone").
			From("identity.organizations").Where(sq.Eq{"id": org}))
	switch {
	case store.IsNoRows(err):
		return sender, domain.NotFound("There is no organization %d.", org)
	case err != nil:
		return sender, fmt.Errorf("read sender: %w", err)
	}
	return sender, nil
}

func noEmail(err error, doing string, id messaging.EmailID) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no email %d.", id)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
