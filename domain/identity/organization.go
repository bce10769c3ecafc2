package identity

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
)

// Organization is who sends: its contacts, emails and campaigns are its own, and nobody else's.
type Organization struct {
	ID            domain.OrgID
	Name          string
	TimeZone      string // IANA name, such as "Europe/Berlin"
	FromName      string // default sender of emails
	FromEmail     string
	ReplyTo       string
	PostalAddress string // shown at the foot of marketing mail, as anti-spam laws ask
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Location is the organization's time zone; UTC when its name no longer loads.
func (o Organization) Location() *time.Location {
	location, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		return time.UTC
	}
	return location
}

// OrganizationInput changes an organization: nil leaves a setting, a pointer to "" clears it.
type OrganizationInput struct {
	Name          *string
	TimeZone      *string
	FromName      *string
	FromEmail     *string
	ReplyTo       *string
	PostalAddress *string
}

// Organizations is the part of the store that keeps organizations.
type Organizations interface {
	// Organization returns one, or NotFound.
	Organization(ctx context.Context, org domain.OrgID) (Organization, error)
	// AllOrganizations returns every organization of the installation, oldest first.
	AllOrganizations(ctx context.Context) ([]Organization, error)
	// SaveOrganization writes the settings of o.
	SaveOrganization(ctx context.Context, o Organization) (Organization, error)
	// InsertFirstOrganization inserts o when there is no organization yet, however many ask at
	// once; ok is false when there is one.
	InsertFirstOrganization(ctx context.Context, o Organization) (id domain.OrgID, ok bool, err error)
}

// Organization returns the settings of org.
func (s *Service) Organization(ctx context.Context, org domain.OrgID) (Organization, error) {
	if err := Require(ctx, org, ViewSettings); err != nil {
		return Organization{}, err
	}
	return s.store.Organization(ctx, org)
}

// AllOrganizations returns every organization, oldest first. It asks for no permission: only the
// program's own commands may call it.
func (s *Service) AllOrganizations(ctx context.Context) ([]Organization, error) {
	return s.store.AllOrganizations(ctx)
}

// UpdateOrganization changes the settings of org, all or none of them.
func (s *Service) UpdateOrganization(ctx context.Context, org domain.OrgID, in OrganizationInput) (Organization, error) {
	if err := Require(ctx, org, EditSettings); err != nil {
		return Organization{}, err
	}
	var saved Organization
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		o, err := s.store.Organization(ctx, org)
		if err != nil {
			return err
		}
		in.apply(&o)
		if err := o.validate(); err != nil {
			return err
		}
		saved, err = s.store.SaveOrganization(ctx, o)
		return err
	})
	return saved, err
}

func (in OrganizationInput) apply(o *Organization) {
	for target, value := range map[*string]*string{
		&o.Name: in.Name, &o.TimeZone: in.TimeZone, &o.FromName: in.FromName,
		&o.FromEmail: in.FromEmail, &o.ReplyTo: in.ReplyTo, &o.PostalAddress: in.PostalAddress,
	} {
		if value != nil {
			*target = strings.TrimSpace(*value)
		}
	}
}

func (o Organization) validate() error {
	var found domain.Findings
	checkLine(&found, "name", domain.Say("The organization's name"), o.Name)
	if o.Name == "" {
		found.Add("name", "Give the organization a name.")
	}
	if _, err := time.LoadLocation(o.TimeZone); err != nil || o.TimeZone == "" || o.TimeZone == "Local" {
		found.Add("timeZone", "There is no time zone %q; use a name such as Europe/Berlin.", cut(o.TimeZone, 60))
	}
	checkLine(&found, "fromName", domain.Say("The sender's name"), o.FromName)
	if o.FromEmail != "" && !CanSend(o.FromEmail) {
		found.Add("fromEmail", "The sender's address is not a valid email address.")
	}
	if o.ReplyTo != "" && !CanSend(o.ReplyTo) {
		found.Add("replyTo", "The reply address is not a valid email address.")
	}
	if !utf8.ValidString(o.PostalAddress) || strings.Contains(o.PostalAddress, "\x00") {
		found.Add("postalAddress", "The postal address contains characters that can't be stored.")
	}
	if utf8.RuneCountInString(o.PostalAddress) > 1000 {
		found.Add("postalAddress", "The postal address may have 1,000 characters.")
	}
	return found.Err()
}

// maxLine is how many characters a line may have.
const maxLine = 200

// checkLine finds fault with text that ends up in a header or a heading: it must be one line.
func checkLine(found *domain.Findings, field string, what *domain.Phrase, value string) {
	switch {
	case !utf8.ValidString(value) || strings.ContainsFunc(value, isControl):
		found.Add(field, "%s may not contain line breaks or control characters.", what)
	case utf8.RuneCountInString(value) > maxLine:
		found.Add(field, "%s may have %d characters.", what, maxLine)
	}
}

// cut shortens what people typed before it is shown in a sentence.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
