package campaign_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// enterSMS makes a world in which a contact with that phone has entered a campaign of the flow. %d
// in the document is an SMS.
func enterSMS(t *testing.T, phone *string, document string) *scene {
	t.Helper()
	workflows := &noWorkflows{}
	w := world.New(t, workflows)
	anna := w.Contact(t, crm.ContactInput{Firstname: new("Anna"), Phone: phone})
	c := w.Publish(t, "Offer", fmt.Sprintf(document, w.SMS(t, "Offer").ID))
	return &scene{World: w, workflows: workflows, journey: w.Enter(t, c.ID, anna.ID)[0]}
}

const awaitedReply = `{"root": [
	{"id": "text", "kind": "send_sms", "name": "Offer", "settings": {"sms": %d}},
	{"id": "replied", "kind": "decision", "settings": {"did": "replied", "step": "text", "within": {"amount": 2, "unit": "days"}}, "branches": [
		{"id": "yes", "steps": [{"id": "tag", "kind": "change_tags", "settings": {"add": ["talks"]}}]}]}]}`

func TestAReplyToTheSMSTakesTheYesBranch(t *testing.T) {
	t.Parallel()
	s := enterSMS(t, new("+1 202 555 0123"), awaitedReply)
	send := s.ask(t, monday, campaign.HappenedStart)
	if send.Do != campaign.DoRun || send.Activity != campaign.SendSMSActivity || send.Summary != "Send SMS: Offer" {
		t.Fatalf("got %+v, want an instruction to send", send)
	}
	if _, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message); err != nil {
		t.Fatal(err)
	}
	wait := s.ask(t, monday, campaign.HappenedActivity)
	if wait.Do != campaign.DoWait || wait.Awaits.Type != crm.EventSMSReceived || !wait.Until.Equal(monday.AddDate(0, 0, 2)) {
		t.Fatalf("got %+v, want to wait for the reply", wait)
	}
	about := int64(send.Message)
	for _, message := range []*int64{nil, &about} { // a keyword such as STOP is about no message
		if _, err := s.CRM.AppendEvents(s.Ctx(), s.Org, []crm.Event{{Contact: s.journey.Contact, Type: crm.EventSMSReceived, MessageID: message}}); err != nil {
			t.Fatal(err)
		}
		answer := s.ask(t, monday.Add(time.Hour), campaign.HappenedEvent)
		if want := map[bool]campaign.Do{true: campaign.DoWait, false: campaign.DoEnd}[message == nil]; answer.Do != want {
			t.Errorf("got %+v, want %s", answer, want)
		}
	}
	want := []string{"Offer: Sent.", "Replied to the SMS? (waits up to 2 days): Yes, replied.", "Add “talks”: Tags changed."}
	if got := s.Log(t, s.journey.ID); !slices.Equal(got, want) {
		t.Errorf("got log %q, want %q", got, want)
	}
}

func TestNobodyWaitsForTheReplyToAnSMSThatWasNotSent(t *testing.T) {
	t.Parallel()
	s := enterSMS(t, nil, awaitedReply)
	send := s.ask(t, monday, campaign.HappenedStart)
	delivery, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message)
	if err != nil || delivery.State != messaging.StateSkipped {
		t.Fatalf("%+v, %v", delivery, err)
	}
	if end := s.ask(t, monday, campaign.HappenedActivity); end.Do != campaign.DoEnd {
		t.Errorf("got %+v, want the end", end)
	}
	want := []string{"Offer: Not sent: The contact has no mobile number.", "Replied to the SMS? (waits up to 2 days): No: the message was not sent, so there is nothing to wait for."}
	if got := s.Log(t, s.journey.ID); !slices.Equal(got, want) {
		t.Errorf("got log %q, want %q", got, want)
	}
}

func TestAClickInAnSMSIsNoClickInAnEmail(t *testing.T) {
	t.Parallel()
	s := enterSMS(t, new("+1 202 555 0123"), `{"root": [
		{"id": "text", "kind": "send_sms", "settings": {"sms": %d}},
		{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 1, "unit": "days"}}},
		{"id": "clicked", "kind": "decision", "settings": {"did": "clicked", "step": "text"}}]}`)
	send := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message); err != nil {
		t.Fatal(err)
	}
	s.ask(t, monday, campaign.HappenedActivity)
	about := int64(send.Message)
	if _, err := s.CRM.AppendEvents(s.Ctx(), s.Org, []crm.Event{{Contact: s.journey.Contact, Type: crm.EventSMSClicked, MessageID: &about}}); err != nil {
		t.Fatal(err)
	}
	if end := s.ask(t, monday.AddDate(0, 0, 1), campaign.HappenedTime); end.Walked[1].Outcome != "Yes, clicked." {
		t.Errorf("got %+v, want the click to count", end)
	}
}
