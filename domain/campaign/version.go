package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Version is a published flow. It never changes: people inside finish on the one they entered.
type Version struct {
	Campaign    ID
	Version     int
	Flow        Flow
	PublishedBy *identity.UserID
	PublishedAt time.Time
}

// Versions is the port for published versions.
type Versions interface {
	Version(ctx context.Context, org domain.OrgID, id ID, version int) (Version, error)
	Versions(ctx context.Context, org domain.OrgID, id ID) ([]Version, error)
	// InsertVersion stores the next version and makes the campaign active, if the draft still
	// has that revision; 0 and no error if it has not.
	InsertVersion(ctx context.Context, org domain.OrgID, campaign Campaign, by identity.UserID) (int, error)
}

// Versions lists the published versions of a campaign, newest first.
func (s *Service) Versions(ctx context.Context, org domain.OrgID, id ID) ([]Version, error) {
	if _, err := s.Campaign(ctx, org, id); err != nil {
		return nil, err
	}
	return s.Store.Versions(ctx, org, id)
}

// Version returns one published version; NotFound when there is none of that number.
func (s *Service) Version(ctx context.Context, org domain.OrgID, id ID, version int) (Version, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return Version{}, err
	}
	return s.Store.Version(ctx, org, id, version)
}

// Publish makes the draft the version that new people enter, and the campaign active. An Invalid
// error lists what keeps it from being published. Publishing an unchanged draft changes nothing
// but the state. To publish a campaign that is paused resumes it.
func (s *Service) Publish(ctx context.Context, org domain.OrgID, id ID) (Campaign, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return Campaign{}, err
	}
	campaign, err := s.Store.Campaign(ctx, org, id)
	if err != nil {
		return Campaign{}, err
	}
	if campaign.State == StateArchived {
		return Campaign{}, domain.Conflict("This campaign is archived. Duplicate it to publish it again.")
	}
	problems, err := s.problems(ctx, org, campaign.Draft)
	if err != nil {
		return Campaign{}, err
	}
	if err := Publishable(problems); err != nil {
		return Campaign{}, err
	}
	version, err := s.Store.InsertVersion(ctx, org, campaign, identity.ActorFrom(ctx).User)
	if err != nil {
		return Campaign{}, fmt.Errorf("publish: %w", err)
	}
	if version == 0 {
		return Campaign{}, domain.Conflict("Somebody else changed this campaign meanwhile. Reload it and publish again.")
	}
	if campaign.State == StatePaused {
		return s.Resume(ctx, org, id)
	}
	return s.Store.Campaign(ctx, org, id)
}

// route returns the walkable flow of a version.
func (s *Service) route(ctx context.Context, key versionKey) (*route, error) {
	if r, ok := s.flows.get(key); ok {
		return r, nil
	}
	version, err := s.Store.Version(ctx, key.org, key.campaign, key.version)
	if err != nil {
		return nil, fmt.Errorf("read version: %w", err)
	}
	r := newRoute(version.Flow)
	s.flows.put(key, r)
	return r, nil
}
