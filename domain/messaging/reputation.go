package messaging

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Scope is what a reputation belongs to.
type Scope string

// The scopes.
const (
	ScopeCampaign Scope = "campaign"
	ScopeDomain   Scope = "domain"
)

// Subject is a campaign or a sender domain of an organization.
type Subject struct {
	Scope   Scope
	Subject string // the campaign's id, or the domain
}

// Faults counts what came back.
type Faults struct {
	Bounces       int // hard ones
	Complaints    int
	SenderFaults  int
	MessageFaults int
}

func (f *Faults) add(more Faults) {
	f.Bounces += more.Bounces
	f.Complaints += more.Complaints
	f.SenderFaults += more.SenderFaults
	f.MessageFaults += more.MessageFaults
}

// MinuteOf is a minute of a subject.
type MinuteOf struct {
	Subject
	Minute time.Time
}

// Reputation keeps by the minute what was sent and what came back.
type Reputation interface {
	// CountFaults adds to the faults of minutes.
	CountFaults(ctx context.Context, org domain.OrgID, faults map[MinuteOf]*Faults) error
	// CountSent adds what was sent since the last count to the minutes. When another process
	// counts just now, it does nothing.
	CountSent(ctx context.Context) error
	// WithFaults returns the subjects, of all organizations, with faults within a time.
	WithFaults(ctx context.Context, within time.Duration) ([]Watched, error)
	// Minutes returns the minutes of a subject, newest first: those within a time, and since a
	// stop of it was lifted.
	Minutes(ctx context.Context, org domain.OrgID, subject Subject, within time.Duration) ([]Minute, error)
}
