package messaging

import (
	"context"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// way is what is special about a channel. All else about delivering is the same for all of them.
type way interface {
	// address returns how a contact is reached, or a sentence that says why it can't be.
	address(c crm.Contact) (a address, skip domain.Kept)
	// unwanted says why a contact that must not be reached gets nothing.
	unwanted(reason crm.Reason) domain.Kept
	// compose makes the message of a draft. A domain error says why it can't be made.
	compose(ctx context.Context, org domain.OrgID, d Draft, to recipient) (composed, error)
	// sent is the event that notes the sending in the contact's timeline.
	sent(d Draft) crm.Event
}

// address is where a message goes.
type address struct {
	kept string // as the contact has it: the claim holds it against what is true then
	wire string // as the provider gets it
}

// recipient is whom a message is for.
type recipient struct {
	address
	contact crm.Contact // an invented one for most tests
	gone    bool        // deleted meanwhile
}

// composed is a message that was made and can be claimed.
type composed struct {
	provider string
	domain   string  // of the From address; "": the channel has none
	links    []Link  // to be kept before it is sent
	shorts   []Short // likewise
	outage   *outage // of the provider
	// call makes the one call to the provider; see Provider.
	call func(ctx context.Context) (providerID string, err error)
}

// mark is why a contact must not be reached by a channel, and whether it must not.
func mark(c crm.Contact, channel Channel) (crm.Reason, bool) {
	i := slices.IndexFunc(c.DoNotContact, func(d crm.DoNotContact) bool { return d.Channel == crm.Channel(channel) })
	if i < 0 {
		return "", false
	}
	return c.DoNotContact[i].Reason, true
}

// emails is the way of emails.
type emails struct{ *Service }

func (emails) address(c crm.Contact) (address, domain.Kept) {
	if c.Email == nil {
		return address{}, domain.Keep("The contact has no email address.")
	}
	wire, err := crm.NormalEmail(*c.Email)
	if err != nil {
		return address{}, domain.Keep("The contact's email address can't be reached: it is not a valid address.")
	}
	return address{kept: *c.Email, wire: wire}, ""
}

func (emails) unwanted(reason crm.Reason) domain.Kept {
	switch reason {
	case crm.Unsubscribed:
		return domain.Keep("The contact has unsubscribed from emails.")
	case crm.Bounced:
		return domain.Keep("Earlier mail to this address came back.")
	default:
		return domain.Keep("Somebody marked this contact as not to be emailed.")
	}
}

func (emails) sent(d Draft) crm.Event {
	return crm.Event{Type: crm.EventEmailSent, Data: emailData(*d.Email)}
}

// emailData is what an event tells about its email.
func emailData(e Email) map[string]any {
	return map[string]any{"emailId": e.ID, "email": e.Name}
}

// texts is the way of SMS.
type texts struct{ *Service }

func (texts) address(c crm.Contact) (address, domain.Kept) {
	switch {
	case c.Phone == nil:
		return address{}, domain.Keep("The contact has no mobile number.")
	case c.PhoneE164 == nil:
		return address{}, domain.Keep("The contact's phone number can't be dialled: it must begin with + and the country's code.")
	}
	return address{kept: *c.PhoneE164, wire: *c.PhoneE164}, ""
}

func (texts) unwanted(reason crm.Reason) domain.Kept {
	switch reason {
	case crm.Unsubscribed:
		return domain.Keep("The contact has opted out of SMS.")
	case crm.Bounced:
		return domain.Keep("Earlier SMS to this number could not be delivered.")
	default:
		return domain.Keep("Somebody marked this contact as not to be texted.")
	}
}

func (texts) sent(d Draft) crm.Event {
	return crm.Event{Type: crm.EventSMSSent, Data: smsData(*d.SMS)}
}

// smsData is what an event tells about its SMS.
func smsData(s SMS) map[string]any {
	return map[string]any{"smsId": s.ID, "sms": s.Name}
}
