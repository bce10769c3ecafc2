package messaging_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/messaging"
)

func TestReturnAddressesNameTheirMessage(t *testing.T) {
	t.Parallel()
	s := signer(t, key(1))
	a, err := messaging.NewReturnAddress(s, "Bounces@Example.com")
	if err != nil {
		t.Fatal(err)
	}
	back, off := a.Return(sid), a.Unsubscribe(sid)
	for _, address := range []string{back, off} {
		if local, host, _ := strings.Cut(address, "@"); len(local) > 64 || host != "example.com" {
			t.Errorf("%s", address)
		}
	}
	for text, want := range map[string]messaging.Returned{
		back:                  {Purpose: messaging.PurposeReturn, Sid: sid},
		strings.ToUpper(back): {Purpose: messaging.PurposeReturn, Sid: sid},
		"<" + back + ">":      {Purpose: messaging.PurposeReturn, Sid: sid},
		"<https://x.test/a>, <mailto:" + off + "?subject=u>":                    {Purpose: messaging.PurposeUnsubscribe, Sid: sid, Token: s.Token(messaging.PurposeUnsubscribe, sid)},
		"<https://x.test/u/" + s.Token(messaging.PurposeUnsubscribe, sid) + ">": {Purpose: messaging.PurposeUnsubscribe, Sid: sid, Token: s.Token(messaging.PurposeUnsubscribe, sid)},
	} {
		if found := a.Find(text); len(found) != 1 || found[0] != want {
			t.Errorf("%s: %+v", text, found)
		}
	}
}

func TestForgedReturnAddressesNameNothing(t *testing.T) {
	t.Parallel()
	a, err := messaging.NewReturnAddress(signer(t, key(1)), "bounces@example.com")
	if err != nil {
		t.Fatal(err)
	}
	other, err := messaging.NewReturnAddress(signer(t, key(2)), "bounces@example.com")
	if err != nil {
		t.Fatal(err)
	}
	back := a.Return(sid)
	forged := []string{
		other.Return(sid), strings.Replace(back, "+", "+u-", 1), strings.Replace(a.Unsubscribe(sid), "+u-", "+", 1),
		"", "bounces+@example.com", "bounces@example.com", strings.Repeat("+", 10_000), strings.Repeat(back[:40], 1000),
		"/u/" + signer(t, key(1)).Token(messaging.PurposeOpen, sid),
	}
	for i := len("bounces+"); i < strings.IndexByte(back, '@'); i++ {
		changed := "a"
		if back[i] == 'a' {
			changed = "b"
		}
		forged = append(forged, back[:i]+changed+back[i+1:])
	}
	for _, address := range forged {
		if found := a.Find(address); len(found) != 0 {
			t.Errorf("%.100s: %+v", address, found)
		}
	}
}

func TestAReturnAddressMustHaveRoomForTheToken(t *testing.T) {
	t.Parallel()
	for address, fits := range map[string]bool{
		"bounces@example.com": true, "mauntic-bounce@example.com": true, "mauntic-bounces@example.com": false,
		"": false, "bounces": false, "a b@example.com": false,
		"b@example.com\r\nBcc: v@example.org": false, "b\n@example.com": false, "b\x00@example.com": false, "b\u2028@example.com": false,
	} {
		if _, err := messaging.NewReturnAddress(signer(t, key(1)), address); (err == nil) != fits {
			t.Errorf("%q: %v", address, err)
		}
	}
}
