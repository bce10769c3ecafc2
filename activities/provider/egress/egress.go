// Package egress makes the calls to addresses that people typed in. Whoever types one must not reach
// the machines beside ours, so what counts is the IP that is dialled, not the name that led to it.
package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Limits of a call that names none of its own.
const (
	DefaultTimeout = 10 * time.Second // from the look-up of the name to the last byte
	DefaultMaxBody = 5 << 20          // bytes
	connectTimeout = 5 * time.Second
	maxHeaderBytes = 64 << 10
	maxRedirects   = 3
)

// Options make a client.
type Options struct {
	Allow    []Allowed      // exceptions from the rule that only public addresses are reached
	Resolver *net.Resolver  // nil: the machine's
	RootCAs  *x509.CertPool // nil: the machine's
}

// Client calls addresses that people typed in. It knows no proxy and keeps no cookies, and is safe
// for use by many goroutines.
type Client struct {
	guard     guard
	transport *http.Transport
}

// Request is one call.
type Request struct {
	Method  string // "": GET
	URL     string
	Header  http.Header // dropped on the way to another host, except for those in forwarded
	Body    []byte
	Timeout time.Duration // 0: DefaultTimeout
	MaxBody int64         // bytes of the answer that are read; 0: DefaultMaxBody
}

// Response is what came back, whatever its status.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    bool // the answer was longer than MaxBody, and the rest was not read
}

// New makes a client.
func New(o Options) *Client {
	c := &Client{guard: guard{allow: o.Allow}}
	dialer := &net.Dialer{Timeout: connectTimeout, Resolver: o.Resolver, Control: c.guard.control}
	c.transport = &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    connectTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // limits count what is on the wire
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        30 * time.Second,
	}
	return c
}

// Do makes the call and follows up to three redirects, none of which may lead from https to http.
// A redirect that would turn the call into a GET is not followed: it is the response. The error, an
// *Error, is a sentence that tells nothing of what the target said.
func (c *Client) Do(ctx context.Context, r Request) (Response, error) {
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := c.request(ctx, r)
	if err != nil {
		return Response{}, err
	}
	client := &http.Client{Transport: c.transport, CheckRedirect: c.redirect}
	answer, err := client.Do(request)
	if err != nil {
		return Response{}, explain(err)
	}
	defer answer.Body.Close() // closes the connection when there is more to come
	limit := r.MaxBody
	if limit <= 0 {
		limit = DefaultMaxBody
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return Response{}, explain(err)
	}
	cut := int64(len(body)) > limit
	if cut {
		body = body[:limit]
	}
	return Response{Status: answer.StatusCode, Header: answer.Header, Body: body, Cut: cut}, nil
}

// Get returns the body at an address: at most limit bytes, 0 for DefaultMaxBody. A longer answer
// and every status but 200 are errors.
func (c *Client) Get(ctx context.Context, address string, limit int64) ([]byte, error) {
	answer, err := c.Do(ctx, Request{URL: address, MaxBody: limit})
	switch {
	case err != nil:
		return nil, err
	case answer.Status != http.StatusOK:
		return nil, &Error{Kind: KindAnswer, Message: domain.Keep("The address answered with status %d instead of 200.", answer.Status)}
	case answer.Cut:
		return nil, &Error{Kind: KindAnswer, Message: domain.Keep("The address answered with more than is read.")}
	}
	return answer.Body, nil
}

// Close drops the connections that are kept open.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	if len(r.Body) > 0 {
		body = bytes.NewReader(r.Body)
	}
	request, err := http.NewRequestWithContext(ctx, method, r.URL, body)
	if err != nil {
		return nil, refuse(domain.Keep("This is no web address. It begins with https:// and names a host."))
	}
	if err := c.guard.check(request.URL); err != nil {
		return nil, err
	}
	for name, values := range r.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	return request, nil
}

// forwarded are the headers that follow a redirect to another host; any other may be a secret of
// the first one.
var forwarded = []string{"Accept", "Content-Type", "Idempotency-Key", "Mauntic-Signature", "User-Agent"}

// redirect judges where a response sends us next.
func (c *Client) redirect(next *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	if next.Method != first.Method {
		return http.ErrUseLastResponse
	}
	if len(via) > maxRedirects {
		return refuse(domain.Keep("The address leads from one redirect to the next."))
	}
	if last.URL.Scheme == "https" && next.URL.Scheme != "https" {
		return refuse(domain.Keep("The address redirects from https to an address that is not encrypted."))
	}
	if err := c.guard.check(next.URL); err != nil {
		return err
	}
	next.Header.Del("Referer")
	if left(next, via) {
		maps.DeleteFunc(next.Header, func(name string, _ []string) bool { return !slices.Contains(forwarded, name) })
	}
	return nil
}

// left says whether the calls have ever left the first host: it must not get its secrets back at a
// path that another host chose.
func left(next *http.Request, via []*http.Request) bool {
	for _, call := range append([]*http.Request{next}, via...) {
		if call.URL.Scheme != via[0].URL.Scheme || call.URL.Host != via[0].URL.Host {
			return true
		}
	}
	return false
}

// explain turns what the transport says into a sentence.
func explain(err error) error {
	var (
		ours    *Error
		lookup  *net.DNSError
		network *net.OpError
		badCert *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &lookup) && !lookup.Timeout():
		return &Error{Kind: KindUnreachable, Message: domain.Keep("The host of the address can't be found."), cause: err}
	case errors.As(err, &badCert):
		return &Error{Kind: KindUnreachable, Message: domain.Keep("The certificate of the host is not valid."), cause: err}
	case errors.Is(err, http.ErrSchemeMismatch):
		return &Error{Kind: KindUnreachable, Message: domain.Keep("The host does not speak https at this address."), cause: err}
	case errors.As(err, &network) && network.Op == "dial":
		return &Error{Kind: KindUnreachable, Message: domain.Keep("The host can't be reached."), cause: err}
	case timedOut(err):
		return &Error{Kind: KindBroken, Message: domain.Keep("The host did not answer in time."), cause: err}
	}
	return &Error{Kind: KindBroken, Message: domain.Keep("The connection to the host broke."), cause: err}
}

func timedOut(err error) bool {
	var waited net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &waited) && waited.Timeout()
}
