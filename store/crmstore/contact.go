package crmstore

import (
	"context"
	"errors"
	"fmt"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// selectColumns reads the columns of contacts.
var selectColumns = store.SQL.
	Select("id", "firstname", "lastname", "email", "phone", "phone_e164", "company", "position", "points", "stage",
		"owner_id", "time_zone", "preferred_channel", "locale", "is_sample", "created_at", "updated_at").
	// What nobody may see, SaveContact keeps.
	Column(`c.fields - array(select f.alias from crm.fields f where f.org_id = c.org_id and not f.is_published) as fields`).
	From("crm.contacts c")

// selectContact reads contacts whole: tags and marks come in the same round trip.
var selectContact = selectColumns.
	Column(`array(select t.name from crm.contact_tags ct join crm.tags t on t.org_id = ct.org_id and t.id = ct.tag_id
		where ct.org_id = c.org_id and ct.contact_id = c.id order by t.name_norm) as tags`).
	Column(`(select coalesce(jsonb_agg(jsonb_build_object('channel', d.channel, 'reason', d.reason, 'comment', d.comment,
			'origin', d.origin, 'created_at', d.created_at) order by d.channel), '[]')
		from crm.do_not_contact d where d.org_id = c.org_id and d.contact_id = c.id) as do_not_contact`)

// selectBare reads contacts without tags and marks, for those who have no use for them.
var selectBare = selectColumns.Column("'{}'::text[] as tags").Column("'[]'::jsonb as do_not_contact")

// Contact implements crm.Contacts.
func (s *Store) Contact(ctx context.Context, org domain.OrgID, id crm.ContactID) (crm.Contact, error) {
	return s.contact(ctx, selectContact, org, id)
}

// LockContact implements crm.Contacts.
func (s *Store) LockContact(ctx context.Context, org domain.OrgID, id crm.ContactID) (crm.Contact, error) {
	return s.contact(ctx, selectContact.Suffix("for no key update of c"), org, id)
}

func (s *Store) contact(ctx context.Context, query sq.SelectBuilder, org domain.OrgID, id crm.ContactID) (crm.Contact, error) {
	contact, err := store.One[crm.Contact](ctx, s.db.Querier(ctx), query.Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case store.IsNoRows(err):
		return crm.Contact{}, noContact(id)
	case err != nil:
		return crm.Contact{}, fmt.Errorf("read contact: %w", err)
	}
	return contact, nil
}

// Matching selects the ids of the contacts that a query asks for, in no order: lists, counts, bulk
// actions, exports and entries into campaigns agree on what matches because all of them start here. A search
// that can't be read is Invalid.
func (s *Store) Matching(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (sq.SelectBuilder, error) {
	query := store.SQL.Select("c.id").From("crm.contacts c").Where(sq.Eq{"c.org_id": org})
	if q.IDs != nil {
		query = query.Where("c.id = any(?)", q.IDs)
	}
	searched, err := s.searching(ctx, org, q)
	if err != nil {
		return query, err
	}
	if searched != nil {
		query = query.Where(searched)
	}
	return s.narrowed(ctx, org, query, q)
}

// InsertContact implements crm.Contacts.
func (s *Store) InsertContact(ctx context.Context, org domain.OrgID, c crm.Contact) (crm.ContactID, error) {
	id, err := store.Value[crm.ContactID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.contacts").
		Columns("org_id", "firstname", "lastname", "email", "phone", "phone_e164", "company", "position", "points",
			"stage", "owner_id", "time_zone", "preferred_channel", "locale", "fields", "is_sample").
		Values(org, c.Firstname, c.Lastname, c.Email, c.Phone, c.PhoneE164, c.Company, c.Position, c.Points,
			c.Stage, c.OwnerID, c.TimeZone, c.PreferredChannel, c.Locale, c.Fields, c.IsSample).
		// A unique violation would end the transaction before the other contact could be named.
		Suffix("on conflict (org_id, email_norm) where email_norm is not null and deleted_at is null do nothing returning id"))
	switch {
	case store.IsNoRows(err):
		return 0, s.emailTaken(ctx, org, *c.Email)
	case store.IsUnique(err, ""): // of a field that identifies contacts, at this very moment
		return 0, domain.Conflict("Another contact has one of these values already, and it identifies contacts.")
	case err != nil:
		return 0, fmt.Errorf("insert contact: %w", err)
	}
	return id, nil
}

// hiddenFields are the values of a contact that belong to fields that are not published.
const hiddenFields = `coalesce((select jsonb_object_agg(h.key, h.value) from jsonb_each(contacts.fields) h
	join crm.fields f on f.org_id = contacts.org_id and f.alias = h.key and not f.is_published), '{}')`

// SaveContact implements crm.Contacts.
func (s *Store) SaveContact(ctx context.Context, org domain.OrgID, c crm.Contact) error {
	if c.Email != nil {
		other, err := s.idByEmail(ctx, org, *c.Email)
		if err != nil {
			return err
		}
		if other != 0 && other != c.ID {
			return s.emailTaken(ctx, org, *c.Email)
		}
	}
	updated, err := store.Exec(ctx, s.db.Querier(ctx), updateContact(org, c))
	switch {
	case store.IsUnique(err, "contacts_email_unique"):
		return emailConflict(domain.Say("Another contact has the email address %s already.", *c.Email))
	case store.IsUnique(err, ""): // of a field that identifies contacts, at this very moment
		return domain.Conflict("Another contact has one of these values already, and it identifies contacts.")
	case err != nil:
		return fmt.Errorf("save contact: %w", err)
	case updated == 0:
		return noContact(c.ID)
	}
	return nil
}

// updateContact writes the fields of a contact.
func updateContact(org domain.OrgID, c crm.Contact) sq.UpdateBuilder {
	return store.SQL.Update("crm.contacts").
		Set("firstname", c.Firstname).Set("lastname", c.Lastname).Set("email", c.Email).
		Set("phone", c.Phone).Set("phone_e164", c.PhoneE164).Set("company", c.Company).
		Set("position", c.Position).Set("points", c.Points).Set("stage", c.Stage).Set("owner_id", c.OwnerID).
		Set("time_zone", c.TimeZone).Set("preferred_channel", c.PreferredChannel).Set("locale", c.Locale).
		Set("fields", sq.Expr(hiddenFields+" || ?::jsonb", c.Fields)).Set("updated_at", c.UpdatedAt).
		Where(sq.Eq{"org_id": org, "id": c.ID})
}

// FindContacts implements crm.Contacts.
func (s *Store) FindContacts(ctx context.Context, org domain.OrgID, ids []crm.ContactID, emails []string) (crm.Found, error) {
	type row struct {
		ID        crm.ContactID
		EmailNorm *string
	}
	found := crm.Found{IDs: map[crm.ContactID]bool{}, Emails: map[string]crm.ContactID{}}
	query := store.SQL.Select("id", "email_norm").From("crm.contacts").Where(sq.Eq{"org_id": org}).
		Where("(id = any(?) or email_norm = any(?))", ids, emails)
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return found, fmt.Errorf("find contacts: %w", err)
	}
	for _, row := range rows {
		found.IDs[row.ID] = true
		if row.EmailNorm != nil {
			found.Emails[*row.EmailNorm] = row.ID
		}
	}
	return found, nil
}

// IsMember implements crm.Contacts.
func (s *Store) IsMember(ctx context.Context, org domain.OrgID, user identity.UserID) (bool, error) {
	members, err := store.Value[int](ctx, s.db.Querier(ctx),
		store.SQL.Select("count(*)").From("identity.org_members").Where(sq.Eq{"org_id": org, "user_id": user}))
	if err != nil {
		return false, fmt.Errorf("look for member: %w", err)
	}
	return members > 0, nil
}

// idByEmail returns 0 when no contact has the address.
func (s *Store) idByEmail(ctx context.Context, org domain.OrgID, email string) (crm.ContactID, error) {
	id, err := store.Value[crm.ContactID](ctx, s.db.Querier(ctx), store.SQL.Select("id").From("crm.contacts").
		Where(sq.Eq{"org_id": org}).Where("email_norm = lower(?)", email))
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find contact by email address: %w", err)
	}
	return id, nil
}

// emailTaken names the contact that has the address.
func (s *Store) emailTaken(ctx context.Context, org domain.OrgID, email string) error {
	other, err := s.idByEmail(ctx, org, email)
	if err != nil {
		return err
	}
	return emailConflict(domain.Say("Contact %d has the email address %s already.", other, email))
}

func emailConflict(said *domain.Phrase) error {
	return domain.Refuse(domain.KindConflict, "email", said)
}

func noContact(id crm.ContactID) error { return domain.NotFound("There is no contact %d.", id) }
