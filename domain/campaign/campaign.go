package campaign

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
)

// ID names a campaign.
type ID int64

// State says what a campaign does.
type State string

// The states of a campaign.
const (
	StateDraft    State = "draft"    // never published
	StateActive   State = "active"   // contacts enter and move
	StatePaused   State = "paused"   // contacts stay where they are; nothing is sent
	StateArchived State = "archived" // over: journeys end at their next wake
)

// Reentry says whether a contact may pass through a campaign again.
type Reentry string

// The re-entry rules.
const (
	ReentryNever     Reentry = "never"      // once in a lifetime
	ReentryAfterExit Reentry = "after_exit" // again, once the last journey has ended
	ReentryAlways    Reentry = "always"     // also while another journey is open
)

// Campaign is a draft with its published versions.
type Campaign struct {
	ID            ID
	Name          string
	Description   string
	State         State
	PausedReason  domain.Kept // why the program paused it, a sentence; "" when a person did
	Draft         Flow
	DraftRevision int // raised by every change
	Version       int // newest published one; 0: never published
	Reentry       Reentry
	IsSample      bool
	StateSince    *time.Time // nil: it was not noted
	CreatedAt     time.Time
	UpdatedAt     time.Time
	PublishedAt   *time.Time // of the newest version
	Open          int        // people inside now
	Ended         int        // people who have finished
}

// Input is what a marketer may change of a campaign.
type Input struct {
	Name        string
	Description string
	Reentry     Reentry // "" means never
	Flow        Flow
	IsSample    bool             // only when it is created
	CreatedBy   *identity.UserID // CreateCampaign knows it
}

func (in *Input) validate() error {
	var found domain.Findings
	in.Name = strings.TrimSpace(in.Name)
	if in.Name == "" {
		found.Add("name", "Give the campaign a name.")
	}
	if !domain.IsText(in.Name) {
		found.Add("name", "A campaign's name is text: UTF-8 without NUL characters.")
	}
	if !domain.IsText(in.Description) {
		found.Add("description", "A campaign's description is text: UTF-8 without NUL characters.")
	}
	if len([]rune(in.Name)) > 191 {
		found.Add("name", "A campaign's name has at most 191 characters.")
	}
	if len([]rune(in.Description)) > 2000 {
		found.Add("description", "A campaign's description has at most 2,000 characters.")
	}
	switch in.Reentry {
	case "":
		in.Reentry = ReentryNever
	case ReentryNever, ReentryAfterExit, ReentryAlways:
	default:
		found.Add("reentry", "Choose never, after_exit or always.")
	}
	return found.Err()
}

// Query selects campaigns for a list.
type Query struct {
	domain.PageQuery       // Search is in the language of package search, with SearchCommands
	State            State // "": all but archived, unless the search asks for is:archived
}

// Campaigns is the port for campaigns.
type Campaigns interface {
	Campaign(ctx context.Context, org domain.OrgID, id ID) (Campaign, error)
	Campaigns(ctx context.Context, org domain.OrgID, q Query) (domain.Page[Campaign], error)
	// CampaignsNamed returns campaigns, archived ones too, whose name a term asks for, in the order of names.
	CampaignsNamed(ctx context.Context, org domain.OrgID, name search.Term) ([]messaging.CampaignName, error)
	CampaignState(ctx context.Context, org domain.OrgID, id ID) (State, error)
	InsertCampaign(ctx context.Context, org domain.OrgID, in Input) (ID, error)
	// UpdateCampaign changes the draft if it still has that revision; else it changes nothing
	// and returns false.
	UpdateCampaign(ctx context.Context, org domain.OrgID, id ID, revision int, in Input) (bool, error)
	// SetCampaignState moves a campaign from one of the states to another; false if it was in none of them.
	SetCampaignState(ctx context.Context, org domain.OrgID, id ID, to State, from ...State) (bool, error)
	// PauseCampaign pauses a campaign that is active and notes why; false if it was not.
	PauseCampaign(ctx context.Context, org domain.OrgID, id ID, reason domain.Kept) (bool, error)
	// DeleteCampaign removes a campaign with its versions and journeys.
	DeleteCampaign(ctx context.Context, org domain.OrgID, id ID) error
	// CampaignsWithField names campaigns with a step that sets a field of contacts, asks about it or
	// names it in a text.
	CampaignsWithField(ctx context.Context, org domain.OrgID, alias string, limit int) ([]crm.FieldUse, error)
	CountActive(ctx context.Context, org domain.OrgID) (int, error)
	HasSample(ctx context.Context, org domain.OrgID) (bool, error)
	// DeleteSample removes sample campaigns with their versions and journeys.
	DeleteSample(ctx context.Context, org domain.OrgID) error
}

// Campaign returns one campaign; NotFound when it is absent or another organization's.
func (s *Service) Campaign(ctx context.Context, org domain.OrgID, id ID) (Campaign, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return Campaign{}, err
	}
	return s.Store.Campaign(ctx, org, id)
}

// Campaigns lists campaigns with the number of people inside and finished.
func (s *Service) Campaigns(ctx context.Context, org domain.OrgID, q Query) (domain.Page[Campaign], error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return domain.Page[Campaign]{}, err
	}
	return s.Store.Campaigns(ctx, org, q)
}

// CountActive returns how many campaigns are active.
func (s *Service) CountActive(ctx context.Context, org domain.OrgID) (int, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return 0, err
	}
	return s.Store.CountActive(ctx, org)
}

// CreateCampaign makes a draft.
func (s *Service) CreateCampaign(ctx context.Context, org domain.OrgID, in Input) (Campaign, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return Campaign{}, err
	}
	if err := in.validate(); err != nil {
		return Campaign{}, err
	}
	in.CreatedBy = identity.ActorFrom(ctx).Author()
	id, err := s.Store.InsertCampaign(ctx, org, in)
	if err != nil {
		return Campaign{}, err
	}
	return s.Store.Campaign(ctx, org, id)
}

// UpdateCampaign changes the draft. revision is the one that the editor saw: a Conflict when
// somebody else has changed the draft since.
func (s *Service) UpdateCampaign(ctx context.Context, org domain.OrgID, id ID, revision int, in Input) (Campaign, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return Campaign{}, err
	}
	if err := in.validate(); err != nil {
		return Campaign{}, err
	}
	before, err := s.Store.Campaign(ctx, org, id)
	if err != nil {
		return Campaign{}, err
	}
	if before.State == StateArchived {
		return Campaign{}, domain.Conflict("This campaign is archived. Duplicate it to work on it again.")
	}
	changed, err := s.Store.UpdateCampaign(ctx, org, id, revision, in)
	if err != nil {
		return Campaign{}, err
	}
	if !changed {
		return Campaign{}, domain.Conflict("Somebody else changed this campaign meanwhile. Reload it and make your change again.")
	}
	return s.Store.Campaign(ctx, org, id)
}

// Pause stops everybody in the campaign where they are, and its messages at the last moment.
// Pausing a paused campaign changes nothing.
func (s *Service) Pause(ctx context.Context, org domain.OrgID, id ID) (Campaign, error) {
	return s.setState(ctx, org, id, StatePaused, domain.Say("paused"), StateActive, StatePaused)
}

// Resume lets everybody go on. Those who were stopped are woken a few at a time. What made the program
// pause the campaign does not count any more. It is a Conflict while mailboxes would not believe the
// campaign's senders.
func (s *Service) Resume(ctx context.Context, org domain.OrgID, id ID) (resumed Campaign, err error) {
	if err := s.believed(ctx, org, id); err != nil {
		return Campaign{}, err
	}
	err = s.Tx.InTx(ctx, org, func(ctx context.Context) error {
		if resumed, err = s.setState(ctx, org, id, StateActive, domain.Say("resumed"), StatePaused, StateActive); err != nil {
			return err
		}
		return s.Messaging.CampaignResumed(ctx, org, int64(id))
	})
	return resumed, err
}

var _ messaging.CampaignPauser = (*Service)(nil)

// PauseBecause implements messaging.CampaignPauser: too many messages of the campaign came back.
func (s *Service) PauseBecause(ctx context.Context, org domain.OrgID, campaign int64, reason domain.Kept) error {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return err
	}
	_, err := s.Store.PauseCampaign(ctx, org, ID(campaign), reason)
	return err
}

// Archive ends the campaign for good: open journeys end at their next wake, the sleeping ones
// within minutes.
func (s *Service) Archive(ctx context.Context, org domain.OrgID, id ID) (Campaign, error) {
	return s.setState(ctx, org, id, StateArchived, domain.Say("archived"), StateDraft, StateActive, StatePaused, StateArchived)
}

func (s *Service) setState(ctx context.Context, org domain.OrgID, id ID, to State, done *domain.Phrase, from ...State) (Campaign, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return Campaign{}, err
	}
	campaign, err := s.Store.Campaign(ctx, org, id)
	if err != nil {
		return Campaign{}, err
	}
	changed, err := s.Store.SetCampaignState(ctx, org, id, to, from...)
	if err != nil {
		return Campaign{}, err
	}
	if !changed {
		return Campaign{}, domain.Conflict("A campaign that is %s can't be %s.", stateWords[campaign.State], done)
	}
	return s.Store.Campaign(ctx, org, id)
}

var stateWords = map[State]*domain.Phrase{
	StateDraft: domain.Say("a draft"), StateActive: domain.Say("active"), StatePaused: domain.Say("paused"), StateArchived: domain.Say("archived"),
}

// DeleteCampaign removes a campaign that was never published, or a sample with all its journeys.
func (s *Service) DeleteCampaign(ctx context.Context, org domain.OrgID, id ID) error {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return err
	}
	campaign, err := s.Store.Campaign(ctx, org, id)
	if err != nil {
		return err
	}
	if campaign.Version > 0 && !campaign.IsSample {
		return domain.Conflict("This campaign has been published, so its history is kept. Archive it instead.")
	}
	if err := s.Store.DeleteCampaign(ctx, org, id); err != nil {
		return fmt.Errorf("delete campaign: %w", err)
	}
	return nil
}
