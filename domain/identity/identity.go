// Package identity knows who uses Mauntic: organizations, users, their roles, and API keys.
package identity

import (
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Store keeps what identity knows.
type Store interface {
	Organizations
	Users
	APIKeys
	Preferences
	Invitations
	Resets
	Attempts
	UserSessions
}

// Deps is what the service needs. Clock is time.Now when nil.
type Deps struct {
	Store   Store
	Tx      domain.Tx
	BaseURL string // of the links in letters, without a slash at the end
	Clock   func() time.Time
	// Translate says what letters say; nil: they are English.
	Translate Translate
}

// Service holds the use cases of identity.
type Service struct {
	store     Store
	tx        domain.Tx
	clock     func() time.Time
	passwords *passwords
	baseURL   string
	mail      Mail
	translate Translate
}

// New returns the service.
func New(d Deps) *Service {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Translate == nil {
		d.Translate = english
	}
	return &Service{
		store: d.Store, tx: d.Tx, clock: d.Clock, passwords: newPasswords(), baseURL: d.BaseURL, mail: noMail{}, translate: d.Translate,
	}
}
