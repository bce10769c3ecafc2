package ui_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// reasons has the rows made that keep a reason, and knows the pages that show it.
type reasons struct {
	*world.World
	t     *testing.T
	known crm.ContactID
	email messaging.EmailID
	sms   messaging.SMSID
	pages []string
}

// fillReasons has messages and calls held, refused and given up, and senders paused, each for another
// reason. It returns the pages that say so.
func fillReasons(t *testing.T, w *world.World, known crm.ContactID, email messaging.EmailID, sms messaging.SMSID) []string {
	t.Helper()
	r := &reasons{World: w, t: t, known: known, email: email, sms: sms}
	r.fail()
	r.waitForProvider()
	r.giveUpCalling()
	r.stop()
	r.hold()
	return r.pages
}

func (r *reasons) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// person is a contact whose clock is that of the organization.
func (r *reasons) person(address string) crm.ContactID {
	r.t.Helper()
	return r.Contact(r.t, crm.ContactInput{Firstname: new("Νίκος"), Email: &address, Phone: new("+30 6912345678")}).ID
}

// send has a step of a campaign send, and remembers the pages about it.
func (r *reasons) send(to crm.ContactID, step string) messaging.Message {
	r.t.Helper()
	made := r.Publish(r.t, "Λόγος", `{"root": [`+step+`]}`)
	journey := r.Enter(r.t, made.ID, to)[0]
	ask := campaign.Advance{Org: r.Org, Journey: journey.ID, Seq: 1, Now: time.Now(), Happened: campaign.Happened{What: campaign.HappenedStart}}
	doing, err := r.Campaign.Advance(r.Ctx(), ask)
	r.must(err)
	if _, err := r.Messaging.Deliver(r.Ctx(), r.Org, doing.Message); err == nil {
		ask.Seq, ask.Happened.What = 2, campaign.HappenedActivity
		_, err = r.Campaign.Advance(r.Ctx(), ask)
		r.must(err)
	}
	message, err := r.Messaging.Message(r.Ctx(), r.Org, doing.Message)
	r.must(err)
	r.pages = append(r.pages, fmt.Sprintf("/app/messages/%d", message.ID), fmt.Sprintf("/app/journeys/%d", journey.ID),
		fmt.Sprintf("/app/campaigns/%d", made.ID), fmt.Sprintf("/app/why?contact=%d&about=campaign-%d", to, made.ID))
	return message
}

func (r *reasons) mail(to crm.ContactID) messaging.Message {
	r.t.Helper()
	return r.send(to, fmt.Sprintf(`{"id": "d1", "kind": "send_email", "settings": {"email": %d}}`, r.email))
}

func (r *reasons) text(to crm.ContactID) messaging.Message {
	r.t.Helper()
	return r.send(to, fmt.Sprintf(`{"id": "d1", "kind": "send_sms", "settings": {"sms": %d}}`, r.sms))
}

// is checks that the message came where the page about it is to be seen.
func (r *reasons) is(m messaging.Message, state messaging.State, places bool) {
	r.t.Helper()
	if m.State != state || m.Reason == "" || (string(m.Reason) != m.Reason.English()) != places {
		r.t.Errorf("The message is %s: %q", m.State, string(m.Reason))
	}
}

func (r *reasons) fail() {
	r.t.Helper()
	r.Provider.Answer = func(messaging.Outgoing) error {
		return &messaging.Refused{Permanent: true, Reason: domain.Keep("The mail server refused the mail."), Detail: "550 Όχι"}
	}
	r.is(r.mail(r.person("no@example.com")), messaging.StateFailed, true)
	r.Provider.Answer = nil
	r.must(r.CRM.SetDoNotContact(r.Ctx(), r.Org, r.known, crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed}))
	r.is(r.mail(r.known), messaging.StateSkipped, false)
}

func (r *reasons) waitForProvider() {
	r.t.Helper()
	r.Provider.Answer = func(messaging.Outgoing) error {
		return &messaging.Refused{Reason: domain.Keep("Amazon SES is not available."), Detail: "421 Όχι"}
	}
	r.is(r.mail(r.person("later@example.com")), messaging.StateReady, true)
	r.Provider.Answer = nil
}

// giveUpCalling calls a webhook until it was tried for long enough.
func (r *reasons) giveUpCalling() {
	r.t.Helper()
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	r.t.Cleanup(broken.Close)
	made := r.Publish(r.t, "Κλήση", `{"root": [{"id": "e1", "kind": "call_webhook", "settings": {"url": "`+broken.URL+`", "tryFor": {"amount": 1, "unit": "minutes"}}}]}`)
	journey := r.Enter(r.t, made.ID, r.person("call@example.com"))[0]
	ask := campaign.Advance{Org: r.Org, Journey: journey.ID, Seq: 1, Now: time.Now(), Happened: campaign.Happened{What: campaign.HappenedStart}}
	doing, err := r.Campaign.Advance(r.Ctx(), ask)
	r.must(err)
	state := campaign.CallReady
	for tries := 0; tries < 5 && state != campaign.CallFailed; tries++ {
		state, _ = r.Campaign.MakeCall(r.Ctx(), r.Org, doing.Call) // an error has it tried again
	}
	if state != campaign.CallFailed {
		r.t.Fatalf("The call is %q.", state)
	}
	ask.Seq, ask.Happened.What = 2, campaign.HappenedActivity
	_, err = r.Campaign.Advance(r.Ctx(), ask)
	r.must(err)
	r.pages = append(r.pages, fmt.Sprintf("/app/journeys/%d", journey.ID))
}

// stop has too much come back from a campaign and from a sender.
func (r *reasons) stop() {
	r.t.Helper()
	now := time.Now()
	found := func(scope messaging.Scope, faults messaging.Faults) messaging.Finding {
		return messaging.JudgeRates(scope, []messaging.Minute{{Minute: now, Sent: 1200, Faults: faults}}, now)
	}
	made := r.Publish(r.t, "Παύση", `{"root": [{"id": "f1", "kind": "exit", "settings": {}}]}`)
	store := messagingstore.New(r.DB)
	for subject, faults := range map[messaging.Subject]messaging.Faults{
		{Scope: messaging.ScopeCampaign, Subject: fmt.Sprint(made.ID)}: {MessageFaults: 50},
		{Scope: messaging.ScopeDomain, Subject: "a.example.com"}:       {SenderFaults: 60},
		{Scope: messaging.ScopeDomain, Subject: "b.example.com"}:       {Complaints: 3},
		{Scope: messaging.ScopeDomain, Subject: "c.example.com"}:       {Bounces: 300},
	} {
		_, err := store.PutStop(r.Ctx(), r.Org, subject, found(subject.Scope, faults))
		r.must(err)
	}
	r.must(r.Campaign.PauseBecause(r.Ctx(), r.Org, int64(made.ID), found(messaging.ScopeCampaign, messaging.Faults{Bounces: 73}).Reason))
	r.pages = append(r.pages, fmt.Sprintf("/app/campaigns/%d", made.ID))
}

// hold makes rules that hold messages back, or drop them, and then pauses all of them.
func (r *reasons) hold() {
	r.t.Helper()
	now := time.Now().UTC()
	minute := messaging.Clock(now.Hour()*60 + now.Minute())
	const day = 24 * 60
	night := messaging.RuleInput{
		Kind: messaging.RuleQuiet, Channel: messaging.ChannelSMS, Action: messaging.ActionDefer, Days: messaging.EveryDay,
		Starts: (minute + day - 60) % day, Ends: (minute + 60) % day,
	}
	limit := messaging.RuleInput{Kind: messaging.RuleCap, Channel: messaging.ChannelEmail, Action: messaging.ActionDefer, Messages: 1, Per: messaging.PerWeek}
	for _, rule := range []*messaging.RuleInput{&night, &limit} {
		kept, err := r.Messaging.CreateRule(r.Ctx(), r.Org, *rule)
		r.must(err)
		often := r.person(fmt.Sprintf("rule%d@example.com", kept.ID))
		send := r.text
		if rule == &limit {
			send = r.mail
			send(often)
		}
		r.is(send(often), messaging.StateReady, true)
		rule.Action = messaging.ActionSkip
		_, err = r.Messaging.UpdateRule(r.Ctx(), r.Org, kept.ID, *rule)
		r.must(err)
		r.is(send(often), messaging.StateSkipped, true)
	}
	r.must(r.Messaging.PauseSending(r.Ctx(), messaging.PausedByOperator))
	r.is(r.mail(r.person("pause@example.com")), messaging.StateReady, true)
}
