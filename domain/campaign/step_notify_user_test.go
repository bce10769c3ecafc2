package campaign_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

const noticeTexts = `"subject": "Call {{ contact.firstname }}", "text": "{{ contact.email }} has {{ contact.points }} points."`

// enterNotify makes a world in which a contact, whose owner is Olga, has entered a campaign that
// notifies as the settings say.
func enterNotify(t *testing.T, settings func(olga identity.UserID) string) (*scene, identity.User) {
	t.Helper()
	workflows := &noWorkflows{}
	w := world.New(t, workflows)
	olga, _, err := w.Identity.CreateUser(w.Ctx(), w.Org, identity.UserInput{Email: "olga@acme.example", Name: "Olga"})
	if err != nil {
		t.Fatal(err)
	}
	anna := w.Contact(t, crm.ContactInput{Firstname: new("Anna"), Email: new("anna@example.com"), OwnerID: &olga.ID})
	if err := w.CRM.SetDoNotContact(w.Ctx(), w.Org, anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed}); err != nil {
		t.Fatal(err)
	}
	c := w.Publish(t, "Notify", fmt.Sprintf(`{"root": [{"id": "tell", "kind": "notify_user", "settings": {%s, %s}}]}`, settings(olga.ID), noticeTexts))
	return &scene{World: w, workflows: workflows, journey: w.Enter(t, c.ID, anna.ID)[0]}, olga
}

func owner(identity.UserID) string { return `"to": "owner"` }

// deliver carries out what the journey is told until it is told something else, and returns that.
func (s *scene) deliver(t *testing.T, what campaign.Instruction) campaign.Instruction {
	t.Helper()
	for what.Do == campaign.DoRun {
		if _, err := s.Messaging.Deliver(s.Ctx(), s.Org, what.Message); err != nil {
			t.Fatal(err)
		}
		what = s.ask(t, monday, campaign.HappenedActivity)
	}
	return what
}

func TestTheOwnerIsNotifiedOfAContactWhoMustNotBeEmailed(t *testing.T) {
	t.Parallel()
	s, _ := enterNotify(t, owner)
	run := s.ask(t, monday, campaign.HappenedStart)
	if run.Summary != "Notify: Notify the contact's owner" {
		t.Errorf("got the summary %q", run.Summary)
	}
	if early := s.ask(t, monday, campaign.HappenedWake); early.Do != campaign.DoRun || early.Message != run.Message {
		t.Errorf("woken too early: got %+v, want the same message", early)
	}
	if end := s.deliver(t, run); end.Do != campaign.DoEnd {
		t.Errorf("got %+v, want the end", end)
	}
	s.wantLog(t, "Notify the contact's owner: Notified.")
	sent := s.Provider.Sent()
	if len(sent) != 1 || sent[0].To != "olga@acme.example" || sent[0].Subject != "Call Anna" {
		t.Fatalf("got %+v, want one mail to Olga", sent)
	}
	parts, err := messaging.Captured{Raw: sent[0].Raw}.Parts()
	link := fmt.Sprintf("http://mauntic.test/app/contacts/%d", s.journey.Contact)
	if err != nil || !strings.HasPrefix(parts.Text, "anna@example.com has 0 points.") || !strings.Contains(parts.Text, link) {
		t.Errorf("the mail says %q (%v)", parts.Text, err)
	}
	for _, forbidden := range []string{"List-Unsubscribe", "/t/o/", "/t/c/", "/u/", "text/html", "Feedback-ID", "List-Id"} {
		if strings.Contains(string(sent[0].Raw), forbidden) {
			t.Errorf("the mail holds %s:\n%s", forbidden, sent[0].Raw)
		}
	}
	page, err := s.Messaging.Messages(s.Ctx(), s.Org, messaging.MessageQuery{Contact: s.journey.Contact})
	if err != nil || page.Total != 0 {
		t.Errorf("got %d messages to the contact (%v), want none", page.Total, err)
	}
	timeline, err := s.CRM.Timeline(s.Ctx(), s.Org, s.journey.Contact, 0, 100)
	if err != nil || slices.ContainsFunc(timeline, func(e crm.Event) bool { return e.Type == crm.EventEmailSent }) {
		t.Errorf("the contact's timeline tells of an email (%v)", err)
	}
}

func TestColleaguesAreNotifiedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	s, _ := enterNotify(t, func(identity.UserID) string {
		return `"to": "addresses", "addresses": ["b@acme.example", "a@acme.example", "b@acme.example"]`
	})
	s.deliver(t, s.ask(t, monday, campaign.HappenedStart))
	s.wantLog(t, "Notify 3 colleagues: Notified.")
	var to []string
	for _, mail := range s.Provider.Sent() {
		to = append(to, mail.To)
	}
	if !slices.Equal(to, []string{"a@acme.example", "b@acme.example"}) {
		t.Errorf("notified %v", to)
	}
}

func TestNobodyToNotifyIsAnOutcome(t *testing.T) {
	t.Parallel()
	user := func(id identity.UserID) string { return fmt.Sprintf(`"to": "user", "user": %d`, id) }
	for name, test := range map[string]struct {
		settings func(identity.UserID) string
		spoil    func(s *scene, olga identity.User) error
		says     string
	}{
		"NoOwner": {owner, func(s *scene, _ identity.User) error {
			_, err := s.CRM.SetFields(s.Ctx(), s.Org, s.journey.Contact, map[string]string{"ownerId": ""})
			return err
		}, "Nobody was notified: the contact has no owner."},
		"Blocked": {user, func(s *scene, olga identity.User) error {
			_, err := s.Identity.BlockUser(s.Ctx(), s.Org, olga.ID, true)
			return err
		}, "Nobody was notified: the colleague is blocked."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, olga := enterNotify(t, test.settings)
			if err := test.spoil(s, olga); err != nil {
				t.Fatal(err)
			}
			if end := s.ask(t, monday, campaign.HappenedStart); end.Do != campaign.DoEnd || end.Walked[0].Outcome != test.says {
				t.Errorf("got %+v, want %q", end, test.says)
			}
		})
	}
}

func TestAPausedCampaignNotifiesNobody(t *testing.T) {
	t.Parallel()
	s, _ := enterNotify(t, owner)
	run := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Campaign.Pause(s.Ctx(), s.Org, s.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	if delivery, err := s.Messaging.Deliver(s.Ctx(), s.Org, run.Message); err != nil || !delivery.Deferred || len(s.Provider.Sent()) != 0 {
		t.Errorf("got %+v (%v), want it held back", delivery, err)
	}
}

func TestANoticeGoesWithTheContactItIsAbout(t *testing.T) {
	t.Parallel()
	s, _ := enterNotify(t, owner)
	run := s.ask(t, monday, campaign.HappenedStart)
	if err := s.CRM.DeleteContact(s.Ctx(), s.Org, s.journey.Contact); err != nil {
		t.Fatal(err)
	}
	delivery, err := s.Messaging.Deliver(s.Ctx(), s.Org, run.Message)
	if err != nil || delivery.State != messaging.StateFailed || len(s.Provider.Sent()) != 0 {
		t.Errorf("got %+v (%v), want it to fail", delivery, err)
	}
}

func TestNoticesOfAnotherOrganizationAreNotFound(t *testing.T) {
	t.Parallel()
	s, _ := enterNotify(t, owner)
	run := s.ask(t, monday, campaign.HappenedStart)
	foreign := world.On(t, s.DB, storetest.Org(t, s.DB, "Other"), &noWorkflows{})
	if _, err := foreign.Messaging.Deliver(foreign.Ctx(), foreign.Org, run.Message); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("got %v, want not found", err)
	}
	_, err := foreign.Messaging.DecideNotice(foreign.Ctx(), foreign.Org, messaging.Notice{Key: "k", To: "a@acme.example", Text: "x", About: s.journey.Contact})
	if domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("a notice about a foreign contact: got %v, want not found", err)
	}
}
