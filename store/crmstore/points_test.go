package crmstore_test

import (
	"math"
	"reflect"
	"sync"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestPointsOfAnotherOrganizationAreNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	other, ctx := b.stranger()
	_, err := b.ChangePoints(ctx, other, contact.ID, crm.PointsChange{Points: 5})
	if domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestPointsAreAddedTakenAndSetWithinTheirLimits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	for _, step := range []struct {
		change crm.PointsChange
		want   int
	}{
		{crm.PointsChange{Points: 5}, 5},
		{crm.PointsChange{Points: -8}, -3},
		{crm.PointsChange{Set: true, Points: 40}, 40},
		{crm.PointsChange{Set: true, Points: 40}, 40},
		{crm.PointsChange{Points: math.MaxInt32}, math.MaxInt32},
		{crm.PointsChange{Set: true, Points: math.MinInt32}, math.MinInt32},
		{crm.PointsChange{Points: -1}, math.MinInt32},
	} {
		changed, err := b.ChangePoints(b.ctx, b.org, contact.ID, step.change)
		b.must(err)
		read, err := b.Contact(b.ctx, b.org, contact.ID)
		b.must(err)
		if changed.After != step.want || read.Points != step.want {
			t.Errorf("%+v leads to %d (read: %d), want %d", step.change, changed.After, read.Points, step.want)
		}
	}
	timeline, err := b.Timeline(b.ctx, b.org, contact.ID, 0, 10)
	b.must(err)
	if len(timeline) != 6 { // one about the contact, one for each change that changed something
		t.Errorf("got %d events, want 6", len(timeline))
	}
	if want := (map[string]any{"before": 0.0, "after": 5.0}); !reflect.DeepEqual(timeline[4].Data, want) || timeline[4].Type != crm.EventPointsChanged {
		t.Errorf("the first change is told as %s %v, want %v", timeline[4].Type, timeline[4].Data, want)
	}
	_, err = b.ChangePoints(b.ctx, b.org, contact.ID, crm.PointsChange{Points: 1 << 40})
	b.refused(err, domain.KindInvalid, "points")
}

func TestChangesOfPointsAtOnceAreAllKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := b.ChangePoints(b.ctx, b.org, contact.ID, crm.PointsChange{Points: 3}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	read, err := b.Contact(b.ctx, b.org, contact.ID)
	b.must(err)
	if read.Points != 60 {
		t.Errorf("got %d points, want 60", read.Points)
	}
}
