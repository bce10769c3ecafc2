package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// noWorkflows stands for a system in which no workflow runs: these tests ask "what now?" themselves.
type noWorkflows struct{ woken []string }

func (*noWorkflows) Start(context.Context, campaign.Journey) (string, error) { return "run", nil }
func (w *noWorkflows) Wake(_ context.Context, id string, _ campaign.Happened) (bool, error) {
	w.woken = append(w.woken, id)
	return true, nil
}
func (*noWorkflows) Running(context.Context, string) (bool, error) { return false, nil }
func (*noWorkflows) Doing(context.Context, string) (campaign.Instruction, error) {
	return campaign.Instruction{}, fmt.Errorf("no workflow")
}
func (*noWorkflows) Namespace(context.Context) (string, error) { return "namespace", nil }

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

type scene struct {
	*world.World
	workflows *noWorkflows
	journey   campaign.JourneyItem
	seq       int
}

// enter makes a world in which one contact has entered a campaign of the flow. %d in the document
// is an email.
func enter(t *testing.T, document string, fields ...crm.FieldInput) *scene {
	t.Helper()
	workflows := &noWorkflows{}
	w := world.New(t, workflows)
	for _, field := range fields {
		w.Field(t, field)
	}
	anna := w.Contact(t, crm.ContactInput{Firstname: new("Anna"), Email: new("anna@example.com"), Tags: []string{"VIP"}})
	email := w.Email(t, "Welcome")
	c := w.Publish(t, "Welcome", fmt.Sprintf(document, email.ID))
	return &scene{World: w, workflows: workflows, journey: w.Enter(t, c.ID, anna.ID)[0]}
}

func (s *scene) ask(t *testing.T, now time.Time, what string) campaign.Instruction {
	t.Helper()
	answer, err := s.Campaign.Advance(context.Background(), campaign.Advance{
		Org: s.Org, Journey: s.journey.ID, Seq: s.seq + 1, Now: now, Happened: campaign.Happened{What: what},
	})
	if err != nil {
		t.Fatalf("advance: %v", err)
	}
	s.seq = answer.Seq
	return answer
}

func (s *scene) row(t *testing.T) campaign.JourneyItem {
	t.Helper()
	j, err := s.Campaign.Journey(s.Ctx(), s.Org, s.journey.ID)
	if err != nil {
		t.Fatalf("read journey: %v", err)
	}
	return j
}

const sendWaitTag = `{"root": [
	{"id": "send", "kind": "send_email", "name": "Welcome", "settings": {"email": %d}},
	{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}},
	{"id": "tag", "kind": "change_tags", "settings": {"add": ["greeted"]}}]}`

func TestJourneyGoesItsWholePath(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)

	send := s.ask(t, monday, campaign.HappenedStart)
	if send.Do != campaign.DoRun || send.Activity != campaign.SendEmailActivity || send.Summary != "Send email: Welcome" {
		t.Fatalf("got %+v, want an instruction to send", send)
	}
	if doing := s.row(t).Doing(); doing.Format != "Send email: %s" || doing.String() != send.Summary {
		t.Errorf("the row says it does %q by %q", doing, doing.Format)
	}
	if _, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message); err != nil {
		t.Fatalf("deliver: %v", err)
	}
	sleep := s.ask(t, monday, campaign.HappenedActivity)
	if sleep.Do != campaign.DoSleep || !sleep.Until.Equal(monday.AddDate(0, 0, 2)) {
		t.Fatalf("got %+v, want two days of sleep", sleep)
	}
	if doing := s.row(t).Doing(); doing.Format != "Wait %s" || doing.String() != "Wait 2 days" {
		t.Errorf("the row says it does %q by %q", doing, doing.Format)
	}
	if early := s.ask(t, monday.AddDate(0, 0, 1), campaign.HappenedWake); early.Do != campaign.DoSleep || !early.Until.Equal(sleep.Until) {
		t.Errorf("woken early: got %+v, want the same sleep", early)
	}
	end := s.ask(t, sleep.Until, campaign.HappenedTime)
	if end.Do != campaign.DoEnd || end.Outcome != "Completed." {
		t.Errorf("got %+v, want the end", end)
	}
	want := []string{"Welcome: Sent.", "Wait 2 days: Waited.", "Add “greeted”: Tags changed."}
	if got := s.Log(t, s.journey.ID); !slices.Equal(got, want) {
		t.Errorf("got log %q, want %q", got, want)
	}
	contact, err := s.CRM.Contact(s.Ctx(), s.Org, s.journey.Contact)
	if err != nil || !slices.Contains(contact.Tags, "greeted") {
		t.Errorf("got tags %v (%v), want greeted among them", contact.Tags, err)
	}
	people, err := s.Campaign.People(s.Ctx(), s.Org, s.journey.Campaign)
	if err != nil || people["send"] != (campaign.Count{Passed: 1}) || people["tag"] != (campaign.Count{Passed: 1}) {
		t.Errorf("got people %v (%v), want one who passed each step", people, err)
	}
	if c, err := s.Campaign.Campaign(s.Ctx(), s.Org, s.journey.Campaign); err != nil || c.Open != 0 || c.Ended != 1 {
		t.Errorf("got %d inside and %d finished (%v), want one who has finished", c.Open, c.Ended, err)
	}
	if row := s.row(t); row.State != campaign.JourneyEnded || row.EndedAt == nil || row.Outcome != "Completed." {
		t.Errorf("got %+v, want an ended journey", row.Journey)
	}
}

func TestRepeatedQuestionGetsTheSameAnswerAndDoesNothing(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	first := s.ask(t, monday, campaign.HappenedStart)
	s.seq = 0
	again := s.ask(t, monday.Add(time.Hour), campaign.HappenedStart)
	if again.Message != first.Message || again.Seq != first.Seq || again.Do != first.Do {
		t.Errorf("got %+v, want %+v again", again, first)
	}
	if row := s.row(t); row.Seq != 1 {
		t.Errorf("got %d answers, want 1", row.Seq)
	}
}

func TestPausedCampaignParksAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	send := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Campaign.Pause(s.Ctx(), s.Org, s.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	delivery, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message)
	if err != nil || !delivery.Deferred || delivery.Reason != "The campaign is paused." {
		t.Fatalf("got %+v (%v), want the message to be held back", delivery, err)
	}
	if park := s.ask(t, monday, campaign.HappenedActivity); park.Do != campaign.DoPark {
		t.Fatalf("got %+v, want to park", park)
	}
	if sent := s.Provider.Sent(); len(sent) != 0 {
		t.Errorf("%d mails went out of a paused campaign", len(sent))
	}
	if _, err := s.Campaign.Resume(s.Ctx(), s.Org, s.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	again := s.ask(t, monday.Add(time.Hour), campaign.HappenedWake)
	if again.Do != campaign.DoRun || again.Message != send.Message {
		t.Errorf("got %+v, want the same message to be sent", again)
	}
}

func TestArchivedCampaignSettlesTheMessageItWasSending(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	send := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Campaign.Archive(s.Ctx(), s.Org, s.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	if end := s.ask(t, monday, campaign.HappenedWake); end.Do != campaign.DoEnd {
		t.Fatalf("got %+v, want the end", end)
	}
	message, err := s.Messaging.Message(s.Ctx(), s.Org, send.Message)
	if err != nil || message.State != messaging.StateSkipped || message.Reason != "The campaign was archived." {
		t.Errorf("got %+v (%v), want it skipped with the reason", message, err)
	}
	if sent := s.Provider.Sent(); len(sent) != 0 {
		t.Errorf("%d mails went out of an archived campaign", len(sent))
	}
}

const awaitedClick = `{"root": [
	{"id": "send", "kind": "send_email", "settings": {"email": %d}},
	{"id": "clicked", "kind": "decision", "settings": {"did": "clicked", "step": "send", "within": {"amount": 3, "unit": "days"}},
	 "branches": [{"id": "yes", "steps": [{"id": "tag", "kind": "change_tags", "settings": {"add": ["keen"]}}]},
	              {"id": "no", "steps": [{"id": "out", "kind": "exit"}]}]}]}`

func (s *scene) sendFirst(t *testing.T) messaging.MessageID {
	t.Helper()
	send := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message); err != nil {
		t.Fatal(err)
	}
	return send.Message
}

func (s *scene) click(t *testing.T, message messaging.MessageID, data map[string]any) {
	t.Helper()
	about := int64(message)
	_, err := s.CRM.AppendEvents(s.Ctx(), s.Org, []crm.Event{{
		Contact: s.journey.Contact, Type: crm.EventEmailClicked, MessageID: &about, Data: data, OccurredAt: monday,
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Campaign.RouteAppended(t.Context())
}

func TestAwaitedClickWakesOnlyWhoWaitsForIt(t *testing.T) {
	t.Parallel()
	s := enter(t, awaitedClick)
	message := s.sendFirst(t)
	wait := s.ask(t, monday, campaign.HappenedActivity)
	if wait.Do != campaign.DoWait || !wait.Until.Equal(monday.AddDate(0, 0, 3)) || wait.Found != 0 {
		t.Fatalf("got %+v, want to wait three days for the click", wait)
	}
	s.click(t, message+1, nil)
	s.click(t, message, map[string]any{"machine": true})
	if len(s.workflows.woken) != 0 {
		t.Fatalf("woken %v by another message's click or a machine's", s.workflows.woken)
	}
	s.click(t, message, nil)
	if !slices.Equal(s.workflows.woken, []string{s.journey.WorkflowID}) {
		t.Fatalf("woken %v, want this journey", s.workflows.woken)
	}
	end := s.ask(t, monday.Add(time.Hour), campaign.HappenedEvent)
	if end.Do != campaign.DoEnd || len(end.Walked) != 2 || end.Walked[0].Outcome != "Yes, clicked." {
		t.Errorf("got %+v, want the end by the yes branch", end)
	}
	s.click(t, message, nil)
	if len(s.workflows.woken) != 1 {
		t.Error("a second click woke a journey that waits no more")
	}
}

func TestClickBeforeTheQuestionIsFoundAtOnce(t *testing.T) {
	t.Parallel()
	s := enter(t, awaitedClick)
	s.click(t, s.sendFirst(t), nil)
	if end := s.ask(t, monday, campaign.HappenedActivity); end.Do != campaign.DoEnd || end.Walked[1].Outcome != "Yes, clicked." {
		t.Errorf("got %+v, want the yes branch without waiting", end)
	}
}

func TestClickBetweenLookAndWaitIsReportedWithTheAnswer(t *testing.T) {
	t.Parallel()
	s := enter(t, awaitedClick)
	message := s.sendFirst(t)
	wait := s.ask(t, monday, campaign.HappenedActivity)
	s.click(t, message, nil)
	s.seq = wait.Seq - 1 // the local activity is repeated: its worker died after the commit
	if again := s.ask(t, monday, campaign.HappenedActivity); again.Do != campaign.DoWait || again.Found == 0 {
		t.Errorf("got %+v, want the wait with the event that came meanwhile", again)
	}
}

func TestNoClickTakesTheOtherBranchWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	s := enter(t, awaitedClick)
	s.sendFirst(t)
	wait := s.ask(t, monday, campaign.HappenedActivity)
	end := s.ask(t, wait.Until, campaign.HappenedTime)
	if end.Do != campaign.DoEnd || end.Outcome != "Left at an exit." {
		t.Errorf("got %+v, want the exit of the no branch", end)
	}
}

func TestConditionsReadTheContactAsItIsNow(t *testing.T) {
	t.Parallel()
	plan := crm.FieldInput{Label: "Plan", Type: crm.FieldSelect, Options: []crm.FieldOption{{Value: "free"}, {Value: "pro"}}}
	s := enter(t, `{"root": [
		{"id": "set", "kind": "update_contact", "settings": {"fields": {"position": "Buyer", "points": "+5", "plan": "pro"}}},
		{"id": "vip", "kind": "condition", "settings": {"tag": "vip"}, "branches": [{"id": "yes", "steps": [
			{"id": "points", "kind": "condition", "settings": {"field": "points", "operator": "greater", "value": "4"}, "branches": [{"id": "yes", "steps": [
				{"id": "plan", "kind": "condition", "settings": {"field": "plan", "operator": "equals", "value": "PRO"}, "branches": [{"id": "yes", "steps": [
					{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}]}]}]}]}]}]}`, plan)
	if answer := s.ask(t, monday, campaign.HappenedStart); answer.Do != campaign.DoRun || len(answer.Walked) != 4 {
		t.Errorf("got %+v, want to arrive at the email through three yes branches", answer)
	}
}

func TestPointsAreChangedOnceForEachQuestion(t *testing.T) {
	t.Parallel()
	s := enter(t, `{"root": [
		{"id": "add", "kind": "change_points", "settings": {"points": 15}},
		{"id": "take", "kind": "change_points", "settings": {"points": -4}},
		{"id": "many", "kind": "condition", "settings": {"field": "points", "operator": "greater", "value": "10"},
		 "branches": [{"id": "yes", "steps": [{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}]}]}`)
	s.ask(t, monday, campaign.HappenedStart)
	s.seq = 0
	s.ask(t, monday, campaign.HappenedStart)
	want := []string{"Add 15 points: From 0 to 15 points.", "Take away 4 points: From 15 to 11 points.", "points is greater than “10”?: Yes."}
	if got := s.Log(t, s.journey.ID); !slices.Equal(got, want) {
		t.Errorf("got log %q, want %q", got, want)
	}
	contact, err := s.CRM.Contact(s.Ctx(), s.Org, s.journey.Contact)
	if err != nil || contact.Points != 11 {
		t.Errorf("got %d points (%v), want 11", contact.Points, err)
	}
}

func TestBrokenRuleOfOneStepDoesNotHoldUpTheJourney(t *testing.T) {
	t.Parallel()
	s := enter(t, `{"root": [
		{"id": "set", "kind": "update_contact", "settings": {"fields": {"email": "ben@example.com"}}},
		{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}`)
	s.Contact(t, crm.ContactInput{Email: new("ben@example.com")})
	answer := s.ask(t, monday, campaign.HappenedStart)
	if answer.Do != campaign.DoRun || len(answer.Walked) != 1 {
		t.Fatalf("got %+v, want to be past the step that can't be done", answer)
	}
	if log := s.Log(t, s.journey.ID); len(log) != 1 || log[0][:len("Set email: Passed by:")] != "Set email: Passed by:" {
		t.Errorf("got log %q, want it to say why the step was passed by", log)
	}
}

func TestDeletedContactEndsTheJourney(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	s.ask(t, monday, campaign.HappenedStart)
	if err := s.CRM.DeleteContact(s.Ctx(), s.Org, s.journey.Contact); err != nil {
		t.Fatal(err)
	}
	if answer := s.ask(t, monday, campaign.HappenedTime); answer.Do != campaign.DoEnd || answer.Outcome != "The contact was deleted." {
		t.Errorf("got %+v, want the end", answer)
	}
	j, err := s.Campaign.Journey(s.Ctx(), s.Org, s.journey.ID)
	if err != nil || j.State != campaign.JourneyEnded || j.Outcome != "The contact was deleted." {
		t.Errorf("got %+v (%v), want the journey to be over", j.Journey, err)
	}
	people, err := s.Campaign.People(s.Ctx(), s.Org, s.journey.Campaign)
	if err != nil || people["send"].Here != 0 {
		t.Errorf("got %+v (%v), want nobody at the step any more", people, err)
	}
	if c, err := s.Campaign.Campaign(s.Ctx(), s.Org, s.journey.Campaign); err != nil || c.Open != 0 || c.Ended != 1 {
		t.Errorf("got %d inside and %d finished (%v), want one finished", c.Open, c.Ended, err)
	}
	if len(s.Provider.Sent()) != 0 {
		t.Errorf("%d mails went to a deleted contact", len(s.Provider.Sent()))
	}
}

func TestErasedContactTakesTheJourneyAlong(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	s.ask(t, monday, campaign.HappenedStart)
	if err := errors.Join(s.CRM.DeleteContact(s.Ctx(), s.Org, s.journey.Contact), s.CRM.EraseContact(s.Ctx(), s.Org, s.journey.Contact)); err != nil {
		t.Fatal(err)
	}
	if answer := s.ask(t, monday, campaign.HappenedTime); answer.Do != campaign.DoEnd {
		t.Errorf("got %+v, want the end", answer)
	}
	if c, err := s.Campaign.Campaign(s.Ctx(), s.Org, s.journey.Campaign); err != nil || c.Open != 0 || c.Ended != 0 {
		t.Errorf("got %d inside and %d finished (%v), want nobody", c.Open, c.Ended, err)
	}
}

func TestContactThatIsRestoredInTimeGoesOn(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	s.ask(t, monday, campaign.HappenedStart)
	if err := errors.Join(s.CRM.DeleteContact(s.Ctx(), s.Org, s.journey.Contact), s.CRM.RestoreContact(s.Ctx(), s.Org, s.journey.Contact)); err != nil {
		t.Fatal(err)
	}
	if answer := s.ask(t, monday, campaign.HappenedTime); answer.Do == campaign.DoEnd {
		t.Errorf("got %+v, want the journey to go on", answer)
	}
}

func TestDeletedContactsAreNotAddedToCampaigns(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	gone := w.Contact(t, crm.ContactInput{Email: new("gone@example.com"), Tags: []string{"vip"}})
	c := w.Publish(t, "Trash", `{"root": [{"id": "x", "kind": "exit"}]}`)
	if err := w.CRM.DeleteContact(w.Ctx(), w.Org, gone.ID); err != nil {
		t.Fatal(err)
	}
	for name, entry := range map[string]campaign.Entry{
		"tag": {Tag: "vip"}, "everyone": {Everyone: true}, "named": {Contacts: []crm.ContactID{gone.ID}},
	} {
		entry.Source = "manual"
		if added, err := w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, entry); err != nil || added.Added != 0 {
			t.Errorf("%s: %+v, %v", name, added, err)
		}
	}
}

func TestEntryNamesWhoDidIt(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	anna := w.Contact(t, crm.ContactInput{Email: new("anna@example.com")})
	c := w.Publish(t, "Named", `{"root": [{"id": "x", "kind": "exit"}]}`)
	owner := identity.WithActor(t.Context(), identity.Actor{Org: w.Org, Email: "owner@example.com", Role: identity.RoleUser})
	if _, err := w.Campaign.AddContacts(owner, w.Org, c.ID, campaign.Entry{Contacts: []crm.ContactID{anna.ID}, Source: "manual"}); err != nil {
		t.Fatal(err)
	}
	page, err := w.Campaign.Journeys(w.Ctx(), w.Org, campaign.JourneyQuery{Campaign: c.ID})
	if err != nil || page.Items[0].Reason.English() != "Added by owner@example.com." {
		t.Errorf("got %+v (%v), want the address of a user without a name", page.Items, err)
	}
}

func TestReentryRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule        campaign.Reentry
		whileOpen   int
		afterTheEnd int
	}{
		{campaign.ReentryNever, 0, 0},
		{campaign.ReentryAfterExit, 0, 1},
		{campaign.ReentryAlways, 1, 1},
	} {
		t.Run(string(test.rule), func(t *testing.T) {
			t.Parallel()
			w := world.New(t, &noWorkflows{})
			anna := w.Contact(t, crm.ContactInput{Email: new("anna@example.com")})
			draft, err := w.Campaign.CreateCampaign(w.Ctx(), w.Org, campaign.Input{
				Name: "Again", Reentry: test.rule, Flow: parse(t, `{"root": [{"id": "x", "kind": "exit"}]}`),
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Campaign.Publish(w.Ctx(), w.Org, draft.ID); err != nil {
				t.Fatal(err)
			}
			entry := campaign.Entry{Contacts: []crm.ContactID{anna.ID, anna.ID, 999_999}, Source: "api"}
			first, err := w.Campaign.AddContacts(w.Ctx(), w.Org, draft.ID, entry)
			if err != nil || first != (campaign.Added{Added: 1, NotFound: 1}) {
				t.Fatalf("got %+v (%v), want one added and one not found", first, err)
			}
			second, err := w.Campaign.AddContacts(w.Ctx(), w.Org, draft.ID, entry)
			if err != nil || second.Added != test.whileOpen {
				t.Errorf("while open: got %+v (%v), want %d added", second, err, test.whileOpen)
			}
			page, err := w.Campaign.Journeys(w.Ctx(), w.Org, campaign.JourneyQuery{Campaign: draft.ID})
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range page.Items {
				if _, err := w.Campaign.Advance(context.Background(), campaign.Advance{Org: w.Org, Journey: j.ID, Seq: 1, Now: monday}); err != nil {
					t.Fatal(err)
				}
			}
			third, err := w.Campaign.AddContacts(w.Ctx(), w.Org, draft.ID, entry)
			if err != nil || third.Added != test.afterTheEnd {
				t.Errorf("after the end: got %+v (%v), want %d added", third, err, test.afterTheEnd)
			}
		})
	}
}

func TestAnotherOrganizationsCampaignIsNotFound(t *testing.T) {
	t.Parallel()
	s := enter(t, sendWaitTag)
	other := world.On(t, s.DB, storetest.Org(t, s.DB, "Other"), s.workflows)
	calls := map[string]func() error{
		"Campaign": func() error {
			_, err := other.Campaign.Campaign(other.Ctx(), other.Org, s.journey.Campaign)
			return err
		},
		"Publish": func() error { _, err := other.Campaign.Publish(other.Ctx(), other.Org, s.journey.Campaign); return err },
		"Pause":   func() error { _, err := other.Campaign.Pause(other.Ctx(), other.Org, s.journey.Campaign); return err },
		"Versions": func() error {
			_, err := other.Campaign.Versions(other.Ctx(), other.Org, s.journey.Campaign)
			return err
		},
		"Journey": func() error { _, err := other.Campaign.Journey(other.Ctx(), other.Org, s.journey.ID); return err },
		"AddContacts": func() error {
			_, err := other.Campaign.AddContacts(other.Ctx(), other.Org, s.journey.Campaign, campaign.Entry{Everyone: true, Source: "api"})
			return err
		},
	}
	for name, call := range calls {
		if kind := domain.KindOf(call()); kind != domain.KindNotFound {
			t.Errorf("%s: got kind %q, want not found", name, kind)
		}
	}
	if _, err := s.Campaign.Campaign(other.Ctx(), s.Org, s.journey.Campaign); domain.KindOf(err) != domain.KindForbidden {
		t.Errorf("naming a foreign organization: got %v, want forbidden", err)
	}
	log, err := other.Campaign.StepLog(other.Ctx(), other.Org, s.journey.ID)
	if err != nil || len(log) != 0 {
		t.Errorf("got %d log entries (%v), want none", len(log), err)
	}
	if _, err := s.Campaign.Campaigns(context.Background(), s.Org, campaign.Query{}); domain.KindOf(err) != domain.KindUnauthorized {
		t.Errorf("nobody: got %v, want unauthorized", err)
	}
}
