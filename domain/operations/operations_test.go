package operations_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store/operationsstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// calm is a Temporal in which nothing waits.
type calm struct{ err error }

func (c calm) Version(context.Context) (string, error)            { return "1.2.3", c.err }
func (c calm) Queues(context.Context) ([]operations.Queue, error) { return nil, nil }

// noWorkflows is a system in which no workflow runs.
type noWorkflows struct{}

func (noWorkflows) Start(context.Context, campaign.Journey) (string, error) { return "run", nil }
func (noWorkflows) Wake(context.Context, string, campaign.Happened) (bool, error) {
	return false, nil
}
func (noWorkflows) Running(context.Context, string) (bool, error) { return false, nil }
func (noWorkflows) Doing(context.Context, string) (campaign.Instruction, error) {
	return campaign.Instruction{}, errors.New("no workflow runs")
}
func (noWorkflows) Namespace(context.Context) (string, error) { return "namespace", nil }

func service(w *world.World, temporal operations.Temporal) *operations.Service {
	return operations.New(operations.Deps{
		Store: operationsstore.New(w.DB), Temporal: temporal, Messaging: w.Messaging, Campaigns: w.Campaign, Process: func() operations.Process { return operations.Process{Version: "test"} },
	})
}

func operator(org domain.OrgID) context.Context {
	return identity.WithActor(context.Background(), identity.Actor{Org: org, User: 1, Role: identity.RoleSuperadmin})
}

const sendThenWait = `{"root":[{"id":"send","kind":"send_email","settings":{"email":%d}},{"id":"wait","kind":"wait","settings":{"for":{"amount":2,"unit":"days"}}}]}`

// busy is a world in which a message of one contact comes to a bad end, and its journey is late.
func busy(t *testing.T, answer error) (*world.World, campaign.JourneyItem) {
	t.Helper()
	w := world.New(t, noWorkflows{})
	anna := w.Contact(t, crm.ContactInput{Email: new("anna@example.com")})
	c := w.Publish(t, "Welcome", fmt.Sprintf(sendThenWait, w.Email(t, "Hello").ID))
	journey := w.Enter(t, c.ID, anna.ID)[0]
	w.Provider.Answer = func(messaging.Outgoing) error { return answer }
	lastWeek := time.Now().AddDate(0, 0, -7)
	send, err := w.Campaign.Advance(context.Background(), campaign.Advance{Org: w.Org, Journey: journey.ID, Seq: 1, Now: lastWeek})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Messaging.Deliver(w.Ctx(), w.Org, send.Message)
	var retry *messaging.RetryError
	if err != nil && !errors.As(err, &retry) {
		t.Fatal(err)
	}
	return w, journey
}

func TestTheReportSeesAllOrganizations(t *testing.T) {
	t.Parallel()
	w, journey := busy(t, errors.New("connection reset"))
	other := storetest.Org(t, w.DB, "Globex")
	r, err := service(w, calm{}).Report(operator(other))
	if err != nil {
		t.Fatal(err)
	}
	if r.Numbers.Unknown != 1 || len(r.Unknown) != 1 || r.Unknown[0].Organization != "Acme" || r.Unknown[0].Org != w.Org {
		t.Errorf("got unknown messages %d %+v", r.Numbers.Unknown, r.Unknown)
	}
	if r.Numbers.Overdue != 1 || len(r.Overdue) != 1 || r.Overdue[0].Journey != journey.ID || r.Overdue[0].CampaignName != "Welcome" {
		t.Errorf("got overdue journeys %d %+v", r.Numbers.Overdue, r.Overdue)
	}
	if r.Numbers.Open != 1 || r.Numbers.Refused != 0 || r.Numbers.Schema == 0 || r.Numbers.DatabaseBytes == 0 || r.Process.Temporal != "1.2.3" {
		t.Errorf("got %+v", r.Numbers)
	}
}

func TestTheReportTellsTheProvidersLastWords(t *testing.T) {
	t.Parallel()
	w, _ := busy(t, &messaging.Refused{Reason: "The mail provider is busy.", Detail: "421 later"})
	r, err := service(w, calm{}).Report(operator(w.Org))
	if err != nil {
		t.Fatal(err)
	}
	if n := r.Numbers; n.Refused != 1 || n.RefusedSince == nil || n.RefusedReason.English() != "The mail provider is busy. It said: 421 later" || n.RefusedBy != "test" || n.Ready != 1 {
		t.Errorf("got %+v", n)
	}
}

func TestTemporalAwayIsPartOfTheReport(t *testing.T) {
	t.Parallel()
	w := world.New(t, noWorkflows{})
	r, err := service(w, calm{err: errors.New("connection refused")}).Report(operator(w.Org))
	if err != nil || r.Temporal != "Temporal does not answer: connection refused" {
		t.Errorf("got %q (%v)", r.Temporal, err)
	}
}

func TestOnlyOperatorsSeeTheReportAndRestart(t *testing.T) {
	t.Parallel()
	w, journey := busy(t, nil)
	for _, actor := range []identity.Actor{{}, {Org: w.Org, Role: identity.RoleUser}, {Org: w.Org, Role: identity.RoleAdmin}} {
		ctx := identity.WithActor(context.Background(), actor)
		if _, err := service(w, calm{}).Report(ctx); domain.KindOf(err) != domain.KindForbidden && domain.KindOf(err) != domain.KindUnauthorized {
			t.Errorf("%s: the report answered %v", actor.Role, err)
		}
		if err := w.Campaign.Restart(ctx, w.Org, journey.ID); domain.KindOf(err) != domain.KindForbidden && domain.KindOf(err) != domain.KindUnauthorized {
			t.Errorf("%s: the restart answered %v", actor.Role, err)
		}
	}
}

func TestAnOperatorRestartsAJourneyWhoseWorkflowIsGone(t *testing.T) {
	t.Parallel()
	w, journey := busy(t, nil)
	other := operator(storetest.Org(t, w.DB, "Globex"))
	if err := w.Campaign.Restart(other, w.Org, journey.ID); err != nil {
		t.Fatal(err)
	}
	if j, err := w.Campaign.Journey(w.Ctx(), w.Org, journey.ID); err != nil || j.State != campaign.JourneyPending || j.Seq != 1 {
		t.Errorf("got %s at %d (%v), want a journey that starts again where it stood", j.State, j.Seq, err)
	}
	if err := w.Campaign.Restart(other, w.Org, journey.ID); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("a second restart answered %v", err)
	}
	if err := w.Campaign.Restart(other, w.Org+7, journey.ID); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("the wrong organization answered %v", err)
	}
}

func TestARoundOfTheReconcilerIsNoted(t *testing.T) {
	t.Parallel()
	w := world.New(t, noWorkflows{})
	if err := w.Campaign.Reconcile(w.Ctx(), time.Now()); err != nil {
		t.Fatal(err)
	}
	r, err := service(w, calm{}).Report(operator(w.Org))
	if err != nil || r.Numbers.Reconciled == nil || time.Since(*r.Numbers.Reconciled) > time.Hour {
		t.Errorf("got %v (%v)", r.Numbers.Reconciled, err)
	}
}

func TestAnOperatorSettlesWhatNobodyKnowsInAnyOrganization(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settle func(s *operations.Service, ctx context.Context, org domain.OrgID, id messaging.MessageID) error
		state  messaging.State
	}{
		"it arrived": {(*operations.Service).ItArrived, messaging.StateSent},
		"send again": {(*operations.Service).SendAgain, messaging.StateReady},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := busy(t, errors.New("connection reset"))
			other := storetest.Org(t, w.DB, "Globex")
			s := service(w, calm{})
			r, err := s.Report(operator(other))
			if err != nil || len(r.Unknown) != 1 {
				t.Fatalf("got %+v (%v)", r.Unknown, err)
			}
			lost := r.Unknown[0]
			admin := identity.WithActor(context.Background(), identity.Actor{Org: w.Org, Role: identity.RoleAdmin})
			if err := test.settle(s, admin, lost.Org, lost.Message); domain.KindOf(err) != domain.KindForbidden {
				t.Errorf("an administrator got %v", err)
			}
			if err := test.settle(s, operator(other), lost.Org, lost.Message); err != nil {
				t.Fatal(err)
			}
			if m, err := w.Messaging.Message(w.Ctx(), w.Org, lost.Message); err != nil || m.State != test.state {
				t.Errorf("the message is %s (%v), want %s", m.State, err, test.state)
			}
			if err := test.settle(s, operator(other), other, lost.Message); domain.KindOf(err) != domain.KindNotFound {
				t.Errorf("the wrong organization answered %v", err)
			}
			if r, err := s.Report(operator(other)); err != nil || r.Numbers.Unknown != 0 {
				t.Errorf("the next report still counts %d (%v)", r.Numbers.Unknown, err)
			}
		})
	}
}

func TestAnOperatorLiftsAPausedCampaign(t *testing.T) {
	t.Parallel()
	w, journey := busy(t, nil)
	ctx, other := w.Ctx(), operator(storetest.Org(t, w.DB, "Globex"))
	if err := w.Campaign.PauseBecause(ctx, w.Org, int64(journey.Campaign), "Too much came back."); err != nil {
		t.Fatal(err)
	}
	const stop = `insert into messaging.stops (org_id, scope, subject, level, rule, reason, sent, faults)
		values ($1, 'campaign', $2::text, 'paused', 'bounces', 'Too much came back.', 100, 20)`
	if _, err := w.DB.Pool().Exec(ctx, stop, w.Org, fmt.Sprint(journey.Campaign)); err != nil {
		t.Fatal(err)
	}
	s := service(w, calm{})
	r, err := s.Report(other)
	if err != nil || len(r.Stops) != 1 || !r.Stops[0].Paused || r.Stops[0].Subject != "Welcome" {
		t.Fatalf("got %+v (%v)", r.Stops, err)
	}
	if err := s.Lift(other, r.Stops[0].Org, r.Stops[0].ID); err != nil {
		t.Fatal(err)
	}
	if c, err := w.Campaign.Campaign(ctx, w.Org, journey.Campaign); err != nil || c.State != campaign.StateActive {
		t.Errorf("the campaign is %s (%v)", c.State, err)
	}
	if r, err := s.Report(other); err != nil || len(r.Stops) != 0 {
		t.Errorf("still stopped: %+v (%v)", r.Stops, err)
	}
}
