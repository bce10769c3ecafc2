package crm

import (
	"context"
	"encoding/csv"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Bounds of entries of the consent log.
const (
	maxConsentPurpose = 100
	maxConsentDetail  = 500
	maxConsentWording = 10_000
)

// ConsentState says whether a consent was given or taken back.
type ConsentState string

// The states.
const (
	Granted   ConsentState = "granted"
	Withdrawn ConsentState = "withdrawn"
)

// ConsentSource says by what way a consent came.
type ConsentSource string

// The sources.
const (
	ByForm     ConsentSource = "form"
	ByImport   ConsentSource = "import"
	ByAPI      ConsentSource = "api"      // a program with a key
	ByPerson   ConsentSource = "person"   // somebody here entered it
	ByLink     ConsentSource = "link"     // the unsubscribe link of a message, and the way back
	ByReply    ConsentSource = "reply"    // STOP or START by SMS
	ByProvider ConsentSource = "provider" // reported by the provider: called spam, opted out there
	ByCampaign ConsentSource = "campaign" // a step, or the program itself
)

// ConsentSources lists all sources.
var ConsentSources = []ConsentSource{ByForm, ByImport, ByAPI, ByPerson, ByLink, ByReply, ByProvider, ByCampaign}

// ConsentID names an entry of the consent log.
type ConsentID int64

// Consent is an entry of the consent log: proof of what a contact agreed to or took back. Entries
// are never changed, and go only with their contact.
type Consent struct {
	ID         ConsentID
	Contact    ContactID
	Purpose    string // a channel (email, sms, push), or what they agreed to, such as profiling
	State      ConsentState
	Source     ConsentSource
	Detail     string // which form, import or message; why
	Wording    string // the exact text that was shown
	IP         string // of who agreed, "" when unknown
	UserID     *identity.UserID
	User       string // the name, as it is now, of who entered it
	HappenedAt time.Time
	CreatedAt  time.Time
}

// Consents keeps the consent log.
type Consents interface {
	InsertConsent(ctx context.Context, org domain.OrgID, c Consent) (ConsentID, error)
	// InsertConsents adds the same entry for many contacts.
	InsertConsents(ctx context.Context, org domain.OrgID, contacts []ContactID, c Consent) error
	// Consents reads entries of a contact, newest first: those below before, or the newest when it is 0.
	Consents(ctx context.Context, org domain.OrgID, contact ContactID, before ConsentID, limit int) ([]Consent, error)
}

// Consents returns entries of a contact's consent log, newest first: those below before, or the
// newest when before is 0. At most 100.
func (s *Service) Consents(ctx context.Context, org domain.OrgID, contact ContactID, before ConsentID, limit int) ([]Consent, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	if _, err := s.store.Contact(ctx, org, contact); err != nil {
		return nil, err
	}
	if limit < 1 {
		limit = domain.DefaultLimit
	}
	return s.store.Consents(ctx, org, contact, before, min(limit, domain.MaxLimit))
}

// ConsentInput is what somebody reports for the consent log.
type ConsentInput struct {
	Purpose    string
	State      ConsentState
	Source     ConsentSource // by who is calling when empty
	Detail     string
	Wording    string
	IP         string
	HappenedAt time.Time // now when zero
}

// RecordConsent adds an entry to a contact's consent log, with a contact.consent_changed event.
// Withdrawing the consent to a channel also forbids the channel, as Unsubscribed. Granting it lifts
// nothing: whoever was forbidden must be allowed by a decision of its own.
func (s *Service) RecordConsent(ctx context.Context, org domain.OrgID, contact ContactID, in ConsentInput) (Consent, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Consent{}, err
	}
	consent := Consent{
		Contact: contact, Purpose: in.Purpose, State: in.State, Source: in.Source, Detail: in.Detail, Wording: in.Wording,
		IP: in.IP, HappenedAt: in.HappenedAt, CreatedAt: s.now(),
	}
	if consent.Source == "" {
		consent.Source = sourceOf(ctx)
	}
	if err := consent.normalize(s.now()); err != nil {
		return Consent{}, err
	}
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if _, err := s.store.Contact(ctx, org, contact); err != nil {
			return err
		}
		if err := s.keepConsent(ctx, org, &consent); err != nil {
			return err
		}
		data := origin(ctx, "")
		data["purpose"], data["state"], data["source"], data["consentId"] = consent.Purpose, consent.State, consent.Source, consent.ID
		if err := s.append(ctx, org, Event{Contact: contact, Type: EventConsentChanged, Data: data, OccurredAt: consent.HappenedAt}); err != nil {
			return err
		}
		if channel := Channel(consent.Purpose); consent.State == Withdrawn && slices.Contains(Channels, channel) {
			return s.forbid(ctx, org, contact, DoNotContact{Channel: channel, Reason: Unsubscribed, Comment: consent.Detail})
		}
		return nil
	})
	return consent, err
}

// keepConsent stores an entry and who entered it.
func (s *Service) keepConsent(ctx context.Context, org domain.OrgID, consent *Consent) (err error) {
	if user := identity.ActorFrom(ctx).User; user != 0 {
		consent.UserID, consent.User = &user, identity.ActorFrom(ctx).Name
	}
	consent.ID, err = s.store.InsertConsent(ctx, org, *consent)
	return err
}

// WriteConsents writes a contact's whole consent log as CSV, oldest entries last. The cells are safe
// to open in a spreadsheet.
func (s *Service) WriteConsents(ctx context.Context, org domain.OrgID, contact ContactID, to io.Writer) error {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return err
	}
	out := csv.NewWriter(to)
	rows := [][]string{{"When", "Purpose", "State", "Source", "Detail", "Wording", "IP", "Entered by"}}
	for before := ConsentID(0); ; {
		consents, err := s.Consents(ctx, org, contact, before, domain.MaxLimit)
		if err != nil {
			return err
		}
		for _, c := range consents {
			rows = append(rows, []string{c.HappenedAt.UTC().Format(time.RFC3339), c.Purpose, string(c.State), string(c.Source), c.Detail, c.Wording, c.IP, c.User})
			before = c.ID
		}
		for _, row := range rows {
			for i, cell := range row {
				row[i] = domain.HarmlessCell(cell)
			}
		}
		if err := out.WriteAll(rows); err != nil {
			return err
		}
		if rows = nil; len(consents) < domain.MaxLimit {
			return nil
		}
	}
}

// sourceOf says by what way something comes, from who is calling.
func sourceOf(ctx context.Context) ConsentSource {
	switch actor := identity.ActorFrom(ctx); {
	case actor.User != 0:
		return ByPerson
	case actor.APIKey != 0:
		return ByAPI
	}
	return ByCampaign
}

func (c *Consent) normalize(now time.Time) error {
	var findings domain.Findings
	c.Purpose = strings.ToLower(strings.TrimSpace(c.Purpose))
	if c.Purpose == "" {
		findings.Add("purpose", "Say what the consent is about: email, sms, push or a purpose of your own, such as profiling.")
	} else if problem := textProblem(c.Purpose, maxConsentPurpose); problem != nil {
		findings.Say("purpose", problem)
	}
	if c.State != Granted && c.State != Withdrawn {
		findings.Add("state", "A consent is granted or withdrawn.")
	}
	if !slices.Contains(ConsentSources, c.Source) {
		findings.Add("source", "There is no source %.50q.", c.Source)
	}
	if problem := longTextProblem(c.Detail, maxConsentDetail); problem != nil {
		findings.Say("detail", problem)
	}
	if problem := longTextProblem(c.Wording, maxConsentWording); problem != nil {
		findings.Say("wording", problem)
	}
	if c.IP != "" {
		address, err := netip.ParseAddr(c.IP)
		if err != nil || address.Zone() != "" {
			findings.Add("ip", "This is not an IP address.")
		}
		c.IP = address.Unmap().String()
	}
	if c.HappenedAt.IsZero() {
		c.HappenedAt = now
	}
	c.HappenedAt = c.HappenedAt.UTC().Truncate(time.Microsecond)
	if problem := yearProblem(c.HappenedAt); problem != nil {
		findings.Say("happenedAt", problem)
	} else if c.HappenedAt.After(now.Add(maxClockDrift)) {
		findings.Add("happenedAt", "A consent can't lie in the future; it is now %s.", now.Format(time.RFC3339))
	}
	return findings.Err()
}
