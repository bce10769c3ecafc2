package metrics

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Provider returns a provider whose calls are measured.
func (m *Metrics) Provider(p messaging.Provider) messaging.Provider {
	if m == nil {
		return p
	}
	return measuredProvider{Provider: p, metrics: m}
}

type measuredProvider struct {
	messaging.Provider
	metrics *Metrics
}

// Unwrap lets messaging find what else the provider can do.
func (p measuredProvider) Unwrap() messaging.Provider { return p.Provider }

// Send implements messaging.Provider.
func (p measuredProvider) Send(ctx context.Context, out messaging.Outgoing) (string, error) {
	began := time.Now()
	id, err := p.Provider.Send(ctx, out)
	p.metrics.Call(p.Name(), err, time.Since(began))
	return id, err
}

// SMSProvider returns a provider whose calls are measured; nil if there is none.
func (m *Metrics) SMSProvider(p messaging.SMSProvider) messaging.SMSProvider {
	if m == nil || p == nil {
		return p
	}
	return measuredSMSProvider{SMSProvider: p, metrics: m}
}

type measuredSMSProvider struct {
	messaging.SMSProvider
	metrics *Metrics
}

// SendSMS implements messaging.SMSProvider.
func (p measuredSMSProvider) SendSMS(ctx context.Context, out messaging.OutgoingSMS) (string, error) {
	began := time.Now()
	id, err := p.SMSProvider.SendSMS(ctx, out)
	p.metrics.Call(p.Name(), err, time.Since(began))
	return id, err
}

// Call observes a call that handed a message to a provider.
func (m *Metrics) Call(provider string, err error, took time.Duration) {
	if m != nil {
		m.calls.WithLabelValues(provider, outcome(err)).Observe(took.Seconds())
	}
}

func outcome(err error) string {
	refused, ok := messaging.AsRefused(err)
	switch {
	case err == nil:
		return "accepted"
	case !ok:
		return "lost"
	case refused.Permanent:
		return "rejected"
	}
	return "refused"
}

// Ledger returns a store that counts how messages move. tx is the store's.
func (m *Metrics) Ledger(s messaging.Store, tx domain.Tx) messaging.Store {
	if m == nil {
		return s
	}
	return measuredLedger{Store: s, metrics: m, tx: tx}
}

type measuredLedger struct {
	messaging.Store
	metrics *Metrics
	tx      domain.Tx
}

// count counts what a transaction has done, once it is committed.
func (l measuredLedger) count(ctx context.Context, state messaging.State, n int) {
	l.tx.AfterCommit(ctx, func(context.Context) {
		l.metrics.transitions.WithLabelValues(string(state)).Add(float64(n))
	})
}

// InsertMessage implements messaging.Ledger.
func (l measuredLedger) InsertMessage(ctx context.Context, org domain.OrgID, n messaging.NewMessage) (messaging.Message, error) {
	message, err := l.Store.InsertMessage(ctx, org, n)
	if err == nil && message.Sid == n.Sid { // not one that was there
		l.count(ctx, messaging.StateReady, 1)
	}
	return message, err
}

// Claim implements messaging.Ledger.
func (l measuredLedger) Claim(ctx context.Context, org domain.OrgID, c messaging.Claim) (bool, error) {
	claimed, err := l.Store.Claim(ctx, org, c)
	if err == nil && claimed {
		l.count(ctx, messaging.StateCalling, 1)
	}
	return claimed, err
}

// Settle implements messaging.Ledger.
func (l measuredLedger) Settle(ctx context.Context, org domain.OrgID, s messaging.Settlement) (bool, error) {
	settled, err := l.Store.Settle(ctx, org, s)
	if err == nil && settled {
		l.count(ctx, s.State, 1)
	}
	return settled, err
}

// SweepCalling implements messaging.Ledger.
func (l measuredLedger) SweepCalling(ctx context.Context, reason domain.Kept) (int, error) {
	n, err := l.Store.SweepCalling(ctx, reason)
	if err == nil && n > 0 {
		l.count(ctx, messaging.StateUnknown, n)
	}
	return n, err
}

// KeepReports implements messaging.Reports.
func (l measuredLedger) KeepReports(ctx context.Context, org domain.OrgID, reports []messaging.Report) ([]bool, error) {
	fresh, err := l.Store.KeepReports(ctx, org, reports)
	for i, isFresh := range fresh {
		if isFresh && err == nil {
			lag := max(0, time.Since(reports[i].At))
			l.metrics.reports.WithLabelValues(reports[i].Provider, string(reports[i].Kind)).Observe(lag.Seconds())
		}
	}
	return fresh, err
}
