package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// puzzle is a contact, a campaign and an email of it, and something that has happened to them.
type puzzle struct {
	*scene
	t     *testing.T
	anna  crm.Contact
	camp  campaign.Campaign
	email messaging.Email
}

const offerIfVIP = `{"root": [
	{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}},
	{"id": "vip", "kind": "condition", "settings": {"tag": "vip"}, "branches": [
		{"id": "yes", "steps": [{"id": "send", "kind": "send_email", "name": "Send the offer", "settings": {"email": %d}}]},
		{"id": "no", "steps": []}]}]}`

const offerAtOnce = `{"root": [{"id": "send", "kind": "send_email", "name": "Send the offer", "settings": {"email": %d}},
	{"id": "wait", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}}]}`

const offerIfClicked = `{"root": [{"id": "send", "kind": "send_email", "name": "Send the offer", "settings": {"email": %d}},
	{"id": "clicked", "kind": "decision", "settings": {"did": "clicked", "step": "send", "within": {"amount": 3, "unit": "days"}}}]}`

func newPuzzle(t *testing.T, document string) *puzzle {
	t.Helper()
	workflows := &noWorkflows{}
	w := world.New(t, workflows)
	p := &puzzle{scene: &scene{World: w, workflows: workflows}, t: t}
	p.anna = w.Contact(t, crm.ContactInput{Firstname: new("Anna"), Email: new("anna@example.com"), Tags: []string{"VIP"}})
	p.email = w.Email(t, "Offer")
	p.camp = w.Publish(t, "Welcome", fmt.Sprintf(document, p.email.ID))
	return p
}

func (p *puzzle) enter() {
	p.t.Helper()
	p.journey, p.seq = p.Enter(p.t, p.camp.ID, p.anna.ID)[0], 0
}

func (p *puzzle) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// goOn advances the journey at a time, and delivers what it sends.
func (p *puzzle) goOn(now time.Time) {
	p.t.Helper()
	answer := p.ask(p.t, now, campaign.HappenedTime)
	if answer.Do != campaign.DoRun {
		return
	}
	_, err := p.Messaging.Deliver(p.Ctx(), p.Org, answer.Message)
	if err == nil {
		p.ask(p.t, now, campaign.HappenedActivity)
	} else if _, retry := errors.AsType[*messaging.RetryError](err); !retry {
		p.t.Fatal(err)
	}
}

func (p *puzzle) add(contacts ...crm.ContactID) error {
	_, err := p.Campaign.AddContacts(p.Ctx(), p.Org, p.camp.ID, campaign.Entry{Contacts: contacts, Source: "api"})
	return err
}

func (p *puzzle) pause() {
	p.t.Helper()
	var err error
	p.camp, err = p.Campaign.Pause(p.Ctx(), p.Org, p.camp.ID)
	p.must(err)
}

func (p *puzzle) archive() {
	p.t.Helper()
	var err error
	p.camp, err = p.Campaign.Archive(p.Ctx(), p.Org, p.camp.ID)
	p.must(err)
}

func (p *puzzle) refuse(with error) {
	p.Provider.Answer = func(messaging.Outgoing) error { return with }
}

func when(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04") }

// tell fills the times that the database made into a sentence.
func (p *puzzle) tell(sentence string) string {
	p.t.Helper()
	times := []string{"{contact}", when(p.anna.CreatedAt)}
	if p.camp.StateSince != nil {
		times = append(times, "{since}", when(*p.camp.StateSince))
	}
	if p.camp.PublishedAt != nil {
		times = append(times, "{published}", when(*p.camp.PublishedAt))
	}
	if p.journey.ID != 0 {
		times = append(times, "{entered}", when(p.journey.CreatedAt))
	}
	if found, err := p.Campaign.Store.Refusals(p.Ctx(), p.Org, p.anna.ID); err == nil && len(found) > 0 {
		times = append(times, "{refused}", when(found[0].At))
	}
	if last, err := p.Campaign.Store.LastEntry(p.Ctx(), p.Org, p.camp.ID); err == nil {
		times = append(times, "{last}", when(last))
	}
	if pause, err := p.Messaging.SendingPause(p.Ctx()); err == nil && pause != nil {
		times = append(times, "{paused}", when(pause.Since))
	}
	if m, ok := p.message(); ok {
		times = append(times, "{decided}", when(m.CreatedAt), "{updated}", when(m.UpdatedAt))
		if m.WaitsSince != nil {
			times = append(times, "{waits}", when(*m.WaitsSince))
		}
		if m.DeliveryAt != nil {
			times = append(times, "{reported}", when(*m.DeliveryAt))
		}
	}
	return strings.NewReplacer(times...).Replace(sentence)
}

func (p *puzzle) message() (messaging.Message, bool) {
	page, err := p.Messaging.Messages(p.Ctx(), p.Org, messaging.MessageQuery{Contact: p.anna.ID})
	if err != nil || len(page.Items) == 0 {
		return messaging.Message{}, false
	}
	return page.Items[0], true
}

func inCampaign(p *puzzle) campaign.WhyQuery {
	return campaign.WhyQuery{Contact: p.anna.ID, Campaign: p.camp.ID, Now: monday.Add(time.Hour)}
}

func withEmail(p *puzzle) campaign.WhyQuery {
	return campaign.WhyQuery{Contact: p.anna.ID, Email: p.email.ID, Now: monday.Add(time.Hour)}
}

func withBoth(p *puzzle) campaign.WhyQuery {
	return campaign.WhyQuery{Contact: p.anna.ID, Email: p.email.ID, Campaign: p.camp.ID, Now: monday.Add(time.Hour)}
}

func ofMessage(p *puzzle) campaign.WhyQuery {
	m, _ := p.message()
	return campaign.WhyQuery{Message: m.ID, Now: monday.Add(time.Hour)}
}

type whyTest struct {
	name     string
	flow     string
	happened func(p *puzzle)
	ask      func(p *puzzle) campaign.WhyQuery
	kind     campaign.WhyKind
	want     string
}

var entrySituations = []whyTest{
	{"never added", offerAtOnce, func(p *puzzle) {
		p.must(p.add(p.Contact(p.t, crm.ContactInput{}).ID))
	}, inCampaign, campaign.WhyNeverAdded, "Anna was never added to “Welcome”."},
	{"nobody was", offerAtOnce, nil, inCampaign, campaign.WhyNobodyEntered, "Nobody has been added to “Welcome” yet."},
	{"created after everybody entered", offerAtOnce, func(p *puzzle) {
		p.must(p.add(p.anna.ID))
		p.anna = p.Contact(p.t, crm.ContactInput{Firstname: new("Ben")})
	}, inCampaign, campaign.WhyCreatedLater, "Ben became a contact on {contact}, after the last people had entered “Welcome” on {last}."},
	{"a draft", offerAtOnce, func(p *puzzle) {
		draft, err := p.Campaign.CreateCampaign(p.Ctx(), p.Org, campaign.Input{Name: "Spring"})
		p.must(err)
		p.camp = draft
	}, inCampaign, campaign.WhyNotPublished, "“Spring” was never published, so nobody can enter it."},
	{"added while paused", offerAtOnce, func(p *puzzle) {
		p.pause()
		if err := p.add(p.anna.ID); domain.KindOf(err) != domain.KindConflict {
			p.t.Errorf("a paused campaign took a contact: %v", err)
		}
	}, inCampaign, campaign.WhyNotTaken, "Anna was added to “Welcome” on {refused} but not taken, because the campaign was paused then."},
	{"added a second time", offerAtOnce, func(p *puzzle) {
		p.enter()
		p.goOn(monday)
		p.goOn(monday.AddDate(0, 0, 2))
		p.must(p.add(p.anna.ID))
	}, inCampaign, campaign.WhyReentry, "Anna was added to “Welcome” again on {refused} but not taken: it takes everybody only once, since this contact first entered on {entered}."},
	{
		"no campaign sends it", offerAtOnce, func(p *puzzle) { p.email = p.World.Email(p.t, "Orphan") }, withEmail, campaign.WhyNoSender,
		"No published campaign sends “Orphan”, so Anna could not get it.",
	},
	{"the campaign does not send it", offerAtOnce, func(p *puzzle) { p.email = p.World.Email(p.t, "Orphan") }, func(p *puzzle) campaign.WhyQuery {
		p.World.Publish(p.t, "Spring", fmt.Sprintf(offerAtOnce, p.email.ID))
		return withBoth(p)
	}, campaign.WhyNotSender, "No published version of “Welcome” sends “Orphan”."},
	{"in none of the campaigns that send it", offerAtOnce, func(p *puzzle) {
		p.World.Publish(p.t, "Spring", fmt.Sprintf(offerAtOnce, p.email.ID))
	}, withEmail, campaign.WhyNoneOfMany, "Anna was never added to a campaign that sends “Offer”: “Spring” or “Welcome”."},
	{"never added to the one that sends it", offerAtOnce, func(p *puzzle) {
		p.must(p.add(p.Contact(p.t, crm.ContactInput{}).ID))
	}, withEmail, campaign.WhyNeverAdded, "Anna was never added to “Welcome”."},
}

var journeySituations = []whyTest{
	{
		"starting", offerAtOnce, (*puzzle).enter, inCampaign, campaign.WhyStarting,
		"Anna was added to “Welcome” on {entered} and has not started yet: the workflow waits for its turn.",
	},
	{
		"waiting", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday) }, inCampaign, campaign.WhyWaiting,
		"Anna waits at the step “Wait 2 days” until 25 Nov 2026, 09:00.",
	},
	{
		"waiting for a click", offerIfClicked, func(p *puzzle) { p.enter(); p.goOn(monday) }, inCampaign, campaign.WhyAwaiting,
		"Anna waits at the step “Clicked a link? (waits up to 3 days)” until 26 Nov 2026, 09:00 at the latest for the contact to click in the email.",
	},
	{
		"parked", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday); p.pause() }, inCampaign, campaign.WhyPaused,
		"Anna stands still at the step “Wait 2 days” because “Welcome” is paused since {since}.",
	},
	{
		"archived, not ended yet", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday); p.archive() }, inCampaign, campaign.WhyArchived,
		"“Welcome” is archived since {since}, so Anna leaves it within minutes and gets nothing more.",
	},
	{
		"ended by archiving", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday); p.archive(); p.goOn(monday) }, inCampaign, campaign.WhyEnded,
		"Anna entered “Welcome” on {entered} and left it on 23 Nov 2026, 09:00: the campaign was archived.",
	},
	{
		"overdue", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday.AddDate(0, 0, -3)) }, inCampaign, campaign.WhyOverdue,
		"Anna should have gone on at the step “Wait 2 days” on 22 Nov 2026, 09:00 but has not: its workflow is late or lost, and is started again by itself if it is lost.",
	},
	{"started again", offerIfVIP, func(p *puzzle) {
		p.enter()
		p.goOn(monday)
		p.must(p.Campaign.Store.ToRestart(p.Ctx(), p.Org, p.journey.ID))
	}, inCampaign, campaign.WhyGoesOn, "Anna goes on at the step “Wait 2 days” in a moment: the workflow is being started again."},
	{
		"ended with a message that was not sent", offerAtOnce, func(p *puzzle) {
			p.enter()
			p.forbid(crm.Manual)
			p.goOn(monday)
			p.goOn(monday.AddDate(0, 0, 2))
		}, inCampaign, campaign.WhyEnded,
		"Anna entered “Welcome” on {entered} and left it on 25 Nov 2026, 09:00: Completed; the step “Send the offer”: not sent: somebody marked this contact as not to be emailed.",
	},
}

var pathSituations = []whyTest{
	{
		"still ahead", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday) }, withEmail, campaign.WhyNotYet,
		"Anna has not come to “Offer” yet: Anna waits at the step “Wait 2 days” until 25 Nov 2026, 09:00.",
	},
	{
		"on the other branch", offerIfVIP, func(p *puzzle) {
			p.untag()
			p.enter()
			p.goOn(monday)
			p.goOn(monday.AddDate(0, 0, 2))
		}, withEmail, campaign.WhyOtherBranch,
		"Anna never came to “Offer”: at “Has the tag “vip”?” the answer on 25 Nov 2026, 09:00 was “No”, and “Offer” is on the branch “Yes”.",
	},
	{
		"left before", offerIfVIP, func(p *puzzle) { p.enter(); p.goOn(monday); p.archive(); p.goOn(monday) }, withEmail, campaign.WhyLeftBefore,
		"Anna left “Welcome” before coming to “Offer”, on 23 Nov 2026, 09:00: the campaign was archived.",
	},
	{
		"on an older version", `{"root": [{"id": "wait", "kind": "wait", "settings": {"for": {"amount": %d, "unit": "days"}}}]}`, func(p *puzzle) {
			p.enter()
			p.goOn(monday)
			flow, err := campaign.ParseFlow([]byte(fmt.Sprintf(offerAtOnce, p.email.ID)))
			p.must(err)
			_, err = p.Campaign.UpdateCampaign(p.Ctx(), p.Org, p.camp.ID, p.camp.DraftRevision, campaign.Input{Name: "Welcome", Flow: flow})
			p.must(err)
			p.camp, err = p.Campaign.Publish(p.Ctx(), p.Org, p.camp.ID)
			p.must(err)
		}, withEmail, campaign.WhyOtherVersion,
		"Anna goes by version 1 of “Welcome”, which does not send “Offer”; version 2 does, since {published}.",
	},
}

var messageSituations = []whyTest{
	{
		"sent", offerAtOnce, func(p *puzzle) { p.enter(); p.goOn(monday) }, withEmail, campaign.WhySent,
		"“Offer” was sent to Anna at anna@example.com on {updated}.",
	},
	{
		"unsubscribed", offerAtOnce, func(p *puzzle) { p.enter(); p.forbid(crm.Unsubscribed); p.goOn(monday) }, withEmail, campaign.WhySkipped,
		"“Offer” was not sent to Anna on {updated}: the contact has unsubscribed from emails, on {updated}.",
	},
	{"no address", offerAtOnce, func(p *puzzle) {
		p.anna = p.Contact(p.t, crm.ContactInput{Firstname: new("Ben")})
		p.enter()
		p.goOn(monday)
	}, ofMessage, campaign.WhySkipped, "“Offer” was not sent to Ben on {updated}: the contact has no email address."},
	{"refused for good", offerAtOnce, func(p *puzzle) {
		p.refuse(&messaging.Refused{Permanent: true, Reason: "The mail provider refused the address."})
		p.enter()
		p.goOn(monday)
	}, ofMessage, campaign.WhyFailed, "“Offer” to Anna failed for good on {updated}: the mail provider refused the address."},
	{
		"refused for now", offerAtOnce, func(p *puzzle) {
			p.refuse(&messaging.Refused{Reason: "The mail provider is busy.", Detail: "421 later"})
			p.enter()
			p.goOn(monday)
		}, inCampaign, campaign.WhyRefusedForNow,
		"“Offer” for Anna waits for the provider since {waits}, was tried 1 time and is tried again by itself: the mail provider is busy. It said: 421 later.",
	},
	{
		"answer lost", offerAtOnce, func(p *puzzle) { p.refuse(errors.New("connection reset")); p.enter(); p.goOn(monday) }, withEmail, campaign.WhyUnknown,
		"Nobody knows whether “Offer” reached Anna: the provider's answer was lost on {updated}, and it is not sent again by itself.",
	},
	{"campaign paused before it was sent", offerAtOnce, func(p *puzzle) {
		p.enter()
		p.ask(p.t, monday, campaign.HappenedStart)
		p.pause()
	}, withEmail, campaign.WhyPaused, "“Offer” for Anna waits because the campaign “Welcome” is paused since {since}."},
	{"put off", offerAtOnce, func(p *puzzle) {
		p.Messaging.GuardBy(quiet{until: monday.AddDate(0, 0, 1)})
		p.enter()
		p.goOn(monday)
	}, withEmail, campaign.WhyPutOff, "“Offer” for Anna waits until 24 Nov 2026, 09:00: it is night where the contact lives."},
	{
		"held back", offerAtOnce, func(p *puzzle) { p.Messaging.GuardBy(quiet{}); p.enter(); p.goOn(monday) }, withEmail, campaign.WhyHeldBack,
		"“Offer” for Anna is held back since {waits}: it is night where the contact lives.",
	},
	{"sending is paused for everybody", offerAtOnce, func(p *puzzle) {
		p.must(p.Messaging.PauseSending(p.Ctx(), "A backup was restored."))
		p.enter()
		p.goOn(monday)
	}, withEmail, campaign.WhySendingPaused, "“Offer” for Anna waits because sending is paused for everybody since {paused}: a backup was restored."},
	{
		"delivered", offerAtOnce, func(p *puzzle) { p.report(messaging.FeedbackDelivered, messaging.Bounce{}) }, withEmail, campaign.WhyDelivered,
		"“Offer” was delivered to Anna at anna@example.com on {reported}.",
	},
	{
		"came back", offerAtOnce, func(p *puzzle) { p.report(messaging.FeedbackBounced, messaging.Bounce{Class: messaging.BounceHard}) }, withEmail, campaign.WhyBounced,
		"“Offer” was sent to Anna at anna@example.com but came back on {reported}: the address does not exist.",
	},
	{
		"called spam", offerAtOnce, func(p *puzzle) { p.report(messaging.FeedbackComplained, messaging.Bounce{}) }, withEmail, campaign.WhyComplained,
		"“Offer” was sent to Anna, who called it spam on {reported}.",
	},
	{
		"on the suppression list", offerAtOnce, func(p *puzzle) {
			_, err := p.Messaging.Suppress(p.Ctx(), p.Org, messaging.SuppressionInput{Address: "anna@example.com"})
			p.must(err)
			p.enter()
			p.goOn(monday)
		}, withEmail, campaign.WhySkipped,
		"“Offer” was not sent to Anna on {updated}: the address is on the suppression list: somebody put it there, since {updated}.",
	},
	{
		"its turn has not come", offerAtOnce, func(p *puzzle) { p.enter(); p.ask(p.t, monday, campaign.HappenedStart) }, withEmail, campaign.WhyQueued,
		"“Offer” for Anna is waiting for its turn to be sent since {decided}.",
	},
}

// report sends the message and has the provider report about it.
func (p *puzzle) report(kind messaging.FeedbackKind, bounce messaging.Bounce) {
	p.t.Helper()
	p.enter()
	p.goOn(monday)
	m, _ := p.message()
	p.must(p.Messaging.TakeFeedback(p.Ctx(), []messaging.Feedback{{
		Key: "report", Provider: "test", Kind: kind, Sid: m.Sid, Recipient: m.Address, At: m.CreatedAt, Bounce: bounce,
	}}))
}

// quiet is a gate that holds everything back.
type quiet struct{ until time.Time }

func (q quiet) Judge(context.Context, domain.OrgID, messaging.Message, crm.Contact) (messaging.Verdict, error) {
	return messaging.Verdict{Hold: true, Until: q.until, Reason: "It is night where the contact lives."}, nil
}

func (p *puzzle) forbid(reason crm.Reason) {
	p.t.Helper()
	p.must(p.CRM.SetDoNotContact(p.Ctx(), p.Org, p.anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: reason}))
}

func (p *puzzle) untag() {
	p.t.Helper()
	p.must(p.CRM.ChangeTags(p.Ctx(), p.Org, p.anna.ID, crm.TagChange{Remove: []string{"VIP"}}))
}

func TestEverySituationHasItsSentence(t *testing.T) {
	t.Parallel()
	for group, tests := range map[string][]whyTest{
		"entry": entrySituations, "journey": journeySituations, "path": pathSituations, "message": messageSituations,
	} {
		for _, test := range tests {
			t.Run(group+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				p := newPuzzle(t, test.flow)
				if test.happened != nil {
					test.happened(p)
				}
				query := test.ask(p)
				got, err := p.Campaign.Why(p.Ctx(), p.Org, query)
				if err != nil {
					t.Fatal(err)
				}
				if want := p.tell(test.want); got.Sentence.String() != want || got.Kind != test.kind {
					t.Errorf("got %s:\n%s\nwant %s:\n%s\nevidence: %v", got.Kind, got.Sentence, test.kind, want, texts(got.Evidence))
				}
			})
		}
	}
}

func texts(evidence []campaign.Evidence) []string {
	lines := make([]string, len(evidence))
	for i, e := range evidence {
		lines[i] = e.Text.String()
	}
	return lines
}

func TestAnotherOrganizationsContactIsNotExplained(t *testing.T) {
	t.Parallel()
	p := newPuzzle(t, offerAtOnce)
	p.enter()
	p.goOn(monday)
	foreign := world.On(t, p.DB, storetest.Org(t, p.DB, "Globex"), p.workflows)
	carla := foreign.Contact(t, crm.ContactInput{Firstname: new("Carla")})
	for name, query := range map[string]campaign.WhyQuery{
		"contact":          inCampaign(p),
		"contact by email": withEmail(p),
		"message":          ofMessage(p),
		"campaign":         {Contact: carla.ID, Campaign: p.camp.ID},
		"email":            {Contact: carla.ID, Email: p.email.ID},
	} {
		if _, err := foreign.Campaign.Why(foreign.Ctx(), foreign.Org, query); domain.KindOf(err) != domain.KindNotFound {
			t.Errorf("%s: got %v, want not found", name, err)
		}
	}
}

func TestWhyAsksWhoIsAsking(t *testing.T) {
	t.Parallel()
	p := newPuzzle(t, offerAtOnce)
	if _, err := p.Campaign.Why(context.Background(), p.Org, inCampaign(p)); domain.KindOf(err) != domain.KindUnauthorized {
		t.Errorf("nobody: got %v", err)
	}
	stranger := identity.WithActor(context.Background(), identity.Actor{Org: p.Org + 1, Role: identity.RoleSuperadmin})
	if _, err := p.Campaign.Why(stranger, p.Org, inCampaign(p)); domain.KindOf(err) != domain.KindForbidden {
		t.Errorf("somebody else: got %v", err)
	}
	for _, incomplete := range []campaign.WhyQuery{{}, {Contact: p.anna.ID}, {Campaign: p.camp.ID}} {
		if _, err := p.Campaign.Why(p.Ctx(), p.Org, incomplete); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%+v: got %v, want invalid", incomplete, err)
		}
	}
}

func TestAnSMSIsExplainedAsAnEmailIs(t *testing.T) {
	t.Parallel()
	p := newPuzzle(t, offerAtOnce)
	sms, err := p.Messaging.CreateSMS(p.Ctx(), p.Org, messaging.SMSInput{Name: "Reminder", Body: "See you."})
	p.must(err)
	p.camp = p.World.Publish(t, "Visit", fmt.Sprintf(`{"root": [{"id": "sms", "kind": "send_sms", "settings": {"sms": %d}}]}`, sms.ID))
	query := campaign.WhyQuery{Contact: p.anna.ID, SMS: sms.ID, Now: monday}
	never, err := p.Campaign.Why(p.Ctx(), p.Org, query)
	p.must(err)
	if never.Sentence.String() != "Nobody has been added to “Visit” yet." {
		t.Errorf("got %s", never.Sentence)
	}
	p.enter()
	p.goOn(monday)
	got, err := p.Campaign.Why(p.Ctx(), p.Org, query)
	p.must(err)
	if got.Kind != campaign.WhySkipped || !strings.HasPrefix(got.Sentence.String(), "“Reminder” was not sent to Anna on ") {
		t.Errorf("got %s: %s", got.Kind, got.Sentence)
	}
	if !strings.Contains(strings.Join(texts(got.Evidence), " "), "Has no phone number that can be reached.") {
		t.Errorf("got evidence %q", texts(got.Evidence))
	}
}

func TestWhoForbadeTheMailIsNamed(t *testing.T) {
	t.Parallel()
	p := newPuzzle(t, offerAtOnce)
	p.enter()
	ben, _, err := p.Identity.CreateUser(p.Ctx(), p.Org, identity.UserInput{Email: "ben@example.com", Name: "Ben Jones"})
	p.must(err)
	asBen := identity.WithActor(context.Background(), identity.Actor{Org: p.Org, User: ben.ID, Name: "Ben Jones", Role: identity.RoleUser})
	p.must(p.CRM.SetDoNotContact(asBen, p.Org, p.anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Manual}))
	p.goOn(monday)
	got, err := p.Campaign.Why(p.Ctx(), p.Org, withEmail(p))
	p.must(err)
	want := p.tell("“Offer” was not sent to Anna on {updated}: somebody marked this contact as not to be emailed, on {updated}, by Ben Jones.")
	if got.Sentence.String() != want {
		t.Errorf("got %s\nwant %s", got.Sentence, want)
	}
	if !strings.Contains(strings.Join(texts(got.Evidence), "\n"), "May not be reached by email any more: decided here, by Ben Jones.") {
		t.Errorf("the evidence does not name who did it: %q", texts(got.Evidence))
	}
}
