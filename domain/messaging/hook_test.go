package messaging_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

func TestHooksAreArmedForTenMinutesByOperatorsOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	armed := func() bool {
		t.Helper()
		armed, err := b.HooksArmed(context.Background())
		b.must(err)
		return armed
	}
	if armed() {
		t.Error("armed from the beginning")
	}
	marketer := identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: 1, Role: identity.RoleAdmin})
	if _, err := b.ArmHooks(marketer, b.org); domain.KindOf(err) != domain.KindForbidden {
		t.Errorf("an admin: %v", err)
	}
	if _, err := b.ArmHooks(context.Background(), b.org); domain.KindOf(err) != domain.KindUnauthorized {
		t.Errorf("nobody: %v", err)
	}
	if armed() {
		t.Error("armed by those who may not")
	}
	for range 2 {
		until, err := b.ArmHooks(b.ctx, b.org)
		b.must(err)
		if left := time.Until(until); left < 9*time.Minute || left > 11*time.Minute || !armed() {
			t.Errorf("armed for %s", left)
		}
	}
	_, err := b.db.Pool().Exec(b.ctx, "update platform.facts set value = (now() - interval '1 second')::text where name = 'sns.armed_until'")
	b.must(err)
	if armed() {
		t.Error("still armed when the time is over")
	}
}

func TestAHookKeyServesOneProvider(t *testing.T) {
	t.Parallel()
	old := signer(t, key(1))
	both := signer(t, key(2), key(1))
	sesKey := strings.TrimPrefix(old.HookPath("ses"), "/hooks/ses/")
	switch {
	case len(sesKey) < 32:
		t.Errorf("%q is too short", sesKey)
	case !old.IsHookKey("ses", sesKey) || !both.IsHookKey("ses", sesKey):
		t.Error("the key is not known")
	case old.IsHookKey("twilio", sesKey) || signer(t, key(2)).IsHookKey("ses", sesKey) || old.IsHookKey("ses", "") || old.IsHookKey("ses", sesKey[1:]):
		t.Error("the key opens more than it should")
	case both.HookPath("ses") == old.HookPath("ses"):
		t.Error("a new key makes no new path")
	}
	if _, ok := old.Read(messaging.Purpose('h'), sesKey); ok {
		t.Error("a hook's key is a token")
	}
}
