package messaging

import "time"

// FeedbackKind is what a provider tells about a message that it took.
type FeedbackKind string

// The kinds. They come late, twice and in any order.
const (
	FeedbackAccepted     FeedbackKind = "accepted"     // it was taken: settles an unknown message
	FeedbackDelayed      FeedbackKind = "delayed"      // the recipient's side is slow
	FeedbackDelivered    FeedbackKind = "delivered"    // the recipient's side took it
	FeedbackBounced      FeedbackKind = "bounced"      // it can't be delivered
	FeedbackComplained   FeedbackKind = "complained"   // the recipient called it spam
	FeedbackRejected     FeedbackKind = "rejected"     // taken, but not sent on: a virus, a broken template
	FeedbackUnsubscribed FeedbackKind = "unsubscribed" // by the provider's own list management
)

// Feedback is one report of a provider about one message for one recipient.
type Feedback struct {
	Key        string // names the report at its provider: the same report twice has one effect
	Provider   string // ses, smtp, twilio
	Kind       FeedbackKind
	Sid        string // "": the message is known by ProviderID only
	ProviderID string
	Recipient  string // the address as the provider wrote it; "" when it did not
	At         time.Time
	Bounce     Bounce // with FeedbackBounced
	Complaint  string // with FeedbackComplained: abuse, fraud, not-spam, …
	Detail     string // what was said, at most 1,000 bytes; may name the recipient
}

// Bounce tells why a message came back, in the provider's words.
type Bounce struct {
	Type    string // permanent, transient or undetermined; "" when the provider does not sort
	SubType string // General, NoEmail, Suppressed, MailboxFull, …
	Status  string // enhanced status code (RFC 3463), such as 5.1.1; "" when there is none
	Class   BounceClass
}

// BounceClass is what a bounce means for us. A provider that knows it says it; otherwise it follows
// from the provider's words.
type BounceClass string

// The classes.
const (
	BounceHard       BounceClass = "hard"       // the address does not exist: suppress it
	BounceSoft       BounceClass = "soft"       // it may work another time
	BounceSender     BounceClass = "sender"     // our fault: authentication, reputation, policy. Never suppresses
	BounceMessage    BounceClass = "message"    // this message's fault: too large, refused content
	BounceSuppressed BounceClass = "suppressed" // on a list of the provider: suppress it, but count nothing
	BounceOptOut     BounceClass = "optout"     // the recipient has opted out at the provider
)
