package identity

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// LogIn returns who email and password belong to. Wrong, unknown and blocked get the same answer
// after the same work; too many failures for one address or from one place must wait.
func (s *Service) LogIn(ctx context.Context, email, password string) (Actor, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if !ValidAddress(email) {
		email = "" // nobody's: it goes the way of every unknown address
	}
	keys := logInKeys(ctx, email)
	if err := s.beginAttempt(ctx, keys); err != nil {
		return Actor{}, err
	}
	login, known, err := s.store.Login(ctx, email)
	if err != nil {
		return Actor{}, err
	}
	if !known {
		login.PasswordHash = ""
	}
	ok, outdated, err := s.passwords.matches(ctx, password, login.PasswordHash)
	if err != nil {
		return Actor{}, err
	}
	if !ok || login.IsBlocked {
		return Actor{}, domain.Unauthorized("Email address or password is wrong.")
	}
	if err := s.endAttempt(ctx, keys); err != nil {
		return Actor{}, err
	}
	if outdated {
		if err := s.rehash(ctx, login, password); err != nil {
			return Actor{}, err
		}
	}
	return login.actor(login.Org), nil
}

// ChangePassword replaces the caller's own password and signs them out everywhere. The caller
// then begins a new session.
func (s *Service) ChangePassword(ctx context.Context, org domain.OrgID, current, replacement string) error {
	actor := ActorFrom(ctx)
	if !actor.SignedIn() {
		return domain.Unauthorized("Log in first.")
	}
	if actor.User == 0 || actor.Org != org {
		return domain.Forbidden("Only a user who is logged in can change their password.")
	}
	keys := logInKeys(ctx, strings.ToLower(actor.Email))
	if err := s.beginAttempt(ctx, keys); err != nil {
		return err
	}
	login, _, err := s.store.Login(ctx, actor.Email)
	if err != nil {
		return err
	}
	ok, _, err := s.passwords.matches(ctx, current, login.PasswordHash)
	if err != nil {
		return err
	}
	if !ok || login.ID != actor.User {
		return domain.Invalid("current", "This is not your present password.")
	}
	if err := s.endAttempt(ctx, keys); err != nil {
		return err
	}
	return s.setPassword(ctx, org, login.User, replacement)
}

// ResetPassword gives the user with this address a new password, which it returns, and signs them
// out everywhere. It asks for no permission: only the program's own command may call it.
func (s *Service) ResetPassword(ctx context.Context, email string) (string, error) {
	login, ok, err := s.store.Login(ctx, strings.TrimSpace(email))
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", domain.NotFound("There is no user with the address %s.", cut(email, maxAddress))
	}
	password := makePassword()
	return password, s.setPassword(ctx, login.Org, login.User, password)
}

func (s *Service) setPassword(ctx context.Context, org domain.OrgID, u User, password string) error {
	hash, err := s.newPassword(ctx, u, password)
	if err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error { return s.replacePassword(ctx, org, u.ID, hash) })
}

// newPassword checks a new password and returns its hash.
func (s *Service) newPassword(ctx context.Context, u User, password string) (hash string, err error) {
	var found domain.Findings
	checkPassword(&found, "new", password, u.Email, u.Name)
	if err := found.Err(); err != nil {
		return "", err
	}
	return s.passwords.hash(ctx, password)
}

// replacePassword signs the user out everywhere; links for a forgotten password end too.
func (s *Service) replacePassword(ctx context.Context, org domain.OrgID, id UserID, hash string) error {
	if err := s.store.SetPasswordHash(ctx, org, id, hash); err != nil {
		return err
	}
	if err := s.store.EndReset(ctx, id); err != nil {
		return err
	}
	return s.store.EndSessions(ctx, id)
}

// rehash renews a hash that was made with older parameters, while the password is at hand.
func (s *Service) rehash(ctx context.Context, login Login, password string) error {
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.SetPasswordHash(ctx, login.Org, login.ID, hash)
}
