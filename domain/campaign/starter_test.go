package campaign_test

import (
	"context"
	"errors"
	"testing"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// awayOnce is a workflow system that can start nothing until its second round.
type awayOnce struct {
	noWorkflows

	back bool
}

func (w *awayOnce) Start(ctx context.Context, j campaign.Journey) (string, error) {
	if !w.back {
		return "", errors.New("the namespace is not ready")
	}
	return w.noWorkflows.Start(ctx, j)
}

// A round that failed once kept its journeys until the end of their lease, a minute later.
func TestJourneysThatCouldNotBeStartedAreTriedInTheNextRound(t *testing.T) {
	t.Parallel()
	workflows := &awayOnce{}
	w := world.New(t, workflows)
	address := "anna@example.com"
	contact := w.Contact(t, crm.ContactInput{Email: &address})
	c := w.Publish(t, "Welcome", `{"root": [{"id": "out", "kind": "exit"}]}`)
	entered := w.Enter(t, c.ID, contact.ID)[0]
	if _, err := w.Campaign.StartSome(t.Context()); err == nil {
		t.Fatal("a round in which nothing could be started must say so")
	}
	workflows.back = true
	if _, err := w.Campaign.StartSome(t.Context()); err != nil {
		t.Fatal(err)
	}
	journey, err := w.Campaign.Journey(w.Ctx(), w.Org, entered.ID)
	if err != nil || journey.State != campaign.JourneyOpen {
		t.Errorf("the journey is %s (%v), want it open", journey.State, err)
	}
}
