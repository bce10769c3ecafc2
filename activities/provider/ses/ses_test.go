package ses_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses"
	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
	"github.com/mauntic/mauntic/domain/messaging"
)

var mail = messaging.Outgoing{
	Org: 7, Sid: "0123456789abcdef0123456789abcdef", Campaign: 3, From: "us@example.com", To: "anna@example.com",
	Raw: []byte("From: us@example.com\r\nTo: anna@example.com\r\nSubject: Hi\r\n\r\nHello\r\n"),
}

func provider(t *testing.T, endpoint string) *ses.Provider {
	t.Helper()
	p, err := ses.New(t.Context(), ses.Config{Region: "eu-central-1", ConfigurationSet: "marketing", Endpoint: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnAcceptedMailHasTheIDOfSES(t *testing.T) {
	t.Parallel()
	server := fake(t)
	id, err := provider(t, server.URL()).Send(t.Context(), mail)
	if err != nil {
		t.Fatal(err)
	}
	journal := server.Journal()
	if len(journal) != 1 || journal[0].Sid != mail.Sid || journal[0].MessageID != id || id == "" {
		t.Errorf("journal %+v, id %q", journal, id)
	}
	if !bytes.Equal(server.Raw(mail.Sid), mail.Raw) {
		t.Errorf("raw: %q", server.Raw(mail.Sid))
	}
}

func TestEachSendIsOneAttempt(t *testing.T) {
	t.Parallel()
	server := fake(t)
	server.Plan(fakeses.Plan{Mode: fakeses.Fail, Times: 5})
	_, err := provider(t, server.URL()).Send(t.Context(), mail)
	if _, refused := messaging.AsRefused(err); err == nil || refused {
		t.Errorf("a server error must be an unknown outcome: %v", err)
	}
	if server.Calls() != 1 {
		t.Errorf("%d calls", server.Calls())
	}
}

func TestThrottlingIsRefusedForTheTimeThatSESNames(t *testing.T) {
	t.Parallel()
	server := fake(t)
	server.Plan(fakeses.Plan{Mode: fakeses.Throttle, Times: 1, RetryAfter: 7 * time.Second})
	_, err := provider(t, server.URL()).Send(t.Context(), mail)
	if refused, ok := messaging.AsRefused(err); !ok || refused.Permanent || refused.RetryAfter != 7*time.Second {
		t.Errorf("err = %#v", err)
	}
}

func TestLostAnswersAreUnknown(t *testing.T) {
	t.Parallel()
	for _, mode := range []fakeses.Mode{fakeses.Hang, fakeses.Reset} {
		server := fake(t)
		server.Plan(fakeses.Plan{Mode: mode, Times: 1})
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		_, err := provider(t, server.URL()).Send(ctx, mail)
		cancel()
		if _, refused := messaging.AsRefused(err); err == nil || refused {
			t.Errorf("%s: %v", mode, err)
		}
	}
}

func TestErrorsOfSESAreSorted(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		status           int
		refused, forGood bool
	}{
		"MessageRejected":                    {400, true, true},
		"BadRequestException":                {400, true, true},
		"TooManyRequestsException":           {429, true, false},
		"ThrottlingException":                {400, true, false},
		"AccountSuspendedException":          {400, true, false},
		"SendingPausedException":             {400, true, false},
		"MailFromDomainNotVerifiedException": {400, true, false},
		"AccessDeniedException":              {403, true, false},
		"InternalServiceErrorException":      {500, false, false},
		"ServiceUnavailable":                 {503, true, false},
		"NotFoundException":                  {400, true, false},
		"LimitExceededException":             {400, true, false},
		"UnrecognizedClientException":        {401, true, false},
		"":                                   {503, false, false},
		"BadGateway":                         {502, false, false},
		"GatewayTimeout":                     {504, false, false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if code == "" { // a proxy between us and SES
				w.WriteHeader(want.status)
				_, _ = w.Write([]byte("<html>Service unavailable</html>"))
				return
			}
			w.Header().Set("X-Amzn-ErrorType", code)
			w.WriteHeader(want.status)
			_, _ = w.Write([]byte(`{"message": "No."}`))
		}))
		t.Cleanup(server.Close)
		_, err := provider(t, server.URL).Send(t.Context(), mail)
		refused, ok := messaging.AsRefused(err)
		if err == nil || ok != want.refused || (ok && refused.Permanent != want.forGood) {
			t.Errorf("%s: %#v", code, err)
		}
	}
}

func TestADailyQuotaThatIsUsedUpRefusesForMinutes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "TooManyRequestsException")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"message": "Daily message quota exceeded."}`))
	}))
	t.Cleanup(server.Close)
	_, err := provider(t, server.URL).Send(t.Context(), mail)
	refused, ok := messaging.AsRefused(err)
	if !ok || refused.RetryAfter < 10*time.Minute || refused.RetryAfter > 20*time.Minute || !strings.Contains(refused.Reason.English(), "today") {
		t.Errorf("%#v", refused)
	}
}

func TestTheQuotaIsReadFromTheAccount(t *testing.T) {
	t.Parallel()
	server := fake(t)
	quota, err := provider(t, server.URL()).Quota(t.Context())
	if err != nil || quota.PerSecond != 1000 || quota.PerDay != 1_000_000 || quota.Stopped != "" || quota.Trial {
		t.Errorf("%+v, %v", quota, err)
	}
	server.SetAccount(fakeses.Account{PerSecond: 14, PerDay: 50_000, Sent: 50_000})
	quota, err = provider(t, server.URL()).Quota(t.Context())
	if err != nil || quota.PerSecond != 14 || quota.Sent != 50_000 || quota.Stopped != "" {
		t.Errorf("%+v, %v", quota, err)
	}
	server.SetAccount(fakeses.Account{PerSecond: 1, PerDay: -1, Stopped: true, Sandbox: true})
	quota, err = provider(t, server.URL()).Quota(t.Context())
	if err != nil || quota.PerDay != 0 || quota.Stopped == "" || !quota.Trial {
		t.Errorf("%+v, %v", quota, err)
	}
}

func TestSESThatIsAwayRefusesForNow(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := provider(t, server.URL).Send(t.Context(), mail)
	if refused, ok := messaging.AsRefused(err); !ok || refused.Permanent {
		t.Errorf("err = %#v", err)
	}
}

func fake(t *testing.T) *fakeses.Server {
	t.Helper()
	server, err := fakeses.New(fakeses.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}
