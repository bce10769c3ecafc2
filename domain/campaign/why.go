package campaign

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// WhyQuery asks why something happened to a contact, or did not: in a campaign, with an email or SMS,
// or both. A message needs nothing else.
type WhyQuery struct {
	Contact  crm.ContactID
	Campaign ID
	Email    messaging.EmailID
	SMS      messaging.SMSID // in place of Email
	Message  messaging.MessageID
	Now      time.Time // zero: now
}

// Explanation is the answer to a WhyQuery: one sentence, and what it rests on.
type Explanation struct {
	Kind     WhyKind
	Sentence *domain.Phrase // for a marketer, with times in the organization's zone
	Evidence []Evidence     // oldest first
	// What it is about; zero where there is none.
	Contact     crm.ContactID
	ContactName *domain.Phrase
	Campaign    ID
	Journey     JourneyID
	Message     messaging.MessageID
	WorkflowID  string // of the journey, while Temporal may remember it
}

// Evidence is one fact.
type Evidence struct {
	At    *time.Time // nil: it is so now
	Text  *domain.Phrase
	About Ref
}

// Ref names a record that can be looked at; its zero value names none.
type Ref struct {
	Noun Noun
	ID   int64
}

// Noun is a kind of record.
type Noun string

// The nouns of evidence.
const (
	NounContact  Noun = "contact"
	NounCampaign Noun = "campaign"
	NounJourney  Noun = "journey"
	NounMessage  Noun = "message"
	NounEmail    Noun = "email"
	NounSMS      Noun = "sms"
)

// WhyNotes is the port for what only explanations ask.
type WhyNotes interface {
	ZoneOf(ctx context.Context, org domain.OrgID) (string, error)
	// Marks returns what forbids to reach a contact, with who did it.
	Marks(ctx context.Context, org domain.OrgID, contact crm.ContactID) ([]Mark, error)
	// Senders returns the published versions that send an email or an SMS (the other one is 0), those
	// of the newest campaign and then the newest version first.
	Senders(ctx context.Context, org domain.OrgID, email messaging.EmailID, sms messaging.SMSID) ([]Sender, error)
	// LastEntry is when somebody entered the campaign last; zero when nobody ever did.
	LastEntry(ctx context.Context, org domain.OrgID, id ID) (time.Time, error)
}

// Mark forbids to reach a contact by one channel.
type Mark struct {
	Channel   crm.Channel
	Reason    crm.Reason
	Comment   string
	At        time.Time
	ByUser    string               // "" when it was nobody of ours
	ByMessage *messaging.MessageID // whose unsubscribe link was followed
	Origin    string               // user, api, import, …
}

// Sender is a published version that sends an email.
type Sender struct {
	Campaign    ID
	Name        string
	State       State
	Version     int
	PublishedAt time.Time
}

// Why explains what became of a contact in a campaign or with an email, or of one message, and why.
// What it does not know, it says. NotFound when something named is absent or another organization's.
func (s *Service) Why(ctx context.Context, org domain.OrgID, q WhyQuery) (Explanation, error) {
	for _, needed := range []identity.Permission{identity.ViewContacts, identity.ViewCampaigns, identity.ViewEmails} {
		if err := identity.Require(ctx, org, needed); err != nil {
			return Explanation{}, err
		}
	}
	switch {
	case q.Message == 0 && q.Contact == 0:
		return Explanation{}, domain.Invalid("contact", "Say which contact it is about.")
	case q.Message == 0 && q.Campaign == 0 && q.Email == 0 && q.SMS == 0:
		return Explanation{}, domain.Invalid("campaign", "Choose a campaign, an email or an SMS to ask about.")
	}
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	k, err := s.learn(ctx, org, q)
	if err != nil {
		return Explanation{}, err
	}
	return k.explain(), nil
}

// rule explains one situation.
type rule struct {
	kind  WhyKind
	holds func(k *known) bool
	say   func(k *known) *domain.Phrase
}

// explain has the first rule that holds speak. The last one of each list always does.
func (k *known) explain() Explanation {
	e := Explanation{Evidence: k.evidence(), ContactName: k.who()}
	for _, rule := range k.rules() {
		if rule.holds(k) {
			e.Kind, e.Sentence = rule.kind, rule.say(k)
			break
		}
	}
	if k.contact != nil {
		e.Contact = k.contact.ID
	}
	if k.campaign != nil {
		e.Campaign = k.campaign.ID
	}
	if k.journey != nil {
		e.Journey, e.WorkflowID = k.journey.ID, k.journey.Workflow(k.query.Now)
	}
	if k.message != nil {
		e.Message = k.message.ID
	}
	return e
}

func (k *known) rules() []rule {
	switch {
	case k.message != nil:
		return messageRules
	case (k.query.Email != 0 || k.query.SMS != 0) && k.journey != nil:
		return pathRules
	case k.journey != nil:
		return journeyRules
	}
	return entryRules
}
