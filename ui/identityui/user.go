package identityui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const (
	usersPath = "/app/settings/users"
	usersList = "users"
)

var userColumns = []component.Column{
	{Label: "Name", Sort: "name"}, {Label: "Email", Sort: "email"}, {Label: "Role"}, {Label: "Added", Sort: "createdAt", Wide: true},
}

func (p pages) registerUsers(r fiber.Router) {
	r.Get(usersPath, p.listUsers)
}

type usersView struct {
	List component.List
	Rows []userRow
}

type userRow struct {
	identity.User
	RoleName string
}

func (p pages) listUsers(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Identity.Users(c.UserContext(), org(c), q)
	if err != nil {
		return err
	}
	rows := domain.MapPage(found, func(u identity.User) userRow { return userRow{User: u, RoleName: roleNames[u.Role]} })
	v := usersView{List: component.ListOf(usersPath, usersList, q, found), Rows: rows.Items}
	return page.Render(c, fiber.StatusOK, usersPage(v), page.Part{ID: usersList, Show: usersTable(v)})
}
