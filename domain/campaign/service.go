// Package campaign knows campaigns and the journeys of contacts through them: the flow that a
// marketer draws, its published versions, and the engine that decides what happens next.
package campaign

import (
	"log/slog"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Store is what this context needs of a database.
type Store interface {
	Campaigns
	Versions
	Journeys
	Waits
	Refusals
	WhyNotes
	Calls
	WebhookSecrets
}

// Deps are what a Service works with.
type Deps struct {
	Tx        domain.Tx
	Store     Store
	Workflows Workflows
	CRM       *crm.Service
	Messaging *messaging.Service
	Users     Users
	Web       Web // makes the calls of webhooks
	// SigningKey is the installation's; the secrets that sign webhooks follow from it.
	SigningKey []byte
	Log        *slog.Logger
}

// Service holds the use cases of campaigns and journeys.
type Service struct {
	Deps
	flows    *flowCache
	poke     chan struct{} // wakes the starter of this process
	appended chan appended // events for the router of this process
	// reconciled is when the reconciler of this process began its last complete round.
	reconciled time.Time
}

// New returns a Service.
func New(deps Deps) *Service {
	return &Service{Deps: deps, flows: newFlowCache(), poke: make(chan struct{}, 1), appended: make(chan appended, routeQueue)}
}
