package messaging

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// SuppressionID names an entry of the suppression list.
type SuppressionID int64

// SuppressionReason says why an address gets no mail.
type SuppressionReason string

// The reasons.
const (
	SuppressedHardBounce   SuppressionReason = "hard_bounce"
	SuppressedSoftBounces  SuppressionReason = "soft_bounces"
	SuppressedComplaint    SuppressionReason = "complaint"
	SuppressedProviderList SuppressionReason = "provider_list" // the provider keeps it on a list of its own
	SuppressedManual       SuppressionReason = "manual"
	SuppressedImport       SuppressionReason = "import"
	SuppressedErased       SuppressionReason = "erased" // the person was erased and must stay unmailed
)

// Stops says which messages a suppression keeps back.
type Stops string

// What may be stopped.
const (
	StopsMarketing Stops = "marketing"
	StopsAll       Stops = "all" // transactional messages, too
)

// suppressionRule is what follows from a reason.
type suppressionRule struct {
	Reason SuppressionReason
	weight int         // of two reasons for one address, the heavier one is kept
	stops  Stops       // an address that does not exist stops everything; a complaint is about marketing
	skip   domain.Kept // what a marketer reads at a message that was not sent
}

// suppressionRules is the table of reasons, in the order in which people see them.
var suppressionRules = []suppressionRule{
	{SuppressedHardBounce, 6, StopsAll, domain.Keep("Earlier messages to this address came back: it does not exist.")},
	{SuppressedSoftBounces, 1, StopsMarketing, domain.Keep("Messages to this address keep coming back, so it is left alone for a while.")},
	{SuppressedComplaint, 5, StopsMarketing, domain.Keep("The recipient called an earlier message spam.")},
	{SuppressedProviderList, 4, StopsAll, domain.Keep("The provider does not deliver to this address: it is on a suppression list there.")},
	{SuppressedManual, 3, StopsMarketing, domain.Keep("The address is on the suppression list: somebody put it there.")},
	{SuppressedImport, 2, StopsMarketing, domain.Keep("The address is on the suppression list: it came with an import.")},
	{SuppressedErased, 7, StopsAll, domain.Keep("The person behind this address was erased and must not be written to.")},
}

func (r SuppressionReason) rule() suppressionRule {
	i := slices.IndexFunc(suppressionRules, func(rule suppressionRule) bool { return rule.Reason == r })
	return suppressionRules[i]
}

// SuppressionReasons lists the reasons in the order in which people see them.
func SuppressionReasons() []SuppressionReason {
	reasons := make([]SuppressionReason, len(suppressionRules))
	for i, rule := range suppressionRules {
		reasons[i] = rule.Reason
	}
	return reasons
}

// Suppression keeps messages from an address, whichever contact has it.
type Suppression struct {
	ID        SuppressionID
	Channel   Channel
	Address   string // normalised; "" once it was erased: only its hash is known
	Reason    SuppressionReason
	Weight    int
	Stops     Stops
	Comment   string
	Origin    string     // a message's sid, a user's or import's name
	Until     *time.Time // nil: for ever
	LiftedAt  *time.Time // set when somebody took it off the list
	LiftedBy  string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Skip is the sentence at a message that the suppression keeps back.
func (s Suppression) Skip() domain.Kept {
	return s.Reason.rule().skip
}

// SuppressionQuery asks for a page of those that are in force, newest first. Zero fields do not filter.
type SuppressionQuery struct {
	domain.PageQuery // Search is in the language of package search, with SuppressionCommands
	Channel          Channel
	Reason           SuppressionReason
}

// Suppressions keeps the suppression list.
type Suppressions interface {
	// Suppress puts addresses on the list, each with the heavier of the old and the new reason,
	// the wider stop and the longer time. One that was lifted after since stays lifted. It says
	// for each whether the entry is new or came back.
	Suppress(ctx context.Context, org domain.OrgID, list []Suppression, since time.Time) (added []bool, err error)
	Suppression(ctx context.Context, org domain.OrgID, id SuppressionID) (Suppression, error)
	Suppressions(ctx context.Context, org domain.OrgID, q SuppressionQuery) (domain.Page[Suppression], error)
	// SuppressionsAfter returns those in force whose address is known, by id, above an id.
	SuppressionsAfter(ctx context.Context, org domain.OrgID, after SuppressionID, limit int) ([]Suppression, error)
	// FindSuppression returns the one that keeps messages of a class from an address, and false without one.
	FindSuppression(ctx context.Context, org domain.OrgID, who Addressee, class Class) (Suppression, bool, error)
	// LiftSuppression takes one off the list; false if it was not on it.
	LiftSuppression(ctx context.Context, org domain.OrgID, id SuppressionID, by string) (bool, error)
	// MarkedBounced returns the contacts with an address that carry the mark "bounced".
	MarkedBounced(ctx context.Context, org domain.OrgID, channel Channel, address string) ([]crm.ContactID, error)
	// EraseAddress replaces an address by its hash.
	EraseAddress(ctx context.Context, org domain.OrgID, who Addressee, entry Suppression) error
	// SetSoftSuppression sets or, with until nil and not forever, removes what the soft bounces
	// of an address have come to. A heavier reason stays.
	SetSoftSuppression(ctx context.Context, org domain.OrgID, channel Channel, address string, soft SoftVerdict) error
}

// Addressee names an address on the list: as text, or by the hash of one that was erased.
type Addressee struct {
	Channel Channel
	Address string   // normalised
	Hashes  [][]byte // by the present key and by older ones
}

// addressee returns the addressee of an address. An address that can't be normalised is taken as it is.
func (s *Service) addressee(org domain.OrgID, channel Channel, address string) Addressee {
	normal, err := NormalAddress(channel, address)
	if err != nil {
		normal = strings.ToLower(strings.TrimSpace(address))
	}
	return Addressee{Channel: channel, Address: normal, Hashes: s.signer.AddressHashes(org, channel, normal)}
}

// NormalAddress returns an address as the suppression list keeps it: an email address in small letters
// with its domain in ASCII, a phone number in the form of E.164.
func NormalAddress(channel Channel, address string) (string, error) {
	switch channel {
	case ChannelEmail:
		normal, err := crm.NormalEmail(address)
		if err != nil {
			return "", domain.Invalid("address", "“%.100s” is not an email address.", address)
		}
		return strings.ToLower(normal), nil
	case ChannelSMS:
		if number := crm.PhoneE164(address); number != nil {
			return *number, nil
		}
		return "", domain.Invalid("address", "“%.100s” is not a phone number with its country, such as +49 151 23456789.", address)
	}
	return "", domain.Invalid("channel", "Choose email or sms.")
}

// Suppressions lists the addresses that get no messages.
func (s *Service) Suppressions(ctx context.Context, org domain.OrgID, q SuppressionQuery) (domain.Page[Suppression], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[Suppression]{}, err
	}
	return s.store.Suppressions(ctx, org, q)
}

// Suppression returns one entry; NotFound when it is absent, was taken off the list, or is another
// organization's.
func (s *Service) Suppression(ctx context.Context, org domain.OrgID, id SuppressionID) (Suppression, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Suppression{}, err
	}
	found, err := s.store.Suppression(ctx, org, id)
	if err == nil && found.LiftedAt != nil {
		return Suppression{}, domain.NotFound("There is no suppression %d.", id)
	}
	return found, err
}

// FindSuppression returns what keeps marketing messages from an address, and false when nothing does.
func (s *Service) FindSuppression(ctx context.Context, org domain.OrgID, channel Channel, address string) (Suppression, bool, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Suppression{}, false, err
	}
	return s.store.FindSuppression(ctx, org, s.addressee(org, channel, address), ClassMarketing)
}

// SuppressionInput is an address that somebody puts on the list.
type SuppressionInput struct {
	Channel Channel // "": email
	Address string
	Comment string
	Until   *time.Time // nil: for ever
}

// Suppress puts an address on the list by hand. One that is on it already stays as it is, if its
// reason weighs more.
func (s *Service) Suppress(ctx context.Context, org domain.OrgID, in SuppressionInput) (Suppression, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Suppression{}, err
	}
	if in.Channel == "" {
		in.Channel = ChannelEmail
	}
	address, err := NormalAddress(in.Channel, in.Address)
	if err != nil {
		return Suppression{}, err
	}
	in.Comment = strings.TrimSpace(in.Comment)
	switch {
	case !domain.IsText(in.Comment) || len([]rune(in.Comment)) > maxComment:
		return Suppression{}, domain.Invalid("comment", "A comment is text of at most %d characters.", maxComment)
	case in.Until != nil && !in.Until.After(s.now()):
		return Suppression{}, domain.Invalid("until", "This time is over. Choose a later one, or none: then the address stays on the list.")
	}
	entry := newSuppression(SuppressedManual, in.Channel, address)
	entry.Comment, entry.Until, entry.Origin = in.Comment, in.Until, identity.ActorFrom(ctx).Name
	if _, err := s.store.Suppress(ctx, org, []Suppression{entry}, s.now()); err != nil {
		return Suppression{}, err
	}
	found, ok, err := s.store.FindSuppression(ctx, org, s.addressee(org, in.Channel, address), ClassMarketing)
	if err == nil && !ok {
		err = domain.Conflict("Somebody else changed this entry of the list meanwhile. Try again.")
	}
	return found, err
}

const maxComment = 500

// newSuppression begins an entry with what follows from its reason.
func newSuppression(reason SuppressionReason, channel Channel, address string) Suppression {
	rule := reason.rule()
	return Suppression{Channel: channel, Address: address, Reason: reason, Weight: rule.weight, Stops: rule.stops}
}

// LiftSuppression takes an address off the list and lifts the mark "bounced" of the contact who has it.
// A new bounce or complaint puts it back; an older one that comes late does not. It is NotFound when
// it is not on the list.
func (s *Service) LiftSuppression(ctx context.Context, org domain.OrgID, id SuppressionID) error {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		entry, err := s.Suppression(ctx, org, id)
		if err != nil {
			return err
		}
		if entry.Reason == SuppressedErased {
			return domain.Conflict("The person behind this address was erased. Nobody knows the address any more, so it stays on the list.")
		}
		lifted, err := s.store.LiftSuppression(ctx, org, id, identity.ActorFrom(ctx).Name)
		if err != nil || !lifted {
			return err
		}
		return s.unmarkBounced(ctx, org, entry)
	})
}

// EraseAddress removes an address from the list, where only its hash is kept: whoever has it gets no
// message any more, and nobody can read who that is.
func (s *Service) EraseAddress(ctx context.Context, org domain.OrgID, channel Channel, address string) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	normal, err := NormalAddress(channel, address)
	if err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		return s.store.EraseAddress(ctx, org, s.addressee(org, channel, normal), newSuppression(SuppressedErased, channel, ""))
	})
}
