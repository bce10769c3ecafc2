// Package crmui shows contacts, what they did, and the import of files to people.
package crmui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Deps is what the pages need.
type Deps struct {
	Contacts  *crm.Service
	Messaging *messaging.Service
	Identity  *identity.Service // what people have chosen for themselves
}

type pages struct{ Deps }

// Register adds the pages. They lie below /app, where somebody is signed in.
func Register(r fiber.Router, d Deps) {
	p := &pages{Deps: d}
	p.contactRoutes(r)
	p.viewRoutes(r)
	p.markRoutes(r)
	p.segmentRoutes(r)
	p.tagRoutes(r)
	p.noteRoutes(r)
	p.attachmentRoutes(r)
	p.consentRoutes(r)
	p.importRoutes(r)
	p.fieldRoutes(r)
	p.jobRoutes(r)
	p.bulkRoutes(r)
	p.trashRoutes(r)
	p.exportRoutes(r)
}

func orgOf(c *fiber.Ctx) domain.OrgID { return identity.ActorFrom(c.UserContext()).Org }
