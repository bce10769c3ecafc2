package messaging

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// RenderedSMS is an SMS filled in for one contact, for people to look at.
type RenderedSMS struct {
	Text     string // its short links are as long as real ones, and lead nowhere
	Count    SMSCount
	Tags     bool     // it has merge tags or logic, so it is different for each contact
	Long     SMSCount // with long names in the merge tags; as Count without tags
	Accented SMSCount // with long names of which one has a letter that GSM-7 does not know
	Warnings []string
}

// previewSid stands in the short links of previews.
var previewSid = strings.Repeat("00", sidBytes)

// PreviewSMS fills an SMS, saved or not, in for a contact, or for an invented one when as is nil.
func (s *Service) PreviewSMS(ctx context.Context, org domain.OrgID, in SMSInput, as *crm.ContactID) (RenderedSMS, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return RenderedSMS{}, err
	}
	in = in.normal()
	var found domain.Findings
	if checkBody(&found, in.Body); found.Err() != nil {
		return RenderedSMS{}, found.Err()
	}
	sender, err := s.store.Sender(ctx, org)
	if err != nil {
		return RenderedSMS{}, err
	}
	contact, err := s.previewContact(ctx, org, as)
	if err != nil {
		return RenderedSMS{}, err
	}
	body, err := content.Parse(in.Body, content.Text)
	if err != nil {
		return RenderedSMS{}, domain.Refuse(domain.KindInvalid, "body", domain.PhraseOf(err))
	}
	set, err := s.contacts.RecentFieldSet(ctx, org)
	if err != nil {
		return RenderedSMS{}, err
	}
	fill := func(contact crm.Contact) (string, SMSCount, error) {
		text, err := renderSMS(body, smsVars(contact.Merge(set), sender))
		text, _, _ = s.shorten(Message{Sid: previewSid}, text)
		return text, CountSMS(text), err
	}
	r := RenderedSMS{Tags: strings.Contains(in.Body, "{{") || strings.Contains(in.Body, "{%"), Warnings: body.Unknown(smsVars(contact.Merge(set), sender))}
	if r.Text, r.Count, err = fill(contact); err != nil {
		return RenderedSMS{}, err
	}
	if _, r.Long, err = fill(stretched(contact, longName)); err != nil {
		return RenderedSMS{}, err
	}
	_, r.Accented, err = fill(stretched(contact, accentedName))
	return r, err
}

// Values with which merge tags are tried.
const (
	longName     = "Wolfeschlegelsteinhausen" // 24 letters
	accentedName = "Wőlfeschlegelsteinhausen"
)

// stretched is the contact with a long value wherever it has a short one or none.
func stretched(c crm.Contact, long string) crm.Contact {
	for _, field := range []**string{&c.Firstname, &c.Lastname, &c.Company, &c.Position, &c.Stage} {
		if *field == nil || len(**field) < len(long) {
			*field = &long
		}
	}
	return c
}
