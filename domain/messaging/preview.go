package messaging

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// clipped is the size of HTML from which on Gmail shows the beginning only.
const clipped = 102 << 10

// Preview fills an email, saved or not, in for a contact, or for an invented one when as is nil.
// Its links lead where the marketer points them; the unsubscribe and view links lead nowhere.
func (s *Service) Preview(ctx context.Context, org domain.OrgID, in EmailInput, as *crm.ContactID) (Rendered, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Rendered{}, err
	}
	sender, err := s.store.Sender(ctx, org)
	if err != nil {
		return Rendered{}, err
	}
	contact, err := s.previewContact(ctx, org, as)
	if err != nil {
		return Rendered{}, err
	}
	p, err := parse(in)
	if err != nil {
		return Rendered{}, err
	}
	links := publicLinks{unsubscribe: "#unsubscribe", view: "#view", footer: true}
	fields, err := s.contacts.Merge(ctx, org, contact)
	if err != nil {
		return Rendered{}, err
	}
	vars := mergeVars(fields, sender, links)
	rendered, err := p.fill(vars)
	if err != nil {
		return Rendered{}, err
	}
	rendered.Warnings = p.warnings(vars)
	err = rendered.finish(in, sender, links)
	if size := len(rendered.HTML); size > clipped {
		rendered.Warnings = append(rendered.Warnings, fmt.Sprintf(
			"The HTML has %d KB. Gmail cuts mails off above %d KB, and with the rest the unsubscribe link: make it shorter.", size>>10, clipped>>10))
	}
	return rendered, err
}

func (s *Service) previewContact(ctx context.Context, org domain.OrgID, as *crm.ContactID) (crm.Contact, error) {
	if as != nil {
		return s.contacts.Contact(ctx, org, *as)
	}
	return inventedContact(), nil
}

// inventedContact stands in where nobody was chosen.
func inventedContact() crm.Contact {
	text := func(s string) *string { return &s }
	return crm.Contact{
		Firstname: text("Anna"), Lastname: text("Berg"), Email: text("anna.berg@example.com"),
		Company: text("Example Ltd"), Position: text("Head of Examples"), Phone: text("+49 30 1234567"),
	}
}
