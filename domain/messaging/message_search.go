package messaging

import (
	"context"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// MessageCommands are what the ledger can be searched by, in the order of help.
var MessageCommands = search.Commands{
	{Name: "to", Hint: domain.Mark("To an address that holds this text"), Example: "to:ann@example.org"},
	search.Among("state", domain.Mark("By how far they have come"), "failed", "unknown", "skipped", "ready", "calling", "sent"),
	search.Among("delivery", domain.Mark("By what the provider reported"), "bounced", "complained", "rejected", "delayed", "delivered", "accepted"),
	{Name: "reason", Hint: domain.Mark("Why they failed, were skipped or wait"), Example: "reason:quota"},
	{Name: "campaign", Hint: domain.Mark("Of a campaign with this name or number"), Example: "campaign:welcome"},
	{Name: "email", Hint: domain.Mark("Made from an email with this name or number"), Example: "email:newsletter"},
	{Name: "sms", Hint: domain.Mark("Made from an SMS with this name or number"), Example: "sms:reminder"},
	{Name: "contact", Kind: search.IDs, Hint: domain.Mark("To the contacts with these numbers"), Example: "contact:4711"},
	search.Among("channel", domain.Mark("Emails or SMS"), "email", "sms"),
	{
		Name: "is", Kind: search.Choice, Hint: domain.Mark("Those of a kind"), Example: "is:overdue", Values: []search.Value{
			{Value: "overdue"}, {Value: "marketing"}, {Value: "transactional"}, {Value: "test"}, {Value: "internal"},
		},
	},
	{Name: "sent", Kind: search.Date, Hint: domain.Mark("By the day on which they went out"), Example: "sent:>2026-11-01"},
	{Name: "created", Kind: search.Date, Hint: domain.Mark("By the day on which they were decided"), Example: "created:>=-7d"},
	{Name: "provider_id", Hint: domain.Mark("The number that the provider gave it, exactly"), Example: "provider_id:0102019a8c2f4d11"},
	{Name: "sid", Hint: domain.Mark("The public id, exactly"), Example: "sid:9f86d081884c7d65"},
	search.ByIDs,
}

// Named are the numbers of the records that a search names.
type Named map[search.Term][]int64

// CampaignFinder knows campaigns by name. The campaigns themselves implement it.
type CampaignFinder interface {
	// CampaignsNamed returns those whose name the term asks for by their names, archived ones too.
	CampaignsNamed(ctx context.Context, org domain.OrgID, name search.Term) ([]CampaignName, error)
}

// CampaignName is the name of a campaign.
type CampaignName struct {
	ID   int64
	Name string
}

// FindCampaignsBy sets who knows campaigns by name. Call it while wiring; without, no campaign has a name.
func (s *Service) FindCampaignsBy(f CampaignFinder) { s.finder = f }

// campaignsNamed looks up the campaigns that a search names, so that its statement has their numbers.
func (s *Service) campaignsNamed(ctx context.Context, org domain.OrgID, text string) (Named, error) {
	x, err := search.Parse(text, MessageCommands)
	if err != nil {
		return nil, err
	}
	named := Named{}
	for _, t := range search.Terms(x) {
		if t.Command != "campaign" || t.Any() {
			continue
		}
		if id, err := strconv.ParseInt(strings.TrimSpace(t.Value), 10, 64); err == nil {
			named[t] = []int64{id}
		} else if s.finder != nil {
			found, err := s.finder.CampaignsNamed(ctx, org, t)
			if err != nil {
				return nil, err
			}
			for _, campaign := range found {
				named[t] = append(named[t], campaign.ID)
			}
		}
	}
	return named, nil
}
