// Package campaignui shows campaigns: their paths with the people on them, their versions, and the
// journeys of single contacts.
package campaignui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Deps are what the pages work with.
type Deps struct {
	Campaigns *campaign.Service
	CRM       *crm.Service
	Messaging *messaging.Service
	Namespace string // Temporal's, for links to workflows
}

type pages struct{ Deps }

// Register adds the pages to r, the router of people who are signed in.
func Register(r fiber.Router, d Deps) {
	p := &pages{d}
	p.campaignRoutes(r)
	p.documentRoutes(r)
	p.entryRoutes(r)
	p.versionRoutes(r)
	p.journeyRoutes(r)
	p.webhookRoutes(r)
	p.whyRoutes(r)
}

func orgOf(c *fiber.Ctx) domain.OrgID { return identity.ActorFrom(c.UserContext()).Org }
