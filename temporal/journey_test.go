package temporal_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest/world"
	"github.com/mauntic/mauntic/temporal"
	"github.com/mauntic/mauntic/workflows"
)

var record = flag.Bool("record", false, "write the histories that these tests make to workflows/journey/testdata")

// stage is a world whose journeys run on a real Temporal server.
type stage struct {
	*world.World
	client     client.Client
	clientLogs *world.Logs
	email      messaging.Email
	sms        messaging.SMS
}

var (
	stageOnce sync.Once
	theStage  *stage
)

// onStage returns the package's one world: workers of two worlds would take each other's tasks.
func onStage(t *testing.T) *stage {
	t.Helper()
	stageOnce.Do(func() { theStage = newStage() })
	if theStage == nil {
		t.Fatal("the stage could not be built; see the first failure")
	}
	return theStage
}

var mainT = &mainTest{}

// mainTest collects the clean-up of what lives as long as the package's tests.
type mainTest struct {
	testing.TB
	cleanups []func()
}

func (m *mainTest) Helper()                           {}
func (m *mainTest) Cleanup(fn func())                 { m.cleanups = append(m.cleanups, fn) }
func (m *mainTest) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (m *mainTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (m *mainTest) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	for _, v := range slices.Backward(mainT.cleanups) {
		v()
	}
	os.Exit(code)
}

func newStage() *stage {
	address := os.Getenv("TEST_TEMPORAL_ADDRESS")
	if address == "" {
		mainT.Fatal("TEST_TEMPORAL_ADDRESS is not set: run the tests with `make test`, which starts a Temporal server for them.")
	}
	namespace := os.Getenv("TEST_TEMPORAL_NAMESPACE")
	ctx, cancel := context.WithCancel(context.Background())
	logs := &world.Logs{}
	c, err := temporal.Dial(ctx, temporal.Connection{Address: address, Namespace: namespace, Log: logs.Logger()})
	if err != nil {
		mainT.Fatal(err)
	}
	w := world.New(mainT, temporal.NewStarter(c, namespace))
	w.Provider.Answer = moods.answer
	journeys, emails := w.Activities()
	workers := temporal.NewWorkers(c, temporal.Activities{Campaign: journeys, Messaging: emails, CRM: &activities.CRM{Service: w.CRM}, Webhook: &activities.Webhook{Service: w.Campaign}})
	if err := workers.Start(); err != nil {
		mainT.Fatal(err)
	}
	var loops sync.WaitGroup
	loops.Go(func() { w.Campaign.RunStarter(ctx) })
	loops.Go(func() { w.Campaign.RunRouter(ctx) })
	mainT.Cleanup(func() { cancel(); loops.Wait(); workers.Stop(); c.Close() })
	return &stage{World: w, client: c, clientLogs: logs, email: w.Email(mainT, "Welcome"), sms: w.SMS(mainT, "Offer")}
}

// run is one contact's journey through a campaign of its own.
type run struct {
	*stage
	journey campaign.JourneyItem
}

var contactNumber struct {
	sync.Mutex
	n int
}

func (s *stage) enter(t *testing.T, document string) *run {
	t.Helper()
	contactNumber.Lock()
	contactNumber.n++
	address, phone := fmt.Sprintf("contact%d@example.com", contactNumber.n), fmt.Sprintf("+1202555%04d", contactNumber.n)
	contactNumber.Unlock()
	documents := strings.NewReplacer("EMAIL", strconv.Itoa(int(s.email.ID)), "SMS", strconv.Itoa(int(s.sms.ID)))
	contact := s.Contact(t, crm.ContactInput{Email: &address, Phone: &phone, Tags: []string{"vip"}})
	c := s.Publish(t, t.Name(), documents.Replace(document))
	return &run{stage: s, journey: s.Enter(t, c.ID, contact.ID)[0]}
}

// finish waits until the workflow has ended and returns its history.
func (r *run) finish(t *testing.T) *historypb.History {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r.reach(t, campaign.JourneyEnded)
	if err := r.client.GetWorkflow(ctx, r.journey.WorkflowID, "").Get(ctx, nil); err != nil {
		t.Fatalf("workflow ended with: %v", err)
	}
	history := &historypb.History{}
	events := r.client.GetWorkflowHistory(ctx, r.journey.WorkflowID, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		history.Events = append(history.Events, event)
	}
	return history
}

// reach waits until the journey is in a state, and returns it.
func (r *run) reach(t *testing.T, state campaign.JourneyState) campaign.JourneyItem {
	t.Helper()
	return r.until(t, string(state), func(j campaign.JourneyItem) bool { return j.State == state })
}

func (r *run) until(t *testing.T, what string, holds func(campaign.JourneyItem) bool) campaign.JourneyItem {
	t.Helper()
	deadline := time.After(time.Minute)
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		j, err := r.Campaign.Journey(r.Ctx(), r.Org, r.journey.ID)
		if err != nil {
			t.Fatal(err)
		}
		if holds(j) {
			return j
		}
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("waited a minute for the journey to be %s; it is %+v", what, j.Journey)
		}
	}
}

// answer lets the contact do something about the message that was sent.
func (r *run) answer(t *testing.T, event string) {
	t.Helper()
	var message int64
	for _, id := range r.until(t, "sent", func(j campaign.JourneyItem) bool { return len(j.Memory.Sent) > 0 }).Memory.Sent {
		message = int64(id)
	}
	_, err := r.CRM.AppendEvents(r.Ctx(), r.Org, []crm.Event{{Contact: r.journey.Contact, Type: event, MessageID: &message}})
	if err != nil {
		t.Fatal(err)
	}
}

// keep records the history for the replay tests, if asked to.
func keep(t *testing.T, name string, history *historypb.History) {
	t.Helper()
	if !*record {
		return
	}
	data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	data = identities.ReplaceAll(data, []byte(`"identity": "worker"`))
	path := filepath.Join("..", "workflows", "journey", "testdata", "engine1_"+name+".json")
	if err := os.WriteFile(path, append(data, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// identities name the machine and the process that recorded a history.
var identities = regexp.MustCompile(`"identity": "[^"]*"`)

const shortWait = `{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 1, "unit": "seconds"}}}`

// What the design allows each shape of journey to cost, in history events.
func TestJourneysStayWithinTheirEventBudget(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		budget   int
		document string
		does     string // the event that the contact answers with
	}{
		"SendWaitLookSMSExit": {budget: 26, document: `{"root": [
			{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}, ` + shortWait + `,
			{"id": "opened", "kind": "decision", "settings": {"did": "opened", "step": "send"}, "branches": [
				{"id": "no", "steps": [{"id": "text", "kind": "send_sms", "settings": {"sms": SMS}}]}]},
			{"id": "out", "kind": "exit"}]}`},
		"SendWaitLookTag": {budget: 19, document: `{"root": [
			{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}, ` + shortWait + `,
			{"id": "opened", "kind": "decision", "settings": {"did": "opened", "step": "send"}, "branches": [
				{"id": "no", "steps": [{"id": "tag", "kind": "change_tags", "settings": {"add": ["quiet"]}}]}]},
			{"id": "out", "kind": "exit"}]}`},
		"SendWaitAwaitClickSMSExit": {budget: 33, does: crm.EventEmailClicked, document: `{"root": [
			{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}, ` + shortWait + `,
			{"id": "clicked", "kind": "decision", "settings": {"did": "clicked", "step": "send", "within": {"amount": 1, "unit": "days"}}, "branches": [
				{"id": "yes", "steps": [{"id": "text", "kind": "send_sms", "settings": {"sms": SMS}}]}]},
			{"id": "out", "kind": "exit"}]}`},
		"SMSAwaitReplySend": {budget: 28, does: crm.EventSMSReceived, document: `{"root": [
			{"id": "text", "kind": "send_sms", "settings": {"sms": SMS}},
			{"id": "replied", "kind": "decision", "settings": {"did": "replied", "step": "text", "within": {"amount": 1, "unit": "days"}}, "branches": [
				{"id": "yes", "steps": [{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}]}]},
			{"id": "out", "kind": "exit"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := onStage(t).enter(t, test.document)
			if test.does != "" {
				r.until(t, "waiting for the contact", func(j campaign.JourneyItem) bool { return j.Answer != nil && j.Answer.Do == campaign.DoWait })
				r.answer(t, test.does)
			}
			history := r.finish(t)
			t.Logf("%s: %d history events, %d allowed", name, len(history.Events), test.budget)
			if len(history.Events) > test.budget {
				for _, event := range history.Events {
					t.Log(event.EventId, event.EventType)
				}
				t.Errorf("%d history events, %d allowed", len(history.Events), test.budget)
			}
			keep(t, name, history)
		})
	}
}

func TestEveryKindOfStepRuns(t *testing.T) {
	t.Parallel()
	r := onStage(t).enter(t, `{"root": [
		{"id": "update", "kind": "update_contact", "settings": {"fields": {"position": "Buyer"}}},
		{"id": "vip", "kind": "condition", "settings": {"tag": "vip"}, "branches": [
			{"id": "yes", "steps": [{"id": "tag", "kind": "change_tags", "settings": {"add": ["known"]}}]}]},
		{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}, `+shortWait+`,
		{"id": "opened", "kind": "decision", "settings": {"did": "opened", "step": "send"}},
		{"id": "text", "kind": "send_sms", "settings": {"sms": SMS}},
		{"id": "out", "kind": "exit"}]}`)
	keep(t, "EveryKindOfStepWithSMS", r.finish(t))
	if log := r.Log(t, r.journey.ID); len(log) != 8 {
		t.Errorf("got %d steps, want 8: %q", len(log), log)
	}
}

func TestPausedJourneyParksAndGoesOnAfterResume(t *testing.T) {
	t.Parallel()
	r := onStage(t).enter(t, `{"root": [`+shortWait+`, {"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}]}`)
	if _, err := r.Campaign.Pause(r.Ctx(), r.Org, r.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	r.until(t, "parked", func(j campaign.JourneyItem) bool { return j.Parked })
	if _, err := r.Campaign.Resume(r.Ctx(), r.Org, r.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	keep(t, "ParkAndResume", r.finish(t))
}

func TestArchivedCampaignEndsItsSleepers(t *testing.T) {
	r := onStage(t).enter(t, `{"root": [{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 90, "unit": "days"}}},
		{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}]}`)
	r.until(t, "asleep", func(j campaign.JourneyItem) bool { return j.Answer != nil && j.Answer.Do == campaign.DoSleep })
	if _, err := r.Campaign.Archive(r.Ctx(), r.Org, r.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	if err := r.Campaign.Reconcile(r.Ctx(), time.Now()); err != nil {
		t.Fatal(err)
	}
	keep(t, "WokenWhileAsleep", r.finish(t))
}

// Not parallel: to the reconciler of five minutes later, every journey is overdue.
func TestReconcilerBringsBackAJourneyWhoseWorkflowIsGone(t *testing.T) {
	r := onStage(t).enter(t, `{"root": [{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "seconds"}}},
		{"id": "send", "kind": "send_email", "settings": {"email": EMAIL}}]}`)
	r.until(t, "asleep", func(j campaign.JourneyItem) bool { return j.Answer != nil && j.Answer.Do == campaign.DoSleep })
	if err := r.client.TerminateWorkflow(r.Ctx(), r.journey.WorkflowID, "", "lost"); err != nil {
		t.Fatal(err)
	}
	if err := r.Campaign.Reconcile(r.Ctx(), time.Now().Add(5*time.Minute)); err != nil {
		t.Fatal(err)
	}
	keep(t, "RestartedAtItsCursor", r.finish(t))
	if sent := r.Log(t, r.journey.ID); len(sent) != 2 {
		t.Errorf("got steps %q, want each one once", sent)
	}
}

func TestTheQueuesSayWhoWorksOnThem(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	observer := temporal.NewObserver(s.client, os.Getenv("TEST_TEMPORAL_NAMESPACE"))
	queues, err := observer.Queues(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, q := range queues {
		found[q.Name] = q.Kind
		if len(q.Workers) == 0 || time.Since(q.Workers[0].Seen) > time.Hour {
			t.Errorf("nobody works on %+v", q)
		}
	}
	if found[workflows.QueueJourney] == "" || found[workflows.QueueEmail] != "activities" || len(found) != len(workflows.Queues()) {
		t.Errorf("got %v", found)
	}
	if version, err := observer.Version(t.Context()); err != nil || version == "" {
		t.Errorf("got version %q (%v)", version, err)
	}
}
