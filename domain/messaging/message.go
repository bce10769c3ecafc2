package messaging

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// MessageID names a row of the ledger inside the program. The public name is the message's sid.
type MessageID int64

// Channel is the way a message takes.
type Channel string

// The channels.
const (
	ChannelEmail Channel = "email"
	ChannelSMS   Channel = "sms"
	ChannelPush  Channel = "push"
)

// Class says what a message is for. Only marketing asks for consent and carries an unsubscribe link.
type Class string

// The classes.
const (
	ClassMarketing     Class = "marketing"
	ClassTransactional Class = "transactional"
	ClassTest          Class = "test"
	ClassInternal      Class = "internal" // a notice to somebody of the organization
)

// toContact says whether messages of the class are for contacts.
func (c Class) toContact() bool { return c == ClassMarketing || c == ClassTransactional }

// State is how far a message has come.
type State string

// The states. A message moves ready → calling → sent, failed or unknown; or ready → skipped.
const (
	StateReady   State = "ready"   // decided, not sent yet
	StateLeased  State = "leased"  // taken by a broadcast's batch
	StateCalling State = "calling" // a call to the provider may exist
	StateSent    State = "sent"    // the provider accepted it
	StateFailed  State = "failed"  // the provider, or a rule, refused it for good
	StateSkipped State = "skipped" // not wanted: unsubscribed, no address, …
	StateUnknown State = "unknown" // the provider's answer was lost: it may have been sent
)

// Phrase is the state within a sentence.
func (s State) Phrase() *domain.Phrase { return domain.Word(string(s)) }

// Final says that the message will not be sent any more by itself.
func (s State) Final() bool {
	return s == StateSent || s == StateFailed || s == StateSkipped || s == StateUnknown
}

// Message is a row of the ledger.
type Message struct {
	ID           MessageID
	Sid          string // public random id; tags the message at the provider
	Key          string // what was decided; unique in the organization
	Channel      Channel
	Class        Class
	State        State
	Contact      *crm.ContactID // nil for tests and erased contacts
	Email        *EmailID       // with ChannelEmail
	SMS          *SMSID         // with ChannelSMS
	CampaignID   *int64
	JourneyID    *int64
	StepID       *string
	Address      string      // where it went, set when it is claimed
	Reason       domain.Kept // a sentence for marketers: why skipped, failed, unknown or put off
	Provider     string
	ProviderID   string // the provider's name for it
	Attempts     int
	NotBefore    *time.Time // put off until then
	CallDeadline *time.Time // a call may exist until then; unknown messages keep it
	SentAt       *time.Time
	SenderDomain string // of the From address, set when it is claimed
	WaitsFor     string // of a ready message: WaitsForProvider, WaitsForRule, or "" for its turn
	WaitsSince   *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Progress
}

// Decision is a message that somebody decided to send.
type Decision struct {
	Key      string // the same key is the same message, however often it is decided
	Channel  Channel
	Class    Class
	Contact  crm.ContactID
	Email    EmailID // with ChannelEmail
	SMS      SMSID   // with ChannelSMS
	Campaign int64   // 0: none
	Journey  int64   // 0: none
	Step     string  // "": none
}

// MessageQuery asks for a page of the ledger, newest first. Zero fields do not filter.
type MessageQuery struct {
	domain.PageQuery // Search is in the language of package search, with MessageCommands
	Contact          crm.ContactID
	Campaign         int64
	Email            EmailID
	SMS              SMSID
	Channel          Channel
	State            State
	Delivery         DeliveryStatus
	Overdue          bool           // only unknown ones that have waited longer for news than Windows
	Windows          UnknownWindows // the service's own, whatever the caller says
	Campaigns        Named          // those that Search names: the service looks them up
}

// Ledger keeps the messages.
type Ledger interface {
	// InsertMessage writes a new message in state ready and returns it; under a known key it
	// returns the message that is there.
	InsertMessage(ctx context.Context, org domain.OrgID, n NewMessage) (Message, error)
	Message(ctx context.Context, org domain.OrgID, id MessageID) (Message, error)
	Messages(ctx context.Context, org domain.OrgID, q MessageQuery) (domain.Page[Message], error)

	// Draft reads a message with what is needed to make it, in one round trip.
	Draft(ctx context.Context, org domain.OrgID, id MessageID) (Draft, error)
	// Claim moves the message from ready to calling, if nothing that the decision to send it
	// was based on has changed, and keeps its links. False means: decide again.
	Claim(ctx context.Context, org domain.OrgID, c Claim) (bool, error)
	// Settle moves the message out of state s.From. False means that it was not in it.
	Settle(ctx context.Context, org domain.OrgID, s Settlement) (bool, error)
	// Defer notes why a ready message is put off, and until when.
	Defer(ctx context.Context, org domain.OrgID, id MessageID, until *time.Time, reason domain.Kept) error
	// AwaitProvider notes that a ready message waits for a provider that takes nothing, and why.
	AwaitProvider(ctx context.Context, org domain.OrgID, id MessageID, reason domain.Kept) error
	// Waiting sums up the ready messages of some campaigns that wait for something.
	Waiting(ctx context.Context, org domain.OrgID, campaigns []int64) ([]Waiting, error)
	// SweepCalling settles as unknown, with reason, every message of all organizations whose
	// call must be over, and returns how many there were.
	SweepCalling(ctx context.Context, reason domain.Kept) (int, error)
}

// NewMessage is a row to insert.
type NewMessage struct {
	Decision
	Sid     string
	Address string // of a test; "" otherwise
}

// Decide notes in the ledger that a message is to be sent, and returns it. Under a known key it
// returns the message that is there. A contact, email or SMS that is missing is not an error: Deliver
// settles the message with a reason.
func (s *Service) Decide(ctx context.Context, org domain.OrgID, d Decision) (Message, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Message{}, err
	}
	return s.store.InsertMessage(ctx, org, NewMessage{Decision: d, Sid: newSid()})
}

// Message returns one message; NotFound when it is absent or another organization's.
func (s *Service) Message(ctx context.Context, org domain.OrgID, id MessageID) (Message, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Message{}, err
	}
	return s.store.Message(ctx, org, id)
}

// Messages returns a page of the ledger.
func (s *Service) Messages(ctx context.Context, org domain.OrgID, q MessageQuery) (domain.Page[Message], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[Message]{}, err
	}
	var err error
	if q.Campaigns, err = s.campaignsNamed(ctx, org, q.Search); err != nil {
		return domain.Page[Message]{}, err
	}
	q.Windows = s.unknown
	return s.store.Messages(ctx, org, q)
}

// sidBytes is the length of a sid before it is written as hex.
const sidBytes = 16

func newSid() string {
	var random [sidBytes]byte
	_, _ = rand.Read(random[:]) // never fails: the program stops instead
	return hex.EncodeToString(random[:])
}

// Abandon settles a message as skipped that nobody wants any more, if no call to the provider has
// been made for it. Otherwise it changes nothing.
func (s *Service) Abandon(ctx context.Context, org domain.OrgID, id MessageID, reason domain.Kept) error {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	_, err := s.store.Settle(ctx, org, Settlement{Message: id, From: StateReady, State: StateSkipped, Reason: reason})
	return err
}
