// Package messagingui shows emails and SMS, what became of them, and the inbox of captured ones.
package messagingui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Deps is what the pages need.
type Deps struct {
	Messaging *messaging.Service
	CRM       *crm.Service
}

type pages struct{ Deps }

// Register adds the pages to r, the router of people who are signed in.
func Register(r fiber.Router, d Deps) {
	p := pages{d}
	p.registerEmails(r)
	p.registerPreview(r)
	p.registerMessages(r)
	p.registerInbox(r)
	p.registerDelivery(r)
	p.registerSuppressions(r)
	p.registerStops(r)
	p.registerSMS(r)
	p.registerSMSInbox(r)
	p.registerRules(r)
	p.registerPause(r)
	p.registerSenderDomains(r)
}

// org is the organization of the person who is signed in.
func org(c *fiber.Ctx) domain.OrgID { return identity.ActorFrom(c.UserContext()).Org }

// mailPolicy shows the HTML of a mail with its styles and pictures, but as a stranger: without
// scripts, forms and our cookies. A link in it opens a window of its own.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline' https: http:; img-src https: http: data:; font-src https: http: data:; " +
	"base-uri 'self'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
