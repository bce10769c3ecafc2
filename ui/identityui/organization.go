package identityui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	organizationPath = "/app/settings"
	organizationForm = "organization-form"
)

func (p pages) registerOrganization(r fiber.Router) {
	r.Get(organizationPath, p.showOrganization)
	r.Post(organizationPath, p.saveOrganization)
}

type organizationView struct {
	Name, TimeZone, FromName, FromEmail, ReplyTo, PostalAddress string

	MayEdit bool
	Errors  component.Errors
}

func (p pages) showOrganization(c *fiber.Ctx) error {
	o, err := p.Identity.Organization(c.UserContext(), org(c))
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, organizationPage(organizationView{
		Name: o.Name, TimeZone: o.TimeZone, FromName: o.FromName, FromEmail: o.FromEmail, ReplyTo: o.ReplyTo,
		PostalAddress: o.PostalAddress, MayEdit: page.May(c.UserContext(), identity.EditSettings),
	}))
}

func (p pages) saveOrganization(c *fiber.Ctx) error {
	v := organizationView{
		Name: c.FormValue("name"), TimeZone: c.FormValue("timeZone"), FromName: c.FormValue("fromName"),
		FromEmail: c.FormValue("fromEmail"), ReplyTo: c.FormValue("replyTo"), PostalAddress: c.FormValue("postalAddress"), MayEdit: true,
	}
	_, err := p.Identity.UpdateOrganization(c.UserContext(), org(c), identity.OrganizationInput{
		Name: &v.Name, TimeZone: &v.TimeZone, FromName: &v.FromName,
		FromEmail: &v.FromEmail, ReplyTo: &v.ReplyTo, PostalAddress: &v.PostalAddress,
	})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v.Errors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, organizationPage(v), page.Part{ID: organizationForm, Show: organizationFields(v)})
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, organizationPath, words.T(c.UserContext(), "Settings saved."))
}

// commonZones are offered while somebody types; any other IANA name is as good.
var commonZones = []string{
	"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Argentina/Buenos_Aires",
	"America/Bogota", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City", "America/New_York",
	"America/Sao_Paulo", "America/Toronto", "Asia/Bangkok", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem",
	"Asia/Karachi", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo",
	"Australia/Melbourne", "Australia/Perth", "Australia/Sydney", "Europe/Amsterdam", "Europe/Athens", "Europe/Berlin",
	"Europe/Brussels", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London",
	"Europe/Madrid", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna",
	"Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland",
}
