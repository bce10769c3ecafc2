package messaging_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/messaging"
)

const sid = "00112233445566778899aabbccddeeff"

func signer(t *testing.T, keys ...messaging.Key) *messaging.Signer {
	t.Helper()
	s, err := messaging.NewSigner(keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func key(id byte) messaging.Key {
	return messaging.Key{ID: id, Secret: []byte(strings.Repeat(string('a'+rune(id)), 32))}
}

func TestATokenServesOnePurposeOnly(t *testing.T) {
	t.Parallel()
	s := signer(t, key(1))
	purposes := []messaging.Purpose{messaging.PurposeOpen, messaging.PurposeUnsubscribe, messaging.PurposeView, messaging.PurposeClick}
	for _, made := range purposes {
		for _, used := range purposes {
			got, ok := s.Read(used, s.Token(made, sid))
			if ok != (made == used) || (ok && got != sid) {
				t.Errorf("made for %c, used for %c: %q, %v", made, used, got, ok)
			}
		}
	}
	if _, _, ok := s.ReadClick(s.Token(messaging.PurposeClick, sid)); ok {
		t.Error("a click token without a link was read")
	}
	if _, ok := s.Read(messaging.PurposeClick, s.ClickToken(sid, messaging.LinkKey{1})); ok {
		t.Error("a click token was read as another")
	}
}

func TestChangedTokensAreWorthless(t *testing.T) {
	t.Parallel()
	s := signer(t, key(1))
	token := s.ClickToken(sid, messaging.LinkKey{1, 2, 3})
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		changed := append([]byte(nil), raw...)
		changed[bit/8] ^= 1 << (bit % 8)
		if _, _, ok := s.ReadClick(base64.RawURLEncoding.EncodeToString(changed)); ok {
			t.Errorf("bit %d may be changed", bit)
		}
	}
	for _, forged := range []string{"", "x", token + "A", token[:len(token)-1], token + "=", strings.Repeat("A", 10_000), "ünïcode"} {
		if _, _, ok := s.ReadClick(forged); ok {
			t.Errorf("%.40q was read", forged)
		}
	}
}

func TestOldKeysStillRead(t *testing.T) {
	t.Parallel()
	old := signer(t, key(1)).Token(messaging.PurposeUnsubscribe, sid)
	if got, ok := signer(t, key(2), key(1)).Read(messaging.PurposeUnsubscribe, old); !ok || got != sid {
		t.Errorf("%q, %v", got, ok)
	}
	if _, ok := signer(t, key(2)).Read(messaging.PurposeUnsubscribe, old); ok {
		t.Error("a key that is gone still reads")
	}
	for _, keys := range [][]messaging.Key{nil, {{ID: 1, Secret: []byte("short")}}, {key(1), key(1)}} {
		if _, err := messaging.NewSigner(keys); err == nil {
			t.Errorf("%d keys were taken", len(keys))
		}
	}
}
