// Package webhook makes the calls of webhooks, through the guarded client.
package webhook

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/mauntic/mauntic/activities/provider/egress"
	"github.com/mauntic/mauntic/domain/campaign"
)

// Caller implements campaign.Web.
type Caller struct{ client *egress.Client }

var _ campaign.Web = (*Caller)(nil)

// New makes a caller.
func New(client *egress.Client) *Caller { return &Caller{client: client} }

// Call implements campaign.Web.
func (c *Caller) Call(ctx context.Context, r campaign.WebRequest) (campaign.WebAnswer, error) {
	header := http.Header{}
	for name, value := range r.Header {
		header.Set(name, value)
	}
	answer, err := c.client.Do(ctx, egress.Request{
		Method: r.Method, URL: r.URL, Header: header, Body: r.Body, Timeout: r.Timeout, MaxBody: r.MaxBody,
	})
	var failure *egress.Error
	switch {
	case errors.As(err, &failure):
		return campaign.WebAnswer{}, &campaign.WebError{Final: failure.Kind == egress.KindRefused, Reason: failure.Message}
	case err != nil:
		return campaign.WebAnswer{}, err
	}
	return campaign.WebAnswer{
		Status: answer.Status, ContentType: answer.Header.Get("Content-Type"), RetryAfter: retryAfter(answer.Header, time.Now()),
		Body: answer.Body, Cut: answer.Cut,
	}, nil
}

// retryAfter reads the header Retry-After, which holds seconds or a date (RFC 9110, 10.2.3).
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}
