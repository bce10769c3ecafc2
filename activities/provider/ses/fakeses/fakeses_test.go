package fakeses_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

const welcome = "From: Acme <hello@example.com>\r\nTo: anna@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello.\r\n"

func start(t *testing.T, o fakeses.Options) *fakeses.Server {
	t.Helper()
	server, err := fakeses.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// client is the SDK as the SES provider configures it: no retries.
func client(server *fakeses.Server) *sesv2.Client {
	return sesv2.New(sesv2.Options{
		BaseEndpoint: aws.String(server.URL()),
		Region:       "eu-central-1",
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
		Retryer:      aws.NopRetryer{},
	})
}

func send(ctx context.Context, server *fakeses.Server, sid string) (string, error) {
	out, err := client(server).SendEmail(ctx, &sesv2.SendEmailInput{
		Content:     &types.EmailContent{Raw: &types.RawMessage{Data: []byte(welcome)}},
		Destination: &types.Destination{ToAddresses: []string{"anna@example.com"}},
		EmailTags:   []types.MessageTag{{Name: aws.String("sid"), Value: aws.String(sid)}},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.MessageId), nil
}

func TestAcceptedMessagesStandInTheJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	server := start(t, fakeses.Options{Journal: path})
	id, err := send(t.Context(), server, "sid-1")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := fakeses.ReadJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Fatalf("The journal has %d entries, want 1.", len(entries))
	}
	got := entries[0]
	if got.Sid != "sid-1" || got.To != "anna@example.com" || got.Subject != "Grüße" || got.MessageID != id || len(got.SHA256) != 64 || got.At.IsZero() {
		t.Errorf("entry = %+v", got)
	}
	if string(server.Raw("sid-1")) != welcome {
		t.Errorf("Raw = %q, want the message as it was sent.", server.Raw("sid-1"))
	}
}

func TestARepeatIsAcceptedAgain(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	first, err := send(t.Context(), server, "sid-1")
	if err != nil {
		t.Fatal(err)
	}
	second, err := send(t.Context(), server, "sid-1")
	if err != nil {
		t.Fatal(err)
	}
	if first == second || len(server.Journal()) != 2 {
		t.Errorf("ids %q and %q, %d entries; want two different messages.", first, second, len(server.Journal()))
	}
}

func TestAJournalIsContinuedAfterATornLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	whole := `{"sid":"old","to":"a@example.com","subject":"","messageId":"1","sha256":"","at":"2026-01-01T00:00:00Z"}` + "\n"
	if err := os.WriteFile(path, []byte(whole+`{"sid":"to`), 0o600); err != nil {
		t.Fatal(err)
	}
	server := start(t, fakeses.Options{Journal: path})
	if _, err := send(t.Context(), server, "new"); err != nil {
		t.Fatal(err)
	}
	entries, err := fakeses.ReadJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[0].Sid != "old" || entries[1].Sid != "new" {
		t.Errorf("entries = %+v, want old and new.", entries)
	}
	if len(server.Journal()) != 2 {
		t.Errorf("Journal has %d entries, want those of the file too.", len(server.Journal()))
	}
}

func TestPlansAreUsedUpInOrder(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	server.Plan(
		fakeses.Plan{Mode: fakeses.Throttle, Times: 1, RetryAfter: 2 * time.Second},
		fakeses.Plan{Mode: fakeses.Fail, Times: 1},
		fakeses.Plan{Mode: fakeses.Reject, Times: 1},
	)
	var throttled *types.TooManyRequestsException
	if _, err := send(t.Context(), server, "a"); !errors.As(err, &throttled) {
		t.Errorf("err = %v, want a throttle.", err)
	}
	if _, err := send(t.Context(), server, "b"); err == nil || !strings.Contains(err.Error(), "InternalServiceErrorException") {
		t.Errorf("err = %v, want an internal error.", err)
	}
	var rejected *types.MessageRejected
	if _, err := send(t.Context(), server, "c"); !errors.As(err, &rejected) {
		t.Errorf("err = %v, want a rejection.", err)
	}
	if _, err := send(t.Context(), server, "d"); err != nil {
		t.Errorf("err = %v, want acceptance once the plans are used up.", err)
	}
	if server.Calls() != 4 || len(server.Journal()) != 1 {
		t.Errorf("%d calls, %d accepted; want 4 and 1.", server.Calls(), len(server.Journal()))
	}
}

func TestThrottlingNamesTheDelay(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	server.Plan(fakeses.Plan{Mode: fakeses.Throttle, Times: 1, RetryAfter: 1500 * time.Millisecond})
	status, header, _ := post(t, server.URL()+"/v2/email/outbound-emails", request(welcome))
	if status != http.StatusTooManyRequests || header.Get("Retry-After") != "2" {
		t.Errorf("status %d, Retry-After %q; want 429 and 2.", status, header.Get("Retry-After"))
	}
}

func TestLostAnswersStillMeanAccepted(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	server.Plan(fakeses.Plan{Mode: fakeses.Reset, Times: 1}, fakeses.Plan{Mode: fakeses.Hang, Times: 1})
	if _, err := send(t.Context(), server, "reset"); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("err = %v, want a reset connection.", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := send(ctx, server, "hang"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v, want the deadline.", err)
	}
	if entries := server.Journal(); len(entries) != 2 {
		t.Errorf("%d accepted, want both.", len(entries))
	}
}

func TestMessagesThatSESWouldRefuseAreRefused(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	for name, body := range map[string]string{
		"not JSON":       `{`,
		"no content":     `{"Destination":{"ToAddresses":["a@example.com"]}}`,
		"two recipients": strings.Replace(request(welcome), `["anna@example.com"]`, `["a@example.com","b@example.com"]`, 1),
		"no header":      request("\x00"),
		"no sender":      request("To: a@example.com\r\n\r\nHello."),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, header, answer := post(t, server.URL()+"/v2/email/outbound-emails", body)
			if status != http.StatusBadRequest || header.Get("X-Amzn-ErrorType") != "BadRequestException" {
				t.Errorf("status %d, error %q: %s", status, header.Get("X-Amzn-ErrorType"), answer)
			}
		})
	}
	if len(server.Journal()) != 0 {
		t.Error("A refused message stands in the journal.")
	}
}

func TestATestInAnotherProcessPlansAndReads(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	if status, _, answer := post(t, server.URL()+"/_fake/plans", `[{"mode":"fail","times":1}]`); status != http.StatusNoContent {
		t.Fatalf("status %d: %s", status, answer)
	}
	if status, _, _ := post(t, server.URL()+"/_fake/plans", `[{"mode":"sing","times":1}]`); status != http.StatusBadRequest {
		t.Errorf("status %d for an unknown mode, want 400.", status)
	}
	if _, err := send(t.Context(), server, "a"); err == nil {
		t.Error("The plan was not followed.")
	}
	if _, err := send(t.Context(), server, "a"); err != nil {
		t.Fatal(err)
	}
	var entries []fakeses.Entry
	if err := json.Unmarshal(get(t, server.URL()+"/_fake/journal"), &entries); err != nil || len(entries) != 1 {
		t.Errorf("%d entries, err %v; want 1.", len(entries), err)
	}
	if raw := get(t, server.URL()+"/_fake/raw/a"); string(raw) != welcome {
		t.Errorf("raw = %q, want the message.", raw)
	}
}

func TestTheAccountMaySend(t *testing.T) {
	t.Parallel()
	account, err := client(start(t, fakeses.Options{})).GetAccount(t.Context(), &sesv2.GetAccountInput{})
	if err != nil {
		t.Fatal(err)
	}
	if !account.SendingEnabled || account.SendQuota.MaxSendRate <= 0 {
		t.Errorf("account = %+v", account)
	}
}

func request(raw string) string {
	return `{"Content":{"Raw":{"Data":"` + base64.StdEncoding.EncodeToString([]byte(raw)) + `"}},"Destination":{"ToAddresses":["anna@example.com"]}}`
}

func post(t *testing.T, url, body string) (int, http.Header, string) {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, string(answer)
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body := new(bytes.Buffer)
	if _, err := body.ReadFrom(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: status %d, err %v", url, response.StatusCode, err)
	}
	return body.Bytes()
}
