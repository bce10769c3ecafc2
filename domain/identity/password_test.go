package identity

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/mauntic/mauntic/domain"
)

func TestNobodysHashCostsWhatOthersCost(t *testing.T) {
	t.Parallel()
	params, _, _, err := argon2id.DecodeHash(nobodysHash)
	if err != nil || *params != hashing {
		t.Errorf("nobodysHash has %+v, %v; want %+v", params, err, hashing)
	}
	ok, _, err := newPasswords().matches(t.Context(), "Nobody knows this password at al", "")
	if ok || err != nil {
		t.Errorf("an empty hash matched: %v, %v", ok, err)
	}
}

func TestOlderHashesAreOutdated(t *testing.T) {
	t.Parallel()
	older := hashing
	older.Memory = 8 * 1024
	hash, err := argon2id.CreateHash("a quiet lighthouse", &older)
	if err != nil {
		t.Fatal(err)
	}
	ok, outdated, err := newPasswords().matches(t.Context(), "a quiet lighthouse", hash)
	if !ok || !outdated || err != nil {
		t.Errorf("matches = %v, %v, %v; want a match that is outdated", ok, outdated, err)
	}
}

func TestAThirdHashIsTurnedAway(t *testing.T) {
	t.Parallel()
	p := newPasswords()
	p.patience = time.Millisecond
	p.slots <- struct{}{}
	p.slots <- struct{}{}
	if _, err := p.hash(context.Background(), "a quiet lighthouse"); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("with both slots taken = %v, want too many", err)
	}
	<-p.slots
	if _, err := p.hash(context.Background(), "a quiet lighthouse"); err != nil {
		t.Errorf("with a free slot: %v", err)
	}
}

func TestValidAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"anna@example.com": true, "a.b+c@sub.example.com": true, "jörg@example.com": true, "o'hara@example.com": true,
		"": false, "anna": false, "@example.com": false, "anna@": false, "Anna <anna@example.com>": false,
		"anna@example.com, b@example.com": false, "anna@example.com\nBcc: x@example.com": false, "an na@example.com": false,
		`"anna"@example.com`: false, "anna@example.com\u2028": false,
	} {
		if got := ValidAddress(address); got != want {
			t.Errorf("ValidAddress(%q) = %v, want %v", address, got, want)
		}
	}
}
