// Package campaign knows campaigns and the journeys of contacts through them: the flow that a
// marketer draws, its published versions, and the engine that decides what happens next.
package campaign

import (
	"log/slog"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Store is what this context needs of a database.
type Store interface {
	Campaigns
	Versions
	Journeys
	Waits
}

// Deps are what a Service works with.
type Deps struct {
	Tx        domain.Tx
	Store     Store
	Workflows Workflows
	Identity  *identity.Service
	CRM       *crm.Service
	Messaging *messaging.Service
	Log       *slog.Logger
}

// Service holds the use cases of campaigns and journeys.
type Service struct {
	Deps
	flows *flowCache
	poke  chan struct{} // wakes the starter of this process
	// caughtUp is the reconciler's: it has looked at all events that were missed before.
	caughtUp bool
}

// New returns a Service.
func New(deps Deps) *Service {
	return &Service{Deps: deps, flows: newFlowCache(), poke: make(chan struct{}, 1)}
}
