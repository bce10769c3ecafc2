package campaign

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// sampleContacts is how many contacts the sample data has.
const sampleContacts = 200

// sampleTag marks them, beside their flag.
const sampleTag = "sample"

//go:embed sample/welcome.html
var sampleWelcome string

//go:embed sample/reminder.html
var sampleReminder string

// LoadSample loads 200 contacts, two emails and a running welcome campaign, all marked as sample,
// so that a newcomer can watch people move. A Conflict when it is there already.
func (s *Service) LoadSample(ctx context.Context, org domain.OrgID) (Campaign, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return Campaign{}, err
	}
	var campaign Campaign
	err := s.Tx.InTx(ctx, org, func(ctx context.Context) error {
		there, err := s.Store.HasSample(ctx, org)
		if err != nil {
			return err
		}
		if there {
			return domain.Conflict("The sample data is there already. Remove it first to load it again.")
		}
		if err := s.sampleContacts(ctx, org); err != nil {
			return fmt.Errorf("load sample contacts: %w", err)
		}
		campaign, err = s.sampleCampaign(ctx, org)
		return err
	})
	return campaign, err
}

// RemoveSample removes the sample data with everything that came of it.
func (s *Service) RemoveSample(ctx context.Context, org domain.OrgID) error {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return err
	}
	err := s.Tx.InTx(ctx, org, func(ctx context.Context) error {
		if err := s.Store.DeleteSample(ctx, org); err != nil {
			return fmt.Errorf("remove sample campaign: %w", err)
		}
		if err := s.Messaging.DeleteSamples(ctx, org); err != nil {
			return fmt.Errorf("remove sample emails: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	// There may be a million of them: they go by and by.
	if err := s.CRM.DeleteSamples(ctx, org); err != nil {
		return fmt.Errorf("remove sample contacts: %w", err)
	}
	return nil
}

var (
	sampleFirstnames = strings.Fields("Anna Ben Carla David Elif Felix Greta Hugo Ines Jonas Kofi Lena Milan Nadia Omar Paula Quentin Rosa Samir Tilda")
	sampleLastnames  = strings.Fields("Adler Berg Costa Dubois Evans Fischer Garcia Haas Ito Jensen")
	sampleCompanies  = []string{"Brightwater Coffee", "Nordlicht Books", "Alba Cycles", "Fernweh Travel", "Kiln & Clay"}
	samplePositions  = []string{"Owner", "Marketing manager", "Buyer", "Office manager", "Designer"}
)

func (s *Service) sampleContacts(ctx context.Context, org domain.OrgID) error {
	for i := range sampleContacts {
		first := sampleFirstnames[i%len(sampleFirstnames)]
		last := sampleLastnames[i/len(sampleFirstnames)%len(sampleLastnames)]
		email := strings.ToLower(fmt.Sprintf("%s.%s@example.com", first, last))
		company, position := sampleCompanies[i%len(sampleCompanies)], samplePositions[(i/3)%len(samplePositions)]
		_, err := s.CRM.CreateContact(ctx, org, crm.ContactInput{
			Firstname: &first, Lastname: &last, Email: &email, Company: &company, Position: &position,
			Tags: []string{sampleTag}, IsSample: true, Origin: "sample data",
		})
		// A contact of one's own with the same address stays as it is.
		if err != nil && domain.KindOf(err) != domain.KindConflict {
			return err
		}
	}
	return nil
}

func (s *Service) sampleCampaign(ctx context.Context, org domain.OrgID) (Campaign, error) {
	welcome, err := s.sampleEmail(ctx, org, "Welcome (sample)", "Welcome, {{ contact.firstname | default: 'friend' }}!", sampleWelcome)
	if err != nil {
		return Campaign{}, err
	}
	reminder, err := s.sampleEmail(ctx, org, "Reminder (sample)", "Did you see our guide, {{ contact.firstname | default: 'friend' }}?", sampleReminder)
	if err != nil {
		return Campaign{}, err
	}
	draft, err := s.CreateCampaign(ctx, org, Input{
		Name:        "Welcome campaign (sample)",
		Description: "Greets new contacts, waits half a minute, and asks who clicked. Open the inbox and click in a mail to take the other path.",
		Flow:        sampleFlow(welcome, reminder),
		IsSample:    true,
	})
	if err != nil {
		return Campaign{}, err
	}
	if _, err := s.Publish(ctx, org, draft.ID); err != nil {
		return Campaign{}, err
	}
	if _, err := s.AddContacts(ctx, org, draft.ID, Entry{Tag: sampleTag, Source: "manual", Reason: domain.Keep("Loaded with the sample data.")}); err != nil {
		return Campaign{}, err
	}
	return s.Store.Campaign(ctx, org, draft.ID)
}

func (s *Service) sampleEmail(ctx context.Context, org domain.OrgID, name, subject, html string) (messaging.EmailID, error) {
	email, err := s.Messaging.CreateEmail(ctx, org, messaging.EmailInput{
		Name: name, Subject: subject, HTML: html, FromName: "Mauntic sample", FromEmail: "sample@example.com", IsSample: true,
	})
	return email.ID, err
}

// sampleFlow has five steps on the longer path and short waits.
func sampleFlow(welcome, reminder messaging.EmailID) Flow {
	return Flow{Root: []Step{
		{ID: "sample-welcome", Kind: "send_email", Name: "Welcome", Settings: SendEmail{Email: welcome}},
		{ID: "sample-wait", Kind: "wait", Settings: Wait{For: Span{Amount: 30, Unit: "seconds"}}},
		{
			ID: "sample-clicked", Kind: "decision", Name: "Clicked the guide?",
			Settings: Decision{Did: "clicked", Step: "sample-welcome", Within: Span{Amount: 1, Unit: "minutes"}},
			Branches: []Branch{
				{ID: Yes, Label: "Yes", Steps: []Step{
					{ID: "sample-interested", Kind: "change_tags", Settings: ChangeTags{Add: []string{"interested"}}},
				}},
				{ID: No, Label: "No", Steps: []Step{
					{ID: "sample-reminder", Kind: "send_email", Name: "Reminder", Settings: SendEmail{Email: reminder}},
				}},
			},
		},
		{ID: "sample-exit", Kind: "exit", Settings: Exit{}},
	}}
}
