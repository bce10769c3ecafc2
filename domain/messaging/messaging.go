// Package messaging knows what is sent to contacts: the emails and SMS marketers write, the ledger with one
// row for every message ever decided, and how a message is delivered effectively once.
package messaging

import (
	"log/slog"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
)

// Store is everything that messaging keeps.
type Store interface {
	Emails
	Texts
	Ledger
	Tracking
	Inbox
	SMSInbox
	Correspondence
	OpenTexts
	Samples
	Rules
	Notices
	Reports
	Suppressions
	Reputation
	Hooks
	Pauses
	SenderDomains
	StopsKept
	Unknowns
	Tests
	FieldUsers
}

// Deps is what the service needs. All fields are required, except where they say otherwise.
type Deps struct {
	Store    Store
	Tx       domain.Tx
	Contacts *crm.Service
	Provider Provider       // sends the emails
	SMS      SMSProvider    // sends the SMS; nil: they fail with a sentence
	Signer   *Signer        // makes the tokens of public links
	BaseURL  string         // of public links, without a slash at the end
	Return   *ReturnAddress // of mail that comes back; nil: to the sender
	Log      *slog.Logger
	Clock    func() time.Time // nil: time.Now
	Unknown  UnknownWindows   // of messages whose outcome nobody knows
	DNS      DNS              // nil: sender domains can't be checked
	// VerifySenders says that mail goes to real people, so that campaigns wait for their sender's domain.
	VerifySenders bool
}

// Service is the door to messaging.
type Service struct {
	store     Store
	tx        domain.Tx
	contacts  *crm.Service
	provider  Provider
	sms       SMSProvider
	asked     MessageID // where the last round of SettleSMS ended
	signer    *Signer
	baseURL   string
	returns   *ReturnAddress
	log       *slog.Logger
	now       func() time.Time
	pause     *pauseGate
	gates     []Gate
	journeys  Journeys // nil: messages say nothing about them
	rules     *ruleBook
	dns       DNS
	keys      *keyRing
	strict    bool
	heard     feedbackCounters
	outages   map[Channel]*outage // of the providers
	ways      map[Channel]way
	unknown   UnknownWindows
	pauser    CampaignPauser                // nil: none
	finder    CampaignFinder                // nil: none
	free      *cache[orgSubject, time.Time] // when a sender domain was seen not to be paused
	templates *cache[revisionKey, parts]
	bodies    *cache[smsRevision, *content.Template]
	known     *cache[orgLink, struct{}]       // links that are in the database
	targets   *cache[LinkKey, string]         // of click links
	shorts    *cache[ShortToken, ShortTarget] // of SMS
}

// New makes the service.
func New(d Deps) *Service {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	pause := &pauseGate{store: d.Store, now: d.Clock}
	s := &Service{
		pause: pause, gates: []Gate{pause},
		store: d.Store, tx: d.Tx, contacts: d.Contacts, provider: d.Provider, sms: d.SMS, signer: d.Signer,
		baseURL: d.BaseURL, returns: d.Return, log: d.Log, now: d.Clock, rules: &ruleBook{known: map[domain.OrgID]knownRules{}},
		outages: map[Channel]*outage{ChannelEmail: {now: d.Clock}, ChannelSMS: {now: d.Clock}},
		dns:     d.DNS, keys: newKeyRing(), strict: d.VerifySenders,
		free:      newCache[orgSubject, time.Time](10_000),
		templates: newCache[revisionKey, parts](500), bodies: newCache[smsRevision, *content.Template](500),
		known: newCache[orgLink, struct{}](50_000), targets: newCache[LinkKey, string](10_000), shorts: newCache[ShortToken, ShortTarget](50_000),
		unknown: d.Unknown.orDefault(),
	}
	s.ways = map[Channel]way{ChannelEmail: emails{s}, ChannelSMS: texts{s}}
	return s
}
