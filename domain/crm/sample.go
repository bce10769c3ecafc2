package crm

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Samples is the port for sample data.
type Samples interface {
	// DeleteSamples removes the sample contacts, what they alone carry or are in, and the sample
	// fields that nobody has a value for.
	DeleteSamples(ctx context.Context, org domain.OrgID) error
	// PrepareSamples makes the tags, segments and fields of the sample contacts unless they exist.
	PrepareSamples(ctx context.Context, org domain.OrgID) (SampleNouns, error)
	// AddSamples stores those of the contacts whose email address nobody has, and returns how many
	// that were.
	AddSamples(ctx context.Context, org domain.OrgID, nouns SampleNouns, people []SamplePerson) (int, error)
	// SettleSamples makes what was added in bulk as fast to read as the rest.
	SettleSamples(ctx context.Context) error
}

// DeleteSamples removes the contacts that the demo has loaded, with all that is known of them.
func (s *Service) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.DeleteSamples(ctx, org)
}

// MaxSamples is how many sample contacts can be made.
const MaxSamples = 10_000_000

const (
	sampleBatch   = 5000
	sampleWriters = 2 // more would only wait for the disk
)

// SampleOrder asks for sample contacts.
type SampleOrder struct {
	Contacts int    // how many there shall be: 1 to MaxSamples
	Seed     uint64 // the same seed makes the same people
	// Progress hears how many of the wanted contacts are there; nil: nobody does. It is called from
	// one goroutine at a time.
	Progress func(there int)
}

// AddSamples makes believable contacts with tags, segments, fields and a past of two years, until
// there are as many as ordered, and returns how many it added: asked again, it adds what is missing.
// Their addresses and numbers belong to nobody. It works in batches; what is done when it fails stays.
func (s *Service) AddSamples(ctx context.Context, org domain.OrgID, order SampleOrder) (added int, err error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return 0, err
	}
	if order.Contacts < 1 || order.Contacts > MaxSamples {
		return 0, domain.Invalid("contacts", "Ask for 1 to %s sample contacts.", domain.Number(MaxSamples))
	}
	nouns, err := s.store.PrepareSamples(ctx, org)
	if err != nil {
		return 0, err
	}
	if added, err = s.addSamples(ctx, org, nouns, order); err != nil {
		return added, err
	}
	if added > 0 {
		err = s.store.SettleSamples(ctx)
	}
	return added, err
}

// addSamples lets a few writers take one batch after the other.
func (s *Service) addSamples(ctx context.Context, org domain.OrgID, nouns SampleNouns, order SampleOrder) (added int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	crowd := newCrowd(order, s.now())
	var (
		state       sync.Mutex
		next, there int
		writers     sync.WaitGroup
	)
	take := func() (from, to int) {
		state.Lock()
		defer state.Unlock()
		from = next
		next = min(next+sampleBatch, order.Contacts)
		return from, next
	}
	report := func(done, made int) {
		state.Lock()
		defer state.Unlock()
		there, added = there+done, added+made
		if order.Progress != nil {
			order.Progress(there)
		}
	}
	for range sampleWriters {
		writers.Go(func() {
			for from, to := take(); from < to && ctx.Err() == nil; from, to = take() {
				stored, err := s.addSampleBatch(ctx, org, nouns, crowd.people(from, to), from/sampleBatch)
				if err != nil {
					cancel(fmt.Errorf("add sample contacts: %w", err))
					return
				}
				report(to-from, stored)
			}
		})
	}
	writers.Wait()
	return added, context.Cause(ctx)
}

// addSampleBatch stores a batch with so many before it.
func (s *Service) addSampleBatch(ctx context.Context, org domain.OrgID, nouns SampleNouns, people []SamplePerson, before int) (int, error) {
	if doubles(before) {
		if err := s.store.ContactsGrew(ctx); err != nil {
			return 0, err
		}
	}
	return s.store.AddSamples(ctx, org, nouns, people)
}

// SampleNouns are the ids of what sample contacts carry and belong to.
type SampleNouns struct {
	Tags     []int64 // in the order of SampleTags
	Segments []int64 // in the order of SampleSegments
}

// SamplePerson is a sample contact with its past.
type SamplePerson struct {
	Contact  Contact
	Tags     []int // places in SampleTags
	Segments []int // places in SampleSegments
	Events   []Event
}

// crowd makes people. The same order makes the same ones.
type crowd struct {
	seed uint64
	size int
	now  time.Time
}

func newCrowd(order SampleOrder, now time.Time) crowd {
	return crowd{seed: order.Seed, size: order.Contacts, now: now}
}

func (c crowd) people(from, to int) []SamplePerson {
	people := make([]SamplePerson, 0, to-from)
	for i := from; i < to; i++ {
		people = append(people, c.person(i))
	}
	return people
}
