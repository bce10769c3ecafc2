package campaign

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Refusal is the last entry of a contact that a campaign did not take.
type Refusal struct {
	Campaign ID
	Contact  crm.ContactID
	Why      RefusedBecause
	Source   string      // of the entry: manual, api, …
	Reason   domain.Kept // of the entry: who asked for it
	Times    int
	At       time.Time
}

// RefusedBecause says what kept a contact out.
type RefusedBecause string

// What keeps contacts out. A campaign that is not active takes nobody: then it is its state.
const (
	BeenBefore  RefusedBecause = "been_before" // the rule is never, and there was a journey
	StillInside RefusedBecause = "inside"      // a journey is under way
)

// Refusals is the port for entries that were not taken.
type Refusals interface {
	// NoteRefused keeps that the campaign did not take the contacts that an entry names.
	NoteRefused(ctx context.Context, org domain.OrgID, id ID, entry Entry, why RefusedBecause) error
	// Refusals returns those of one contact, newest first.
	Refusals(ctx context.Context, org domain.OrgID, contact crm.ContactID) ([]Refusal, error)
}
