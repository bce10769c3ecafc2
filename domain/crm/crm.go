// Package crm knows people: who they are, how they may be reached, and everything they did.
package crm

import (
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Store is what the use cases need from the database.
type Store interface {
	Contacts
	Suggestions
	Phones
	Points
	FieldDefinitions
	FieldUsers
	Tags
	TagAdmin
	Segments
	Views
	SearchValues
	Notes
	Attachments
	Consents
	Timelines
	Colleagues
	DoNotContacts
	Events
	EventCounts
	Works
	LatestEvents
	Imports
	Jobs
	Bulks
	Trash
	Uniques
	Exports
	Samples
}

// Deps is what a Service is made of.
type Deps struct {
	Store    Store
	Tx       domain.Tx
	Clock    func() time.Time // time.Now when nil
	Listener EventListener    // nobody when nil; see Listen
	Starter  ImportStarter    // imports can't be started when nil
	Files    AttachmentQuota  // how much may be attached to contacts
	Jobs     JobStarter       // work on many contacts can't be started when nil
}

// Service holds the use cases of contacts. Its methods may be called at the same time.
type Service struct {
	store    Store
	tx       domain.Tx
	clock    func() time.Time
	listener EventListener
	starter  ImportStarter
	quota    AttachmentQuota
	uses     []FieldUses
	recent   recentFields
	jobs     JobStarter
}

// New makes the service.
func New(d Deps) *Service {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	return &Service{store: d.Store, tx: d.Tx, clock: d.Clock, listener: d.Listener, starter: d.Starter, jobs: d.Jobs, quota: d.Files}
}

// Listen sets who hears of new events. Call it while wiring, before the first use case.
func (s *Service) Listen(l EventListener) { s.listener = l }

// now is the service's time, in UTC and as exact as the database keeps it.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }
