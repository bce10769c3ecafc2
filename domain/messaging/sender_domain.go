package messaging

import (
	"context"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// SenderDomainID names a sender domain.
type SenderDomainID int64

// SenderDomain is the domain of From addresses, with what DNS has to say about it so that mailboxes
// believe that the organization sends in its name.
type SenderDomain struct {
	ID           SenderDomainID
	Name         string // in ASCII and lower case
	Selector     string // of our own DKIM key
	PublicKey    string // base64, as its TXT record has it
	BounceDomain string // where mail that comes back goes; "": the provider's own, or the sender
	Provider     string // for whom Records were made
	Records      []DNSRecord
	DKIMOK       bool // mailboxes find the key of our signatures
	Aligned      bool // by DMARC's rules, what is signed or returned to belongs to Name
	CheckedAt    *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Ready says that mail in the domain's name is believed by mailboxes.
func (d SenderDomain) Ready() bool { return d.DKIMOK && d.Aligned }

// NewSenderDomain is what a new row needs.
type NewSenderDomain struct {
	Name, Selector, PublicKey, BounceDomain string
	PrivateKey                              []byte // sealed
}

// DomainCheck is what a check found.
type DomainCheck struct {
	Provider        string
	BounceDomain    string
	Records         []DNSRecord
	DKIMOK, Aligned bool
}

// SenderDomains keeps the sender domains. Absent, or another organization's: NotFound. Private keys
// come out through DomainKey only.
type SenderDomains interface {
	// SenderDomains returns all domains of an organization by name.
	SenderDomains(ctx context.Context, org domain.OrgID) ([]SenderDomain, error)
	SenderDomain(ctx context.Context, org domain.OrgID, id SenderDomainID) (SenderDomain, error)
	// InsertSenderDomain is a Conflict when the organization has the domain, or when it is
	// ready for another one.
	InsertSenderDomain(ctx context.Context, org domain.OrgID, n NewSenderDomain) (SenderDomain, error)
	SaveDomainCheck(ctx context.Context, org domain.OrgID, id SenderDomainID, c DomainCheck) (SenderDomain, error)
	DeleteSenderDomain(ctx context.Context, org domain.OrgID, id SenderDomainID) error
	// FromAddresses returns the different From addresses of the organization and its emails.
	FromAddresses(ctx context.Context, org domain.OrgID) ([]string, error)
	// DomainKey returns selector and sealed private key of a domain; "" when there is none.
	DomainKey(ctx context.Context, org domain.OrgID, name string) (selector string, sealed []byte, err error)
	// DueDomains takes at most limit domains, of all organizations, that were last checked before
	// ready or, when they were not ready then, before unready. Nobody else gets them meanwhile.
	DueDomains(ctx context.Context, ready, unready time.Time, limit int) ([]DueDomain, error)
}

// DueDomain is a domain that must be checked again.
type DueDomain struct {
	Org domain.OrgID
	ID  SenderDomainID
}

// DomainIdentity is what a provider that signs mail itself knows of a domain.
type DomainIdentity struct {
	Known        bool
	Keys         []DNSRecord // CNAMEs that lead to its keys
	Signs        bool        // it has found them, and signs
	BounceDomain string      // "": its own
	BounceHost   string      // takes what comes back to BounceDomain
	BounceSPF    string      // the mechanism that allows it to send: include:amazonses.com
}

// Signing is a Provider that signs mail itself.
type Signing interface {
	// RegisterDomain makes the domain known there; doing it twice changes nothing. A domain error
	// says why it is refused.
	RegisterDomain(ctx context.Context, name, bounceDomain string) error
	DomainIdentity(ctx context.Context, name string) (DomainIdentity, error)
}

// SignsItself says whether the provider signs mail itself, and takes what comes back at a domain of
// one's choice.
func (s *Service) SignsItself() bool {
	_, ok := Ability[Signing](s.provider)
	return ok
}

// Relay is a Provider that hands mail to one server.
type Relay interface {
	Host() string
}

// SenderDomains returns the organization's domains by name.
func (s *Service) SenderDomains(ctx context.Context, org domain.OrgID) ([]SenderDomain, error) {
	if err := identity.Require(ctx, org, identity.ViewSettings); err != nil {
		return nil, err
	}
	return s.store.SenderDomains(ctx, org)
}

// SenderDomain returns one domain, or NotFound.
func (s *Service) SenderDomain(ctx context.Context, org domain.OrgID, id SenderDomainID) (SenderDomain, error) {
	if err := identity.Require(ctx, org, identity.ViewSettings); err != nil {
		return SenderDomain{}, err
	}
	return s.store.SenderDomain(ctx, org, id)
}

// DomainsToAdd returns the domains of From addresses that are in use but were never added.
func (s *Service) DomainsToAdd(ctx context.Context, org domain.OrgID) ([]string, error) {
	known, err := s.SenderDomains(ctx, org)
	if err != nil {
		return nil, err
	}
	addresses, err := s.store.FromAddresses(ctx, org)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, d := range known {
		seen[d.Name] = true
	}
	var missing []string
	for _, address := range addresses {
		if name := asciiDomain(address); name != "" && !seen[name] {
			seen[name] = true
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// asciiDomain is the ASCII domain of an address, or "".
func asciiDomain(address string) string {
	normal, err := crm.NormalEmail(address)
	if err != nil {
		return ""
	}
	return domainOf(normal)
}

// AddSenderDomain makes a DKIM key for a domain, registers it with a provider that signs itself,
// and checks it for the first time. bounce is a domain below it where such a provider takes
// what comes back; "" leaves that to it.
func (s *Service) AddSenderDomain(ctx context.Context, org domain.OrgID, name, bounce string) (SenderDomain, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return SenderDomain{}, err
	}
	if s.dns == nil {
		return SenderDomain{}, domain.Unavailable("Sender domains can't be checked here.")
	}
	name, bounce, err := checkDomainNames(name, bounce)
	if err != nil {
		return SenderDomain{}, err
	}
	if bounce != "" && !s.SignsItself() {
		return SenderDomain{}, domain.Invalid("bounceDomain", "Without Amazon SES, the setting MAUNTIC_BOUNCE_ADDRESS says where mail comes back to.")
	}
	n, err := s.newDomainKey(org, name)
	if err != nil {
		return SenderDomain{}, err
	}
	n.BounceDomain = bounce
	added, err := s.store.InsertSenderDomain(ctx, org, n)
	if err != nil {
		return SenderDomain{}, err
	}
	s.keys.forget(org, name)
	if provider, ok := Ability[Signing](s.provider); ok {
		if err := provider.RegisterDomain(ctx, name, bounce); err != nil {
			return SenderDomain{}, undo(err, s.store.DeleteSenderDomain(ctx, org, added.ID))
		}
	}
	return s.checkDomain(ctx, org, added)
}

func undo(err, undone error) error {
	if undone != nil {
		return undone
	}
	return err
}

// checkDomainNames returns the names as DNS knows them. An address stands for its domain.
func checkDomainNames(name, bounce string) (asciiName, asciiBounce string, err error) {
	var found domain.Findings
	name = name[strings.LastIndexByte(name, '@')+1:]
	asciiName = asciiDomain("x@" + strings.TrimSpace(name))
	if asciiName == "" {
		found.Add("name", "Write a domain such as example.com.")
	}
	if bounce = strings.TrimSpace(bounce); bounce != "" {
		asciiBounce = asciiDomain("x@" + bounce)
		if asciiBounce == "" || asciiName != "" && !strings.HasSuffix(asciiBounce, "."+asciiName) {
			found.Add("bounceDomain", "The bounce domain must lie below the sender domain, such as bounce.example.com.")
		}
	}
	return asciiName, asciiBounce, found.Err()
}

// CheckSenderDomain looks at DNS again and returns what it found.
func (s *Service) CheckSenderDomain(ctx context.Context, org domain.OrgID, id SenderDomainID) (SenderDomain, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return SenderDomain{}, err
	}
	d, err := s.store.SenderDomain(ctx, org, id)
	if err != nil {
		return SenderDomain{}, err
	}
	return s.checkDomain(ctx, org, d)
}

// checkDomain asks the provider and DNS, outside of any transaction, and keeps what they say.
func (s *Service) checkDomain(ctx context.Context, org domain.OrgID, d SenderDomain) (SenderDomain, error) {
	if s.dns == nil {
		return SenderDomain{}, domain.Unavailable("Sender domains can't be checked here.")
	}
	found, err := s.examine(ctx, d)
	if err != nil {
		return SenderDomain{}, err
	}
	return s.store.SaveDomainCheck(ctx, org, d.ID, found)
}

// DeleteSenderDomain forgets a domain and its key. What is registered with a provider stays there.
// Adding the domain again makes a new key under a new name.
func (s *Service) DeleteSenderDomain(ctx context.Context, org domain.OrgID, id SenderDomainID) error {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return err
	}
	d, err := s.store.SenderDomain(ctx, org, id)
	if err != nil {
		return err
	}
	err = s.store.DeleteSenderDomain(ctx, org, id)
	s.keys.forget(org, d.Name)
	return err
}

const (
	recheckReady   = 24 * time.Hour
	recheckUnready = time.Hour
	recheckBatch   = 20
)

// RecheckSenderDomains checks the domains of all organizations that are due: once a day those that
// were ready, once an hour the others.
func (s *Service) RecheckSenderDomains(ctx context.Context) error {
	if s.dns == nil {
		return nil
	}
	now := s.now()
	due, err := s.store.DueDomains(ctx, now.Add(-recheckReady), now.Add(-recheckUnready), recheckBatch)
	if err != nil {
		return err
	}
	for _, one := range due {
		if _, err := s.CheckSenderDomain(identity.WithActor(ctx, identity.System(one.Org)), one.Org, one.ID); err != nil && domain.KindOf(err) != domain.KindNotFound {
			return err
		}
	}
	return nil
}

// SenderProblem returns why an email should not go to real people yet: its sender's domain is not
// ready. Nil means that it may, or that nobody asks.
func (s *Service) SenderProblem(ctx context.Context, org domain.OrgID, id EmailID) (*domain.Phrase, error) {
	if !s.strict {
		return nil, nil
	}
	email, err := s.Email(ctx, org, id)
	if err != nil {
		return nil, err
	}
	sender, err := s.store.Sender(ctx, org)
	if err != nil {
		return nil, err
	}
	name := asciiDomain(first(email.FromEmail, sender.FromEmail))
	if name == "" {
		return nil, nil // Sendable says what is wrong
	}
	domains, err := s.store.SenderDomains(ctx, org)
	if err != nil {
		return nil, err
	}
	for _, d := range domains {
		switch {
		case d.Name != name:
		case d.Ready():
			return nil, nil
		case !d.DKIMOK:
			return domain.Say("Mailboxes can't verify mail from %s yet: its DKIM record is missing or wrong. Finish it under Settings, Sender domains.", name), nil
		default:
			return domain.Say("Mail from %s does not pass DMARC yet. Look under Settings, Sender domains.", name), nil
		}
	}
	return domain.Say("The domain %s is not set up for sending. Add it under Settings, Sender domains.", name), nil
}
