package identitystore_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/storetest"
)

var token = strings.Repeat("B", 43) // a hash as scs writes it

func known(ctx context.Context) context.Context {
	return identity.WithVisit(ctx, identity.Visit{Known: true})
}

func TestAnEndedSessionStaysEnded(t *testing.T) {
	t.Parallel()
	s := identitystore.NewSessions(storetest.New(t))
	later := time.Now().Add(time.Hour)
	if err := s.CommitCtx(t.Context(), token, []byte("one"), later); err != nil {
		t.Fatal(err)
	}
	if err := s.CommitCtx(known(t.Context()), token, []byte("two"), later); err != nil {
		t.Fatal(err)
	}
	if data, found, err := s.FindCtx(t.Context(), token); string(data) != "two" || !found || err != nil {
		t.Fatalf("FindCtx = %q, %v, %v", data, found, err)
	}
	if err := s.DeleteCtx(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := s.CommitCtx(known(t.Context()), token, []byte("three"), later); err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.FindCtx(t.Context(), token); found || err != nil {
		t.Errorf("a request that was under way brought the session back: %v, %v", found, err)
	}
}

func TestExpiredSessionsAreGone(t *testing.T) {
	t.Parallel()
	s := identitystore.NewSessions(storetest.New(t))
	if err := s.CommitCtx(t.Context(), token, []byte("old"), time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.FindCtx(t.Context(), token); found || err != nil {
		t.Errorf("an expired session is found: %v, %v", found, err)
	}
	if n, err := s.Purge(t.Context()); n != 1 || err != nil {
		t.Errorf("Purge = %d, %v", n, err)
	}
	for _, made := range []string{"", "x", "ZZZ=", strings.Repeat("%", 43)} {
		if _, found, err := s.FindCtx(t.Context(), made); found || err != nil {
			t.Errorf("FindCtx(%q) = %v, %v", made, found, err)
		}
	}
}
