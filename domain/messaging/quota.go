package messaging

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Quota is what a provider lets its account send.
type Quota struct {
	Provider  string      // as people call it: Amazon SES
	PerSecond float64     // 0: not limited
	PerDay    float64     // in any 24 hours; 0: not limited
	Sent      float64     // in the last 24 hours
	Stopped   domain.Kept // a sentence when the account may send nothing at all; "" when it may
	Trial     bool        // only to addresses that were proved to be ours
}

// Limited is a Provider whose account has a quota.
type Limited interface {
	Quota(ctx context.Context) (Quota, error)
}

// Throttle limits how many sends of a channel begin in a second, over all workers there are.
type Throttle interface {
	// SetRate replaces the limit; 0 removes it.
	SetRate(ctx context.Context, channel Channel, perSecond float64) error
}

// Pacer keeps the sends within what the provider and the operator allow. It is also the Gate that
// puts messages off while the provider takes none.
type Pacer struct {
	service  *Service
	throttle Throttle
	limits   map[Channel]float64
	set      map[Channel]float64 // limits that this process has set
	quota    atomic.Pointer[knownQuota]
}

type knownQuota struct {
	Quota
	read time.Time
}

const (
	// share of the provider's rate that we use: its clock and ours do not agree to the millisecond,
	// and tests are sent besides.
	share = 0.9
	// quotaLife is how long a quota is believed. It is asked for every minute.
	quotaLife = 5 * time.Minute
	// quotaPause is how long a message is put off that the quota leaves no room for. The 24 hours
	// slide, so room comes bit by bit.
	quotaPause = 10 * time.Minute
)

// NewPacer makes a pacer. limits are the operator's, in sends a second; a channel that is missing,
// or 0, is limited by its provider only.
func (s *Service) NewPacer(throttle Throttle, limits map[Channel]float64) *Pacer {
	return &Pacer{service: s, throttle: throttle, limits: limits, set: map[Channel]float64{}}
}

// Refresh asks the provider for its quota and sets the rates of all channels. It is called now and
// then by every process with workers: all of them set the same.
func (p *Pacer) Refresh(ctx context.Context) error {
	var failed error
	if limited, ok := Ability[Limited](p.service.provider); ok {
		quota, err := limited.Quota(ctx)
		if err != nil {
			failed = fmt.Errorf("ask for the quota: %w", err)
		} else {
			p.quota.Store(&knownQuota{quota, p.service.now()})
		}
	}
	for channel, limit := range p.limits {
		failed = errors.Join(failed, p.setRate(ctx, channel, limit))
	}
	return failed
}

func (p *Pacer) setRate(ctx context.Context, channel Channel, limit float64) error {
	if known := p.quota.Load(); channel == ChannelEmail && known != nil && known.PerSecond > 0 {
		limit = lower(limit, share*known.PerSecond)
	}
	if before, done := p.set[channel]; done && before == limit {
		return nil
	}
	if err := p.throttle.SetRate(ctx, channel, limit); err != nil {
		return fmt.Errorf("set rate of %s: %w", channel, err)
	}
	p.set[channel] = limit
	return nil
}

// lower is the lower of two limits, of which 0 is none.
func lower(a, b float64) float64 {
	if a == 0 {
		return b
	}
	return math.Min(a, b)
}

// Judge implements Gate.
func (p *Pacer) Judge(ctx context.Context, org domain.OrgID, m Message, contact crm.Contact) (Verdict, error) {
	now := p.service.now()
	known := p.quota.Load()
	if m.Channel != ChannelEmail || known == nil || now.Sub(known.read) > quotaLife {
		return Verdict{}, nil
	}
	reason := known.reason()
	if reason == nil {
		return Verdict{}, nil
	}
	zone, err := p.service.zone(ctx, org, contact)
	if err != nil {
		return Verdict{}, err
	}
	until := now.Add(quotaPause + jitter(m.Sid, quotaPause))
	return Verdict{Hold: true, Until: until, Reason: domain.Keep("Held until %s: %s", clockAt(until, now, zone), reason)}, nil
}

// reason says why the account may send nothing now; nil when it may.
func (q Quota) reason() *domain.Phrase {
	switch {
	case q.Stopped != "":
		return q.Stopped.Phrase()
	case q.PerDay > 0 && q.Sent >= q.PerDay:
		return domain.Say("%s takes %s emails in 24 hours from this account, and they are used up.", q.Provider, domain.Number(int(q.PerDay)))
	}
	return nil
}

// String tells operators about the quota.
func (q Quota) String() string {
	switch {
	case q.Stopped != "":
		return q.Stopped.English()
	case q.PerDay == 0:
		return q.Provider + " sets no limit to this account."
	}
	text := fmt.Sprintf("%s takes %s emails in 24 hours from this account, of which %s are used, and %s a second.",
		q.Provider, domain.Number(int(q.PerDay)), domain.Number(int(q.Sent)), strconv.FormatFloat(q.PerSecond, 'f', -1, 64))
	if q.Trial {
		text += " The account is in the sandbox: mail goes only to addresses that are verified there."
	}
	return text
}
