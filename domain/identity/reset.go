package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

const (
	// resetLifetime is how long a link for a forgotten password works.
	resetLifetime = time.Hour
	// resetPause is how long a new request leaves the link before alone, so that nobody can spoil
	// it, or fill a mailbox.
	resetPause = 5 * time.Minute
	// resetRetry is when a mail is tried again that could not be sent.
	resetRetry = time.Minute
)

// Resets is the part of the store that keeps who has forgotten their password.
type Resets interface {
	// RequestReset notes that the user with this address, in any case of its letters, wants a new
	// password. It does nothing for nobody, for blocked users, and within pause of the last time.
	RequestReset(ctx context.Context, email string, pause time.Duration) error
	// ClaimReset takes a request that is to be mailed, not older than lifetime, and gives it the
	// token; nobody else takes it within retry. ok is false when there is none.
	ClaimReset(ctx context.Context, hash []byte, lifetime, retry time.Duration) (l Login, ok bool, err error)
	// ResetMailed notes that the link was sent.
	ResetMailed(ctx context.Context, hash []byte) error
	// ResetOf finds whose password a link replaces; ok is false for links that do not work.
	ResetOf(ctx context.Context, hash []byte, lifetime time.Duration) (l Login, ok bool, err error)
	// TakeReset uses a link up; ok is false when it was.
	TakeReset(ctx context.Context, hash []byte) (ok bool, err error)
	// EndReset forgets that a user wanted a new password.
	EndReset(ctx context.Context, id UserID) error
}

// RequestReset has a link sent to the user with this address, by which they choose a new password.
// It answers the same, in the same time, for addresses that nobody has.
func (s *Service) RequestReset(ctx context.Context, email string) error {
	email = strings.ToLower(strings.TrimSpace(email))
	if !ValidAddress(email) {
		return domain.Invalid("email", "This is not a valid email address.")
	}
	keys := []attemptKey{byAddress("reset", email, freeResets), byPlace(ctx, "reset", freeResetsPlace)}
	if err := s.beginAttempt(ctx, keys); err != nil {
		return err
	}
	return s.store.RequestReset(ctx, email, resetPause)
}

// MailResets sends the links that people asked for. The program calls it every few seconds; several
// processes may. A link that could not be sent is tried again with another token.
func (s *Service) MailResets(ctx context.Context) error {
	var failures []error
	for {
		token := newToken()
		login, ok, err := s.store.ClaimReset(ctx, hashSecret(token), resetLifetime, resetRetry)
		if err != nil || !ok {
			return errors.Join(append(failures, err)...)
		}
		if err := s.mailReset(ctx, login, token); err != nil {
			failures = append(failures, fmt.Errorf("mail the link for a forgotten password: %w", err))
		}
	}
}

func (s *Service) mailReset(ctx context.Context, login Login, token string) error {
	ctx = WithActor(ctx, System(login.Org))
	err := s.mail.SendLetter(ctx, login.Org, Letter{
		To: login.Email, Subject: s.translate(login.Language, domain.Say("Choose a new password for Mauntic")),
		Text: s.paragraphs(login.Language, domain.Say("Hello %s,", login.Called()),
			domain.Say("somebody, probably you, has forgotten the password of %s. Open this link within an hour to choose a new one:", login.Email),
			domain.Quote(s.baseURL+"/reset/"+token),
			domain.Say("If it was not you, do nothing: your password stays as it is."),
		),
	})
	if err != nil {
		return err
	}
	return s.store.ResetMailed(ctx, hashSecret(token))
}

// ResetFor returns whose password the link with this token replaces. All links that do not work get the
// same NotFound, and too many of them from one place must wait.
func (s *Service) ResetFor(ctx context.Context, token string) (User, error) {
	login, err := s.resetOf(ctx, token)
	return login.User, err
}

func (s *Service) resetOf(ctx context.Context, token string) (login Login, err error) {
	err = s.openLink(ctx, func() (ok bool, err error) {
		login, ok, err = s.store.ResetOf(ctx, hashSecret(token), resetLifetime)
		return ok && !login.IsBlocked, err
	})
	return login, err
}

// Reset replaces a forgotten password by the link with this token, which then works no more, and ends
// all sessions. It returns who may be signed in.
func (s *Service) Reset(ctx context.Context, token, password string) (Actor, error) {
	login, err := s.resetOf(ctx, token)
	if err != nil {
		return Actor{}, err
	}
	hash, err := s.newPassword(ctx, login.User, password)
	if err != nil {
		return Actor{}, err
	}
	err = s.tx.InTx(ctx, login.Org, func(ctx context.Context) error {
		ok, err := s.store.TakeReset(ctx, hashSecret(token))
		switch {
		case err != nil:
			return err
		case !ok:
			return errDeadLink()
		}
		return s.replacePassword(ctx, login.Org, login.ID, hash)
	})
	if err != nil {
		return Actor{}, err
	}
	return login.actor(login.Org), nil
}

// openLink looks for what a link leads to. Whoever tries many that lead nowhere must wait.
func (s *Service) openLink(ctx context.Context, find func() (ok bool, err error)) error {
	keys := []attemptKey{byPlace(ctx, "link", freePerPlace)}
	if err := s.beginAttempt(ctx, keys); err != nil {
		return err
	}
	ok, err := find()
	switch {
	case err != nil:
		return err
	case !ok:
		return errDeadLink()
	}
	return s.endAttempt(ctx, keys)
}
