package mailbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mauntic/mauntic/activities/provider/mailbox"
	"github.com/mauntic/mauntic/domain/messaging"
)

const sid = "00112233445566778899aabbccddeeff"

var received = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func signer(t testing.TB, secret string) *messaging.Signer {
	t.Helper()
	s, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte(strings.Repeat(secret, 32))}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func addresses(t testing.TB, secret string) *messaging.ReturnAddress {
	t.Helper()
	a, err := messaging.NewReturnAddress(signer(t, secret), "bounces@example.com")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// file reads a mail of testdata in which RETURN, UNSUBSCRIBE and LINK stand for what we signed.
func file(t testing.TB, name, secret string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	a := addresses(t, secret)
	text := strings.NewReplacer(
		"RETURN", a.Return(sid), "UNSUBSCRIBE", a.Unsubscribe(sid),
		"LINK", "https://mail.example.com/u/"+signer(t, secret).Token(messaging.PurposeUnsubscribe, sid), "\n", "\r\n",
	).Replace(string(raw))
	return []byte(text)
}

func TestReportsOfMailServersAreRead(t *testing.T) {
	t.Parallel()
	bounced := func(kind, status, detail string) messaging.Feedback {
		return messaging.Feedback{Kind: messaging.FeedbackBounced, Detail: detail, Bounce: messaging.Bounce{Type: kind, Status: status}}
	}
	for name, want := range map[string]messaging.Feedback{
		"dsn-postfix.eml":   bounced("permanent", "5.1.1", "550 5.1.1 <anna@example.net>: Recipient address rejected: User unknown"),
		"dsn-exchange.eml":  bounced("permanent", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
		"dsn-mailbox.eml":   bounced("transient", "4.2.2", "452 4.2.2 The email account is over quota"),
		"dsn-policy.eml":    bounced("permanent", "5.7.26", "550-5.7.26 Unauthenticated email is not accepted due to DMARC policy."),
		"dsn-nostatus.eml":  bounced("permanent", "5.0.0", "550 5.0.0 no"),
		"dsn-delayed.eml":   {Kind: messaging.FeedbackDelayed, Detail: "connect to mx.example.net[192.0.2.1]:25: Connection timed out"},
		"dsn-delivered.eml": {Kind: messaging.FeedbackDelivered, Detail: "2.0.0"},
		"dsn-returned.eml":  bounced("permanent", "5.1.1", "550 no such user"),
		"arf-abuse.eml":     {Kind: messaging.FeedbackComplained, Complaint: "abuse", Detail: "SomeGenerator/1.0"},
		"arf-link.eml":      {Kind: messaging.FeedbackComplained, Complaint: "fraud", Detail: "Example FBL"},
		"arf-optout.eml":    {Kind: messaging.FeedbackUnsubscribed, Detail: "Example FBL"},
	} {
		mail := mailbox.Parse(file(t, name, "a"), received, addresses(t, "a"))
		if len(mail.Feedback) != 1 || mail.Unsubscribe != "" {
			t.Errorf("%s: %+v", name, mail)
			continue
		}
		got := mail.Feedback[0]
		want.Key, want.Provider, want.Sid, want.At = got.Key, "smtp", sid, received
		if got.Key == "" || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}

func TestOnlyWhatWeSignedNamesAMessage(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d mails, %v", len(names), err)
	}
	for _, name := range names {
		raw := file(t, filepath.Base(name), "forged")
		if mail := mailbox.Parse(raw, received, addresses(t, "a")); !mail.Empty() {
			t.Errorf("%s: %+v", name, mail)
		}
	}
}

func TestTheRecipientThatAReportNamesIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dsn-postfix.eml", "arf-abuse.eml"} {
		mail := mailbox.Parse(file(t, name, "a"), received, addresses(t, "a"))
		if mail.Feedback[0].Recipient != "" {
			t.Errorf("%s: %+v", name, mail.Feedback)
		}
	}
}

func TestUnsubscribingByMail(t *testing.T) {
	t.Parallel()
	mail := mailbox.Parse(file(t, "unsubscribe.eml", "a"), received, addresses(t, "a"))
	if mail.Unsubscribe != signer(t, "a").Token(messaging.PurposeUnsubscribe, sid) || len(mail.Feedback) != 0 {
		t.Errorf("%+v", mail)
	}
}

func TestOtherMailTellsNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"auto-reply.eml", "auto-reply-unsubscribe.eml", "person.eml", "arf-dmarc.eml", "dsn-expanded.eml"} {
		if mail := mailbox.Parse(file(t, name, "a"), received, addresses(t, "a")); !mail.Empty() {
			t.Errorf("%s: %+v", name, mail)
		}
	}
}

func TestAReportThatWasCutOffStillTells(t *testing.T) {
	t.Parallel()
	raw := file(t, "dsn-postfix.eml", "a")
	whole, _, _ := bytes.Cut(raw, []byte("Undelivered Message Headers"))
	mail := mailbox.Parse(whole, received, addresses(t, "a"))
	if len(mail.Feedback) != 1 || mail.Feedback[0].Bounce.Status != "5.1.1" {
		t.Errorf("%+v", mail)
	}
}

func TestTheSameMailHasTheSameKey(t *testing.T) {
	t.Parallel()
	raw := file(t, "dsn-postfix.eml", "a")
	one := mailbox.Parse(raw, received, addresses(t, "a")).Feedback[0].Key
	two := mailbox.Parse(raw, received.Add(time.Hour), addresses(t, "a")).Feedback[0].Key
	other := mailbox.Parse(file(t, "dsn-mailbox.eml", "a"), received, addresses(t, "a")).Feedback[0].Key
	if one != two || one == other {
		t.Errorf("%s, %s, %s", one, two, other)
	}
}

func FuzzMails(f *testing.F) {
	names, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(names) == 0 {
		f.Fatal(err)
	}
	for _, name := range names {
		f.Add(file(f, filepath.Base(name), "a"))
	}
	ours := addresses(f, "a")
	f.Fuzz(func(t *testing.T, raw []byte) {
		mail := mailbox.Parse(raw, received, ours)
		if mail.Unsubscribe != "" && len(mail.Feedback) > 0 {
			t.Errorf("%+v", mail)
		}
		keys := map[string]bool{}
		for _, fb := range mail.Feedback {
			for _, text := range []string{fb.Detail, fb.Complaint, fb.Bounce.Status} {
				if len(text) > 1000 || strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
					t.Errorf("%.80q", text)
				}
			}
			if keys[fb.Key] || fb.Sid == "" || fb.Recipient != "" || fb.At != received {
				t.Errorf("%+v", fb)
			}
			keys[fb.Key] = true
		}
	})
}
