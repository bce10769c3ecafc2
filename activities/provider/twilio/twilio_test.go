package twilio_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/twilio"
	"github.com/mauntic/mauntic/activities/provider/twilio/faketwilio"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

var sms = messaging.OutgoingSMS{Org: 7, Sid: "s1", Token: "tok", To: "+12025550123", Text: "Hello", ValidFor: 90 * time.Second}

func fake(t *testing.T) *faketwilio.Server {
	t.Helper()
	server, err := faketwilio.New(faketwilio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

func provider(t *testing.T, base, status string) *twilio.Provider {
	t.Helper()
	p, err := twilio.New(twilio.Config{AccountSID: "ACfake", AuthToken: "token", From: "+15005550006", BaseURL: base, StatusURL: status})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnAcceptedSMSHasTheSIDOfTwilio(t *testing.T) {
	t.Parallel()
	server := fake(t)
	id, err := provider(t, server.URL(), "").SendSMS(t.Context(), sms)
	if err != nil {
		t.Fatal(err)
	}
	journal := server.Journal()
	if len(journal) != 1 || journal[0].SID != id || journal[0].To != sms.To || journal[0].Body != "Hello" || journal[0].ValidityPeriod != "90" || journal[0].StatusCallback != "" {
		t.Errorf("journal %+v, id %q", journal, id)
	}
}

func TestRefusalsAreSortedByTheTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, code int
		after        string
		refused      bool
		want         messaging.Refused
	}{
		{400, 21211, "", true, messaging.Refused{Permanent: true, Class: messaging.BounceHard}},
		{400, 21614, "", true, messaging.Refused{Permanent: true, Class: messaging.BounceHard}},
		{400, 21635, "", true, messaging.Refused{Permanent: true, Class: messaging.BounceHard}},
		{400, 21610, "", true, messaging.Refused{Permanent: true, Class: messaging.BounceOptOut}},
		{429, 20429, "7", true, messaging.Refused{RetryAfter: 7 * time.Second}},
		{429, 0, "", true, messaging.Refused{RetryAfter: time.Second}},
		{400, 21611, "", true, messaging.Refused{RetryAfter: 30 * time.Second}},
		{401, 20003, "", true, messaging.Refused{RetryAfter: 5 * time.Minute}},
		{403, 21408, "", true, messaging.Refused{RetryAfter: 5 * time.Minute}},
		{400, 21606, "", true, messaging.Refused{RetryAfter: 5 * time.Minute}},
		{403, 99999, "", true, messaging.Refused{RetryAfter: 5 * time.Minute}},
		{400, 21617, "", true, messaging.Refused{Permanent: true}},
		{400, 21612, "", true, messaging.Refused{Permanent: true}},
		{400, 99999, "", true, messaging.Refused{Permanent: true}}, // unknown: this message only
		{503, 20503, "", true, messaging.Refused{RetryAfter: 30 * time.Second}},
		{500, 20500, "", false, messaging.Refused{}}, // it may have been taken
		{502, 0, "", false, messaging.Refused{}},
	} {
		server := fake(t)
		server.Plan(faketwilio.Plan{Times: 5, Status: c.status, Code: c.code, RetryAfter: c.after})
		_, err := provider(t, server.URL(), "").SendSMS(t.Context(), sms)
		got, ok := messaging.AsRefused(err)
		if err == nil || ok != c.refused || server.Calls() != 1 {
			t.Errorf("%d %d: %v after %d calls", c.status, c.code, err, server.Calls())
			continue
		}
		if ok && (got.Permanent != c.want.Permanent || got.RetryAfter != c.want.RetryAfter || got.Class != c.want.Class || !strings.HasSuffix(got.Reason.English(), ".")) {
			t.Errorf("%d %d: %+v, want %+v", c.status, c.code, got, c.want)
		}
	}
}

func TestLostAnswersAreUnknown(t *testing.T) {
	t.Parallel()
	for _, lose := range []faketwilio.Lose{faketwilio.LoseHang, faketwilio.LoseReset} {
		server := fake(t)
		server.Plan(faketwilio.Plan{Times: 1, Lose: lose})
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		p := provider(t, server.URL(), "")
		_, err := p.SendSMS(ctx, sms)
		cancel()
		if _, refused := messaging.AsRefused(err); err == nil || refused || len(server.Journal()) != 1 {
			t.Errorf("%s: %v", lose, err)
		}
		found, err := p.AskSMS(t.Context(), messaging.AskedSMS{OutgoingSMS: sms, At: time.Now()})
		if err != nil || len(found) != 1 || found[0].Sid != "s1" || found[0].Kind != messaging.FeedbackDelivered || found[0].ProviderID != server.Journal()[0].SID {
			t.Errorf("%s: found %+v, %v", lose, found, err)
		}
		other := sms
		other.Text = "Something else"
		if found, err := p.AskSMS(t.Context(), messaging.AskedSMS{OutgoingSMS: other, At: time.Now()}); err != nil || len(found) != 0 {
			t.Errorf("another text: %+v, %v", found, err)
		}
	}
}

func TestTwilioThatIsAwayRefusesForNow(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := provider(t, server.URL, "").SendSMS(t.Context(), sms)
	if refused, ok := messaging.AsRefused(err); !ok || refused.Permanent {
		t.Errorf("err = %#v", err)
	}
}

// ledger takes what a Receiver hands on.
type ledger struct {
	feedback []messaging.Feedback
	received []messaging.ReceivedSMS
}

func (l *ledger) TakeFeedback(_ context.Context, list []messaging.Feedback) error {
	l.feedback = append(l.feedback, list...)
	return nil
}

func (l *ledger) ReceiveSMS(_ context.Context, r messaging.ReceivedSMS) error {
	l.received = append(l.received, r)
	return nil
}

func (*ledger) ReadStatus(token string) (string, bool) { return "sid-of-" + token, token == "good" }

func TestStatusCallbacksBecomeFeedback(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]struct {
		code  string
		kind  messaging.FeedbackKind
		class messaging.BounceClass
	}{
		"queued": {kind: messaging.FeedbackAccepted}, "sent": {kind: messaging.FeedbackAccepted}, "delivered": {kind: messaging.FeedbackDelivered},
		"canceled":    {kind: messaging.FeedbackRejected},
		"undelivered": {"30005", messaging.FeedbackBounced, messaging.BounceHard},
		"failed":      {"21610", messaging.FeedbackBounced, messaging.BounceOptOut},
	} {
		l := &ledger{}
		if err := post(l, "good", url.Values{"MessageSid": {"SM1"}, "MessageStatus": {status}, "ErrorCode": {want.code}, "To": {"+12025550123"}}, "token"); err != nil {
			t.Fatal(err)
		}
		if f := l.feedback[0]; f.Kind != want.kind || f.Bounce.Class != want.class || f.Sid != "sid-of-good" || f.Key != "SM1/"+status || f.Provider != "twilio" {
			t.Errorf("%s: %+v", status, f)
		}
	}
	for code, class := range map[string]messaging.BounceClass{
		"30006": messaging.BounceHard, "30003": messaging.BounceSoft, "30008": messaging.BounceSoft, "30410": messaging.BounceSoft, "": messaging.BounceSoft,
		"30001": messaging.BounceSender, "30022": messaging.BounceSender, "30034": messaging.BounceSender, "30032": messaging.BounceSender,
		"30007": messaging.BounceMessage, "30004": messaging.BounceMessage, "30010": messaging.BounceMessage, "39999": messaging.BounceMessage,
	} {
		l := &ledger{}
		if err := post(l, "forged", url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"undelivered"}, "ErrorCode": {code}}, "token"); err != nil {
			t.Fatal(err)
		}
		if f := l.feedback[0]; f.Bounce.Class != class || f.Sid != "" || f.ProviderID != "SM1" {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

const base = "https://m.example.com"

// post posts a form as signed with a token.
func post(l *ledger, message string, form url.Values, token string) error {
	path := "/hooks/twilio/k/status?m=" + message
	r := twilio.Receiver{BaseURL: base, AuthToken: "token", Messaging: l}
	return r.Status(context.Background(), path, []byte(form.Encode()), faketwilio.Sign(token, base+path, form))
}

func TestForgedPostsAreRefused(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}}
	r := twilio.Receiver{BaseURL: base, AuthToken: "token", Messaging: l}
	signature := faketwilio.Sign("token", base+"/s", form)
	for name, err := range map[string]error{
		"another token":   post(l, "good", form, "guess"),
		"no signature":    r.Status(t.Context(), "/s", []byte(form.Encode()), ""),
		"another path":    r.Status(t.Context(), "/s?m=1", []byte(form.Encode()), signature),
		"another form":    r.Status(t.Context(), "/s", []byte("MessageSid=SM2&MessageStatus=delivered"), signature),
		"a second value":  r.Status(t.Context(), "/s", []byte("MessageSid=SM2&"+form.Encode()), signature),
		"inbound":         r.Inbound(t.Context(), "/i", []byte("MessageSid=SM3&From=%2B12025550123&Body=STOP"), signature),
		"a broken form":   r.Status(t.Context(), "/s", []byte("%zz"), signature),
		"signed for Host": r.Status(t.Context(), "/s", []byte(form.Encode()), faketwilio.Sign("token", "https://evil.example/s", form)),
	} {
		if domain.KindOf(err) != domain.KindForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(l.feedback)+len(l.received) != 0 {
		t.Errorf("taken %+v %+v", l.feedback, l.received)
	}
	// Of a repeated field, the value that was signed is the one that is used.
	if err := r.Status(t.Context(), "/s", []byte(form.Encode()+"&MessageSid=SM2"), signature); err != nil || l.feedback[0].ProviderID != "SM1" {
		t.Errorf("%v, %+v", err, l.feedback)
	}
}

func TestInboundTellsWhatTwilioUnderstood(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	form := url.Values{"MessageSid": {"SM9"}, "From": {"+12025550123"}, "Body": {"arret"}, "OptOutType": {"STOP"}}
	r := twilio.Receiver{BaseURL: base, AuthToken: "token", Messaging: l}
	err := r.Inbound(t.Context(), "/i", []byte(form.Encode()), faketwilio.Sign("token", base+":443/i", form))
	if want := (messaging.ReceivedSMS{Provider: "twilio", ProviderID: "SM9", From: "+12025550123", Text: "arret", Keyword: messaging.KeywordStop}); err != nil || len(l.received) != 1 || l.received[0] != want {
		t.Errorf("%v, %+v", err, l.received)
	}
}
