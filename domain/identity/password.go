package identity

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of a password.
const (
	minPassword = 12  // characters
	maxPassword = 128 // bytes, so that hashing has a bound
)

// hashing is OWASP's first choice of argon2id parameters: 46 MiB, one pass.
var hashing = argon2id.Params{Memory: 46 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodysHash is compared for unknown users, so that they take as long as known ones. Its
// parameters must be those of hashing.
const nobodysHash = "$argon2id$v=19$m=47104,t=1,p=1$bm9ib2R5cy1zYWx0LTE2Yg$Tm9ib2R5IGtub3dzIHRoaXMgcGFzc3dvcmQgYXQgYWw"

// passwords hashes and compares, at most two at once: each takes 46 MiB, and unbounded hashing
// would let strangers use up the machine.
type passwords struct {
	slots    chan struct{}
	patience time.Duration
}

func newPasswords() *passwords {
	return &passwords{slots: make(chan struct{}, 2), patience: 3 * time.Second}
}

// acquire takes a slot, or answers TooMany when none is free within a moment.
func (p *passwords) acquire(ctx context.Context) (release func(), err error) {
	wait := time.NewTimer(p.patience)
	defer wait.Stop()
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-wait.C:
		return nil, domain.TooMany("Many people are signing in right now. Try again in a few seconds.")
	}
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	release, err := p.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	hash, err := argon2id.CreateHash(password, &hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches compares a password with a hash. An empty hash matches nothing and takes as long as any
// other. outdated says that the hash was made with other parameters and should be made anew.
func (p *passwords) matches(ctx context.Context, password, hash string) (ok, outdated bool, err error) {
	release, err := p.acquire(ctx)
	if err != nil {
		return false, false, err
	}
	defer release()
	known := hash != ""
	if !known {
		hash = nobodysHash
	}
	if len(password) > maxPassword {
		password, known = "", false
	}
	ok, used, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, fmt.Errorf("compare password: %w", err)
	}
	return ok && known, *used != hashing, nil
}

// makePassword makes up a password of 130 random bits.
func makePassword() string { return strings.ToLower(rand.Text()) }

// siteWords are no secret: they are taken away before a password is measured.
var siteWords = []string{"mauntic", "marketing", "password", "passwort", "letmein", "welcome", "qwertyuiop", "qwerty", "123456789", "12345678", "1234567", "123456", "12345", "1234", "admin"}

// checkPassword finds fault with a new password: too short, too long, or made of words that
// everybody would try first, such as the user's own address.
func checkPassword(found *domain.Findings, field, password string, personal ...string) {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		found.Add(field, "A password needs at least %d characters.", minPassword)
	case len(password) > maxPassword:
		found.Add(field, "A password may have %d bytes at most.", maxPassword)
	case strength(password, personal) < minPassword/2:
		found.Add(field, "This password is easy to guess: it consists of your name, your address, a well-known word or a few repeated characters.")
	}
}

// strength counts the different characters that are left of a password without well-known words.
func strength(password string, personal []string) int {
	rest := strings.ToLower(password)
	words := []string{}
	for _, text := range personal {
		words = append(words, strings.ToLower(text))
		words = append(words, strings.FieldsFunc(strings.ToLower(text), notWord)...)
	}
	for _, word := range append(words, siteWords...) {
		if utf8.RuneCountInString(word) >= 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	seen := map[rune]bool{}
	for _, r := range rest {
		seen[r] = true
	}
	return len(seen)
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
