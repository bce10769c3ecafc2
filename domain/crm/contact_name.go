package crm

import (
	"cmp"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// ContactName is what people call a contact: first and last name, else the email address, else the
// phone number, else its number here.
// Programs, mails and logs get it in English; pages say its phrase.
type ContactName struct {
	ID   ContactID
	Text string // "" of who has neither name, address nor phone: then the number is the name
}

// NameOf names a contact of which this is known.
func NameOf(id ContactID, firstname, lastname, email, phone *string) ContactName {
	name := strings.TrimSpace(deref(firstname) + " " + deref(lastname))
	if name == "" {
		name = cmp.Or(deref(email), deref(phone))
	}
	return ContactName{ID: id, Text: name}
}

// Phrase is the name in words.
func (n ContactName) Phrase() *domain.Phrase {
	if n.Text != "" {
		return domain.Quote(n.Text)
	}
	return domain.Say("Contact %d", int64(n.ID))
}

// String is the name in English.
func (n ContactName) String() string { return n.Phrase().String() }

// MarshalText writes the name in English.
func (n ContactName) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
