package identityui

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	usersPath = "/app/settings/users"
	usersList = "users"
)

var userColumns = []component.Column{
	{Label: words.Mark("Name"), Sort: "name"},
	{Label: words.Mark("Email"), Sort: "email", Plain: true},
	{Label: words.Mark("Role"), Plain: true},
	{Label: words.Mark("Added"), Sort: "createdAt", Wide: true},
	{Label: words.Mark("Actions"), Mute: true},
}

func (p pages) registerUsers(r fiber.Router) {
	r.Get(usersPath, p.listUsers)
	r.Get(usersPath+"/suggest", listing.Suggest(usersList, identity.UserCommands))
	r.Post(usersPath+"/:id/block", p.blockUser)
	r.Post(usersPath+"/:id/unblock", p.unblockUser)
	r.Post(usersPath+"/:id/role/:role", p.changeRole)
	r.Post(usersPath+"/:id/sign-out", p.signUserOut)
}

type usersView struct {
	List        component.List
	Rows        []userRow
	Problem     *search.Error // why the search can't be read; nil: it can
	MayManage   bool
	Invitations invitationsView
}

type userRow struct {
	identity.User
	RoleName string
	IsYou    bool
	Actions  []userAction // none for those whom the person may not touch
}

// MenuID is the id of the row's menu.
func (u userRow) MenuID() string { return fmt.Sprintf("user-%d-menu", u.ID) }

type userAction struct {
	icon string
	component.ConfirmProps
}

func (p pages) listUsers(c *fiber.Ctx) error { return p.showUsers(c, nil) }

// showUsers shows the users, and after an invitation its link.
func (p pages) showUsers(c *fiber.Ctx, issued *identity.Issued) error {
	ctx, q := c.UserContext(), page.Query(c)
	found, err := p.Identity.Users(ctx, org(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	actor := identity.ActorFrom(ctx)
	v := usersView{
		List: component.ListOf(usersPath, usersList, q, found), Problem: problem, MayManage: actor.May(identity.ManageUsers),
		Rows: domain.MapPage(found, func(u identity.User) userRow { return userRowOf(ctx, u) }).Items,
	}
	if v.MayManage {
		if v.Invitations, err = p.invitations(ctx, actor.Org); err != nil {
			return err
		}
		v.Invitations.Issued = issued
	}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: usersPage(v), Region: userRegion(v), Body: usersTable(v)})
}

func (p pages) blockUser(c *fiber.Ctx) error {
	return p.changeUser(c, func(ctx context.Context, org domain.OrgID, id identity.UserID) (string, error) {
		u, err := p.Identity.BlockUser(ctx, org, id, true)
		return words.F(ctx, "{{.Name}} is blocked and logged out.", words.Data{"Name": u.Called()}), err
	})
}

func (p pages) unblockUser(c *fiber.Ctx) error {
	return p.changeUser(c, func(ctx context.Context, org domain.OrgID, id identity.UserID) (string, error) {
		u, err := p.Identity.BlockUser(ctx, org, id, false)
		return words.F(ctx, "{{.Name}} may log in again.", words.Data{"Name": u.Called()}), err
	})
}

func (p pages) changeRole(c *fiber.Ctx) error {
	return p.changeUser(c, func(ctx context.Context, org domain.OrgID, id identity.UserID) (string, error) {
		u, err := p.Identity.ChangeRole(ctx, org, id, identity.Role(c.Params("role")))
		return words.F(ctx, "{{.Name}} now has the role {{.Role}}.", words.Data{"Name": u.Called(), "Role": roleName(ctx, u.Role)}), err
	})
}

func (p pages) signUserOut(c *fiber.Ctx) error {
	return p.changeUser(c, func(ctx context.Context, org domain.OrgID, id identity.UserID) (string, error) {
		u, err := p.Identity.EndUserSessions(ctx, org, id)
		return words.F(ctx, "{{.Name}} is logged out everywhere.", words.Data{"Name": u.Called()}), err
	})
}

func (p pages) changeUser(c *fiber.Ctx, change func(context.Context, domain.OrgID, identity.UserID) (said string, err error)) error {
	id, err := page.ID[identity.UserID](c, "id")
	if err != nil {
		return err
	}
	said, err := change(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return page.Redirect(c, usersPath, said)
}

func userRowOf(ctx context.Context, u identity.User) userRow {
	actor := identity.ActorFrom(ctx)
	row := userRow{User: u, RoleName: roleName(ctx, u.Role), IsYou: actor.User == u.ID}
	if row.IsYou || !actor.May(identity.ManageUsers) || !actor.Gives(u.Role) {
		return row
	}
	for _, r := range roles {
		if r.role != u.Role && actor.Gives(r.role) {
			row.Actions = append(row.Actions, roleAction(ctx, u, r.role, words.Say(ctx, r.name), words.Say(ctx, r.does)))
		}
	}
	row.Actions = append(row.Actions, signOutAction(ctx, u), blockAction(ctx, u))
	return row
}

func roleAction(ctx context.Context, u identity.User, role identity.Role, name, does string) userAction {
	data := words.Data{"Name": u.Called(), "Role": name, "Does": does}
	return userAction{"user", component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.F(ctx, "Make {{.Role}}", data)},
		Action:      fmt.Sprintf("%s/%d/role/%s", usersPath, u.ID, role),
		Title:       words.F(ctx, "Give {{.Name}} the role {{.Role}}?", data),
		Text:        words.F(ctx, "{{.Does}} It counts at once, in every browser in which they are logged in.", data),
		Yes:         words.T(ctx, "Change role"),
	}}
}

func signOutAction(ctx context.Context, u identity.User) userAction {
	data := words.Data{"Name": u.Called()}
	return userAction{"log-out", component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Log out everywhere")},
		Action:      fmt.Sprintf("%s/%d/sign-out", usersPath, u.ID),
		Title:       words.F(ctx, "Sign {{.Name}} out everywhere?", data),
		Text:        words.T(ctx, "What they are typing and have not saved is lost. They can log in again with their password."),
		Yes:         words.T(ctx, "Log out"),
	}}
}

func blockAction(ctx context.Context, u identity.User) userAction {
	data := words.Data{"Name": u.Called()}
	if u.IsBlocked {
		return userAction{"undo-2", component.ConfirmProps{
			ButtonProps: component.ButtonProps{Label: words.T(ctx, "Unblock")},
			Action:      fmt.Sprintf("%s/%d/unblock", usersPath, u.ID),
			Title:       words.F(ctx, "Unblock {{.Name}}?", data),
			Text:        words.T(ctx, "They can log in again with the password and the role that they had."),
			Yes:         words.T(ctx, "Unblock"),
		}}
	}
	return userAction{"ban", component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Block"), Look: component.Danger},
		Action:      fmt.Sprintf("%s/%d/block", usersPath, u.ID),
		Title:       words.F(ctx, "Block {{.Name}}?", data),
		Text:        words.T(ctx, "They are logged out at once and can't log in until you unblock them. Invitations that they have sent work no more. What they made stays, and campaigns go on."),
		Yes:         words.T(ctx, "Block"),
	}}
}
