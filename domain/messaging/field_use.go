package messaging

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

var _ crm.FieldUses = (*Service)(nil)

// FieldUsers finds what marketers wrote and that may name a field.
type FieldUsers interface {
	// EmailsHolding and TextsHolding return what has a text in one of its texts, by name.
	EmailsHolding(ctx context.Context, org domain.OrgID, text string, after int, limit int) ([]Email, error)
	TextsHolding(ctx context.Context, org domain.OrgID, text string, after int, limit int) ([]SMS, error)
}

// fieldUsePage is how many texts are read at once.
const fieldUsePage = 50

// FieldUses implements crm.FieldUses: it names emails and SMS with a merge tag or a condition of the field.
func (s *Service) FieldUses(ctx context.Context, org domain.OrgID, alias string) ([]crm.FieldUse, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return nil, err
	}
	uses, err := usesAmong(func(after int) ([]Email, error) { return s.store.EmailsHolding(ctx, org, alias, after, fieldUsePage) },
		func(e Email) (crm.FieldUse, []string) {
			return crm.FieldUse{Kind: crm.UsedByEmail, ID: int64(e.ID), Name: e.Name}, []string{e.FromName, e.Subject, e.Preheader, e.HTML, e.Text}
		}, alias)
	if err != nil {
		return nil, err
	}
	texts, err := usesAmong(func(after int) ([]SMS, error) { return s.store.TextsHolding(ctx, org, alias, after, fieldUsePage) },
		func(t SMS) (crm.FieldUse, []string) {
			return crm.FieldUse{Kind: crm.UsedBySMS, ID: int64(t.ID), Name: t.Name}, []string{t.Body}
		}, alias)
	return append(uses, texts...), err
}

// usesAmong reads page after page, because a text may hold the word without naming the field.
func usesAmong[T any](read func(after int) ([]T, error), of func(T) (crm.FieldUse, []string), alias string) ([]crm.FieldUse, error) {
	var uses []crm.FieldUse
	for after := 0; ; after += fieldUsePage {
		found, err := read(after)
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			if use, sources := of(one); namesField(sources, alias) {
				uses = append(uses, use)
			}
		}
		if len(uses) >= crm.FewUses || len(found) < fieldUsePage {
			return uses[:min(len(uses), crm.FewUses)], nil
		}
	}
}

// namesField says whether a text asks for a field of contacts: contact.city, or just city.
func namesField(sources []string, alias string) bool {
	for _, source := range sources {
		template, err := content.Parse(source, content.Text)
		if err == nil && (template.Names("contact."+alias) || template.Names(alias)) {
			return true
		}
	}
	return false
}
