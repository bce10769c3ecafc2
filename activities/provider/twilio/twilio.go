// Package twilio sends SMS through Twilio, and understands what Twilio reports and brings.
package twilio

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Config says which account of Twilio to use.
type Config struct {
	AccountSID       string
	AuthToken        string
	MessagingService string // its SID; "": send from From
	From             string // a number in E.164 or a name; "": the messaging service chooses
	BaseURL          string // of an emulator; "": Twilio's
	StatusURL        string // where Twilio reports; the token of the message is added
}

// Provider sends through Twilio.
type Provider struct {
	config Config
	base   *url.URL // nil: Twilio's
	http   *http.Transport
}

var (
	_ messaging.SMSProvider = (*Provider)(nil)
	_ messaging.SMSAsker    = (*Provider)(nil)
)

// New makes the provider. It does not call Twilio.
func New(c Config) (*Provider, error) {
	switch {
	case c.AccountSID == "" || c.AuthToken == "":
		return nil, errors.New("the account's SID and its auth token are needed")
	case c.MessagingService == "" && c.From == "":
		return nil, errors.New("a messaging service or a sender's number is needed")
	}
	p := &Provider{config: c, http: http.DefaultTransport.(*http.Transport).Clone()} //nolint:forcetypeassert // the standard library's
	p.http.ResponseHeaderTimeout = messaging.CallTime
	if c.BaseURL != "" {
		base, err := url.Parse(c.BaseURL)
		if err != nil || base.Host == "" {
			return nil, errors.New("the base URL must look like http://127.0.0.1:8026")
		}
		p.base = base
	}
	return p, nil
}

// Name implements messaging.SMSProvider.
func (p *Provider) Name() string { return "twilio" }

// SendSMS implements messaging.SMSProvider.
func (p *Provider) SendSMS(ctx context.Context, m messaging.OutgoingSMS) (string, error) {
	params := &openapi.CreateMessageParams{}
	params.SetTo(m.To).SetBody(m.Text)
	if p.config.StatusURL != "" {
		params.SetStatusCallback(p.config.StatusURL + "?" + tokenParam + "=" + m.Token)
	}
	if p.config.MessagingService != "" {
		params.SetMessagingServiceSid(p.config.MessagingService)
	}
	if p.config.From != "" {
		params.SetFrom(p.config.From)
	}
	if m.ValidFor > 0 {
		const longest = 36_000 // seconds
		params.SetValidityPeriod(int(min(max(math.Ceil(m.ValidFor.Seconds()), 1), longest)))
	}
	call := p.call(ctx)
	sent, err := call.api().CreateMessage(params)
	if err != nil {
		return "", call.classify(err)
	}
	if sent.Sid == nil || *sent.Sid == "" {
		return "", errors.New("call Twilio: the answer has no SID")
	}
	return *sent.Sid, nil
}

// call is one call of Twilio. The library knows no contexts, so each call has a client of its own
// that carries it.
type call struct {
	*Provider
	ctx     context.Context //nolint:containedctx // lives as long as one call
	written atomic.Bool     // whether Twilio may have seen anything of the request
	status  int             // of the answer; 0: none
	after   time.Duration   // that Twilio asks us to wait
}

func (p *Provider) call(ctx context.Context) *call { return &call{Provider: p, ctx: ctx} }

func (c *call) api() *openapi.ApiService {
	account := &client.Client{
		Credentials: client.NewCredentials(c.config.AccountSID, c.config.AuthToken),
		HTTPClient:  &http.Client{Transport: c, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	account.SetAccountSid(c.config.AccountSID)
	return openapi.NewApiService(&client.RequestHandler{Client: account})
}

// RoundTrip implements http.RoundTripper: it aims the request at the base URL and watches the call.
func (c *call) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(httptrace.WithClientTrace(c.ctx, &httptrace.ClientTrace{
		WroteHeaderField: func(string, []string) { c.written.Store(true) },
	}))
	if c.base != nil {
		r.URL.Scheme, r.URL.Host, r.Host = c.base.Scheme, c.base.Host, c.base.Host
		r.URL.Path = strings.TrimRight(c.base.Path, "/") + r.URL.Path
	}
	answer, err := c.http.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	c.status = answer.StatusCode
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		c.after = min(time.Duration(seconds)*time.Second, laneWait)
	}
	return answer, nil
}

// classify sorts errors into definite refusals and the rest, whose outcome nobody knows.
func (c *call) classify(err error) error {
	if !c.written.Load() {
		return &messaging.Refused{Reason: domain.Keep("Twilio can't be reached."), Detail: err.Error()}
	}
	told, readable := errors.AsType[*client.TwilioRestError](err)
	switch {
	case c.status == http.StatusTooManyRequests:
		return &messaging.Refused{Reason: domain.Keep("Twilio asks us to send more slowly."), RetryAfter: max(c.after, time.Second)}
	case c.status == http.StatusServiceUnavailable && readable && told.Code != 0:
		return &messaging.Refused{Reason: domain.Keep("Twilio is not available."), RetryAfter: max(c.after, retryWait), Detail: told.Message}
	case c.status < http.StatusBadRequest || c.status >= http.StatusInternalServerError:
		return fmt.Errorf("call Twilio: %w", err)
	case readable && codes[told.Code] != (code{}):
		return refusal(told.Code, told.Message)
	case c.status == http.StatusUnauthorized || c.status == http.StatusForbidden:
		return &messaging.Refused{Reason: domain.Keep("Twilio does not let this account send."), RetryAfter: laneWait, Detail: err.Error()}
	case readable:
		return refusal(told.Code, told.Message)
	}
	return &messaging.Refused{Permanent: true, Reason: domain.Keep("Twilio refused the SMS."), Detail: "Status " + strconv.Itoa(c.status) + "."}
}
