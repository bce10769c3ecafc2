package campaign

import (
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// evidenceSteps is how many of a journey's last steps are told.
const evidenceSteps = 25

// evidence lists the facts, oldest first; those without a time are so now and come last.
func (k *known) evidence() []Evidence {
	var all []Evidence
	for _, facts := range [][]Evidence{k.aboutContact(), k.aboutCampaign(), k.aboutJourney(), k.aboutMessage()} {
		all = append(all, facts...)
	}
	slices.SortStableFunc(all, func(a, b Evidence) int {
		switch {
		case a.At != nil && b.At != nil:
			return a.At.Compare(*b.At)
		case a.At != nil:
			return -1
		case b.At != nil:
			return 1
		}
		return 0
	})
	return all
}

func fact(at time.Time, about Ref, format string, args ...any) Evidence {
	return told(at, about, domain.Say(format, args...))
}

func told(at time.Time, about Ref, text *domain.Phrase) Evidence {
	return Evidence{At: &at, Text: text, About: about}
}

func (k *known) aboutContact() []Evidence {
	if k.contact == nil {
		return nil
	}
	this := Ref{NounContact, int64(k.contact.ID)}
	facts := []Evidence{fact(k.contact.CreatedAt, this, "Became a contact.")}
	for _, mark := range k.marks {
		about := this
		if mark.ByMessage != nil {
			about = Ref{NounMessage, int64(*mark.ByMessage)}
		}
		facts = append(facts, fact(mark.At, about, "May not be reached by %s any more: %s%s.", channelWords[mark.Channel], markWords[mark.Reason], mark.by()))
	}
	if s := k.suppression; s != nil {
		facts = append(facts, fact(s.CreatedAt, this, "The address came onto the suppression list: %s", s.Skip().Phrase()))
	}
	if k.query.SMS != 0 {
		if k.contact.PhoneE164 == nil {
			facts = append(facts, Evidence{Text: domain.Say("Has no phone number that can be reached."), About: this})
		}
	} else if k.contact.Email == nil {
		facts = append(facts, Evidence{Text: domain.Say("Has no email address."), About: this})
	} else if m := k.message; m != nil && m.Channel == messaging.ChannelEmail && m.Address != "" && m.Class != messaging.ClassTest && !strings.EqualFold(m.Address, *k.contact.Email) {
		facts = append(facts, Evidence{Text: domain.Say("The address is another one now: %s.", *k.contact.Email), About: this})
	}
	return facts
}

var markWords = map[crm.Reason]*domain.Phrase{
	crm.Unsubscribed: domain.Say("unsubscribed"), crm.Bounced: domain.Say("earlier mail came back"), crm.Manual: domain.Say("decided here"),
}

var channelWords = map[crm.Channel]*domain.Phrase{
	crm.Email: domain.Say("email"), crm.SMS: domain.Say("SMS"), crm.Push: domain.Say("push"),
}

func (k *known) aboutCampaign() []Evidence {
	if k.campaign == nil {
		return nil
	}
	this := Ref{NounCampaign, int64(k.campaign.ID)}
	var facts []Evidence
	if k.campaign.PublishedAt != nil {
		facts = append(facts, fact(*k.campaign.PublishedAt, this, "Version %d of %s was published.", k.campaign.Version, k.camp()))
	}
	if since := k.campaign.StateSince; since != nil && (k.campaign.State == StatePaused || k.campaign.State == StateArchived) {
		facts = append(facts, fact(*since, this, "%s was %s.", k.camp(), stateWords[k.campaign.State]))
	}
	if !k.lastEntry.IsZero() {
		facts = append(facts, fact(k.lastEntry, this, "The last people entered %s.", k.camp()))
	}
	if r := k.refusal; r != nil && r.Campaign == k.campaign.ID {
		facts = append(facts, fact(r.At, this, "Was to enter %s but was not taken, %s in all: %s", k.camp(), times(r.Times), r.Reason.Phrase()))
	}
	return facts
}

func (k *known) aboutJourney() []Evidence {
	if k.journey == nil {
		return nil
	}
	this := Ref{NounJourney, int64(k.journey.ID)}
	entered := fact(k.journey.CreatedAt, this, "Entered %s by version %d: %s", inQuotes(k.journey.CampaignName), k.journey.Version, entryWords(k.journey.Journey))
	facts := []Evidence{entered}
	for _, entry := range k.log[max(0, len(k.log)-evidenceSteps):] {
		about := this
		if entry.MessageID != nil {
			about = Ref{NounMessage, int64(*entry.MessageID)}
		}
		facts = append(facts, fact(entry.OccurredAt, about, "%s: %s", entry.Label.Phrase(), entry.Outcome.Phrase()))
	}
	if k.journey.EndedAt != nil {
		facts = append(facts, fact(*k.journey.EndedAt, this, "Left %s: %s", inQuotes(k.journey.CampaignName), k.journey.Outcome.Phrase()))
	}
	return facts
}

// entryWords says how and why a journey began.
func entryWords(j Journey) *domain.Phrase {
	if j.Reason == "" {
		return domain.Say("Added by %s.", j.Source)
	}
	return j.Reason.Phrase()
}

func (k *known) aboutMessage() []Evidence {
	m := k.message
	if m == nil {
		return nil
	}
	this := Ref{NounMessage, int64(m.ID)}
	facts := []Evidence{fact(m.CreatedAt, this, "It was decided to send %s.", k.mail())}
	switch {
	case m.SentAt != nil:
		facts = append(facts, fact(*m.SentAt, this, "The provider %s took %s for %s.", m.Provider, k.mail(), m.Address))
	case m.Attempts > 0:
		facts = append(facts, fact(m.UpdatedAt, this, "Was tried %s, last with the provider %s. %s", times(m.Attempts), m.Provider, m.Reason.Phrase()))
	case m.Reason != "":
		facts = append(facts, told(m.UpdatedAt, this, m.Reason.Phrase()))
	}
	if m.Operator != "" {
		facts = append(facts, fact(m.UpdatedAt, this, "%s settled by hand what nobody knew.", m.Operator))
	}
	if m.DeliveryAt != nil {
		report := domain.Say("The provider reported: %s.", deliveryWords[m.Delivery])
		if m.DeliveryDetail != "" {
			report = domain.Say("The provider reported: %s. %s", deliveryWords[m.Delivery], m.DeliveryDetail)
		}
		facts = append(facts, told(*m.DeliveryAt, this, report))
	}
	if k.pause != nil && !m.State.Final() {
		facts = append(facts, fact(k.pause.Since, Ref{}, "Sending was paused for everybody: %s", k.pause.Reason.Phrase()))
	}
	for _, event := range k.reactions {
		facts = append(facts, told(event.OccurredAt, this, reactionWords[event.Type]))
	}
	return facts
}

var reactionWords = map[string]*domain.Phrase{
	crm.EventEmailOpened:  domain.Say("The contact opened it."),
	crm.EventEmailClicked: domain.Say("The contact clicked in it."),
	crm.EventSMSClicked:   domain.Say("The contact clicked in it."),
}

var deliveryWords = map[messaging.DeliveryStatus]*domain.Phrase{
	messaging.DeliveryAccepted:   domain.Say("accepted"),
	messaging.DeliveryDelayed:    domain.Say("delayed"),
	messaging.DeliveryDelivered:  domain.Say("delivered"),
	messaging.DeliveryRejected:   domain.Say("rejected"),
	messaging.DeliveryBounced:    domain.Say("bounced"),
	messaging.DeliveryComplained: domain.Say("complained"),
}
