package campaign

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// known is everything that an explanation may rest on.
type known struct {
	query   WhyQuery
	zone    *time.Location
	contact *crm.Contact // nil: deleted
	marks   []Mark
	// suppression keeps mail from the contact's address; nil for none. pause keeps everybody's back.
	suppression *messaging.Suppression
	pause       *messaging.Pause
	campaign    *Campaign
	text        *text
	message     *messaging.Message // the newest one that was asked about
	reactions   []crm.Event        // to the message: opened, clicked
	journey     *JourneyItem       // the newest one that was asked about
	flow        Flow               // that the journey goes
	log         []LogEntry         // of the journey
	refusal     *Refusal           // the newest one
	senders     []Sender           // of the email
	lastEntry   time.Time          // of anybody, where this contact has none
}

// text is what a marketer wrote, an email or an SMS.
type text struct {
	email messaging.EmailID // 0 for an SMS
	sms   messaging.SMSID
	name  string
}

// learn reads what is known, in few and short statements: an answer takes milliseconds, however many
// contacts and journeys there are.
func (s *Service) learn(ctx context.Context, org domain.OrgID, q WhyQuery) (*known, error) {
	k := &known{query: q, zone: time.UTC}
	for _, learn := range []func(context.Context, domain.OrgID, *known) error{
		s.learnNamedMessage, s.learnContact, s.learnNamed, s.learnMessage, s.learnJourney, s.learnEntry,
	} {
		if err := learn(ctx, org, k); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// learnNamedMessage lets a message say what it is about.
func (s *Service) learnNamedMessage(ctx context.Context, org domain.OrgID, k *known) error {
	if k.query.Message == 0 {
		return nil
	}
	message, err := s.Messaging.Message(ctx, org, k.query.Message)
	if err != nil {
		return err
	}
	k.message = &message
	k.query.Contact, k.query.Campaign = deref(message.Contact), ID(deref(message.CampaignID))
	k.query.Email, k.query.SMS = deref(message.Email), deref(message.SMS)
	return nil
}

func (s *Service) learnContact(ctx context.Context, org domain.OrgID, k *known) error {
	zone, err := s.Store.ZoneOf(ctx, org)
	if err != nil {
		return fmt.Errorf("read time zone: %w", err)
	}
	if loaded, err := time.LoadLocation(zone); err == nil {
		k.zone = loaded
	}
	if k.query.Contact == 0 {
		return nil
	}
	contact, err := s.CRM.Contact(ctx, org, k.query.Contact)
	if err != nil {
		return err
	}
	k.contact = &contact
	if k.marks, err = s.Store.Marks(ctx, org, contact.ID); err != nil {
		return err
	}
	if k.pause, err = s.Messaging.SendingPause(ctx); err != nil {
		return err
	}
	channel, address := messaging.ChannelEmail, contact.Email
	if k.query.SMS != 0 {
		channel, address = messaging.ChannelSMS, contact.PhoneE164
	}
	if address == nil {
		return nil
	}
	found, ok, err := s.Messaging.FindSuppression(ctx, org, channel, *address)
	if ok {
		k.suppression = &found
	}
	return err
}

// learnNamed reads the campaign and the email that were asked about.
func (s *Service) learnNamed(ctx context.Context, org domain.OrgID, k *known) error {
	if err := s.learnText(ctx, org, k, k.query.Email, k.query.SMS); err != nil {
		return err
	}
	if k.text != nil {
		var err error
		if k.senders, err = s.Store.Senders(ctx, org, k.text.email, k.text.sms); err != nil {
			return err
		}
	}
	return s.learnCampaign(ctx, org, k, k.query.Campaign)
}

func (s *Service) learnCampaign(ctx context.Context, org domain.OrgID, k *known, id ID) error {
	if id == 0 {
		return nil
	}
	campaign, err := s.Store.Campaign(ctx, org, id)
	if k.query.Message != 0 && domain.KindOf(err) == domain.KindNotFound {
		return nil // a message outlives its campaign
	}
	if err != nil {
		return err
	}
	k.campaign = &campaign
	return nil
}

// learnMessage finds the newest message of the email, and what the contact did with it.
func (s *Service) learnMessage(ctx context.Context, org domain.OrgID, k *known) error {
	if k.message == nil && k.text != nil {
		found, err := s.Messaging.Messages(ctx, org, messaging.MessageQuery{
			PageQuery: domain.PageQuery{Limit: 1}, Contact: k.query.Contact, Campaign: int64(k.query.Campaign), Email: k.text.email, SMS: k.text.sms,
		})
		if err != nil {
			return err
		}
		if len(found.Items) > 0 {
			k.message = &found.Items[0]
		}
	}
	if k.message == nil || k.contact == nil {
		return nil
	}
	for _, reaction := range []string{crm.EventEmailOpened, crm.EventEmailClicked, crm.EventSMSClicked} {
		event, found, err := s.CRM.FindEvent(ctx, org, crm.EventMatch{Contact: k.contact.ID, Type: reaction, MessageID: (*int64)(&k.message.ID)})
		if err != nil {
			return err
		}
		if found {
			k.reactions = append(k.reactions, event)
		}
	}
	return nil
}

// learnJourney finds the journey: the message's, or the contact's newest one that was asked about.
func (s *Service) learnJourney(ctx context.Context, org domain.OrgID, k *known) error {
	switch {
	case k.message != nil && k.message.JourneyID != nil:
		journey, err := s.Store.Journey(ctx, org, JourneyID(*k.message.JourneyID))
		if err != nil && domain.KindOf(err) != domain.KindNotFound {
			return err
		}
		if err == nil {
			k.journey = &journey
		}
	case k.message == nil && k.contact != nil:
		journeys, err := s.Store.Journeys(ctx, org, JourneyQuery{
			PageQuery: domain.PageQuery{Limit: domain.MaxLimit}, Contact: k.contact.ID, Campaign: k.query.Campaign,
		})
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(journeys.Items, func(j JourneyItem) bool { return k.meant(j.Campaign) }); i >= 0 {
			k.journey = &journeys.Items[i]
		}
	}
	return s.learnPath(ctx, org, k)
}

// meant says whether a campaign was asked about, by itself or by an email that it sends.
func (k *known) meant(id ID) bool {
	if k.query.Campaign != 0 {
		return id == k.query.Campaign
	}
	return slices.ContainsFunc(k.senders, func(s Sender) bool { return s.Campaign == id })
}

func (s *Service) learnPath(ctx context.Context, org domain.OrgID, k *known) (err error) {
	if k.journey == nil {
		return nil
	}
	k.journey.StepTitle = s.stepTitle(ctx, k.journey.Journey)
	if err := s.learnCall(ctx, org, k.journey); err != nil {
		return err
	}
	if k.log, err = s.Store.StepLog(ctx, org, k.journey.ID); err != nil {
		return err
	}
	version, err := s.Store.Version(ctx, org, k.journey.Campaign, k.journey.Version)
	if err != nil {
		return err
	}
	k.flow = version.Flow
	// What is being sent now explains better than "it is being sent".
	if sending := k.journey.Memory.Message; sending != 0 && k.message == nil && k.text == nil && k.journey.State == JourneyOpen {
		message, err := s.Messaging.Message(ctx, org, sending)
		if err != nil && domain.KindOf(err) != domain.KindNotFound {
			return err
		}
		if err == nil && !message.State.Final() {
			k.message = &message
			if err := s.learnText(ctx, org, k, deref(message.Email), deref(message.SMS)); err != nil {
				return err
			}
		}
	}
	if k.campaign == nil {
		return s.learnCampaign(ctx, org, k, k.journey.Campaign)
	}
	return nil
}

// learnText learns what an email or an SMS is called.
func (s *Service) learnText(ctx context.Context, org domain.OrgID, k *known, email messaging.EmailID, sms messaging.SMSID) error {
	switch {
	case email != 0:
		found, err := s.Messaging.Email(ctx, org, email)
		if err != nil {
			return err
		}
		k.text = &text{email: email, name: found.Name}
	case sms != 0:
		found, err := s.Messaging.SMS(ctx, org, sms)
		if err != nil {
			return err
		}
		k.text = &text{sms: sms, name: found.Name}
	}
	return nil
}

// learnEntry finds out why there is no journey, or no newer one.
func (s *Service) learnEntry(ctx context.Context, org domain.OrgID, k *known) error {
	if k.contact == nil {
		return nil
	}
	refusals, err := s.Store.Refusals(ctx, org, k.contact.ID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(refusals, func(r Refusal) bool { return k.meant(r.Campaign) }); i >= 0 {
		k.refusal = &refusals[i]
	}
	if k.journey != nil || k.message != nil {
		return nil
	}
	if k.campaign == nil {
		if err := s.learnCampaign(ctx, org, k, k.candidate()); err != nil {
			return err
		}
	}
	if k.campaign != nil {
		k.lastEntry, err = s.Store.LastEntry(ctx, org, k.campaign.ID)
	}
	return err
}

// candidate is the campaign that the contact should have come to the email by: the one that did not
// take it, or the only one there is.
func (k *known) candidate() ID {
	campaigns := k.sendingCampaigns()
	switch {
	case k.refusal != nil:
		return k.refusal.Campaign
	case len(campaigns) == 1:
		return campaigns[0].Campaign
	}
	return 0
}

// sendingCampaigns are the campaigns that send the email, each by its newest version that does.
func (k *known) sendingCampaigns() []Sender {
	return slices.CompactFunc(slices.Clone(k.senders), func(a, b Sender) bool { return a.Campaign == b.Campaign })
}

// The words that sentences are made of.

// who is the contact at the beginning of a sentence, name in the middle of one.
func (k *known) who() *domain.Phrase {
	switch {
	case k.message != nil && k.message.Class == messaging.ClassInternal:
		return domain.Say("A colleague")
	case k.contact == nil:
		return domain.Say("A contact who was deleted")
	}
	return k.contact.Name().Phrase()
}

func (k *known) name() *domain.Phrase {
	switch {
	case k.message != nil && k.message.Class == messaging.ClassInternal:
		return domain.Say("a colleague")
	case k.contact == nil:
		return domain.Say("a contact who was deleted")
	}
	return k.contact.Name().Phrase()
}

func (k *known) when(t time.Time) domain.Moment {
	return domain.Moment{At: t.In(k.zone), Layout: "2 Jan 2006, 15:04"}
}

// what was to be sent, at the beginning of a sentence; mail is the same in the middle of one.
func (k *known) what() *domain.Phrase {
	if k.text == nil {
		return domain.Say("The message")
	}
	return inQuotes(k.text.name)
}

func (k *known) mail() *domain.Phrase {
	if k.text == nil {
		return domain.Say("the message")
	}
	return inQuotes(k.text.name)
}

func (k *known) camp() *domain.Phrase { return inQuotes(k.campaign.Name) }

// since says from when the campaign is in its state, as far as it is known, and why.
func (k *known) since() *domain.Phrase {
	var since *domain.Phrase
	if k.campaign.StateSince != nil {
		since = domain.Say(" since %s", k.when(*k.campaign.StateSince))
	}
	if k.campaign.State == StatePaused && k.campaign.PausedReason != "" {
		return domain.Say("%s: %s", since, clause(k.campaign.PausedReason))
	}
	return since
}

// inQuotes quotes a name or a phrase.
func inQuotes(name any) *domain.Phrase { return domain.Say("“%s”", name) }

// quotedLabel is what the log calls a step.
func quotedLabel(entry *LogEntry) *domain.Phrase { return inQuotes(entry.Label.Phrase()) }

// clause makes a sentence fit for the middle of another one.
func clause(kept domain.Kept) domain.Clause { return domain.Clause{Of: kept.Phrase()} }

func deref[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}
