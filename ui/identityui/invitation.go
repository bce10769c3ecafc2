package identityui

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	invitePath      = usersPath + "/invite"
	invitationsPath = usersPath + "/invitations"
	invitationsList = "invitations"
)

var invitationColumns = []component.Column{
	{Label: words.Mark("Email")},
	{Label: words.Mark("Role"), Plain: true},
	{Label: words.Mark("State"), Plain: true},
	{Label: words.Mark("Invited by"), Wide: true},
	{Label: words.Mark("Actions"), Mute: true},
}

func (p pages) registerInvitations(r fiber.Router) {
	r.Get(invitePath, p.showInvite)
	r.Post(invitationsPath, p.invite)
	r.Get(invitationsPath, toUsers) // the address after an invitation, opened again
	r.Post(invitationsPath+"/:id/resend", p.resendInvitation)
	r.Get(invitationsPath+"/:id/resend", toUsers)
	r.Post(invitationsPath+"/:id/revoke", p.revokeInvitation)
}

func toUsers(c *fiber.Ctx) error { return page.Redirect(c, usersPath, "") }

type inviteView struct {
	Name, Email, Role string
	Errors            component.Errors
}

type invitationsView struct {
	List   component.List
	Rows   []invitationRow
	Issued *identity.Issued // whose link was just made, nil for none
}

type invitationRow struct {
	identity.Invitation
	RoleName  string
	Tone      component.Tone
	StateName string
	Revoke    component.ConfirmProps
}

func (p pages) showInvite(c *fiber.Ctx) error {
	if err := identity.Require(c.UserContext(), org(c), identity.ManageUsers); err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, invitePage(inviteView{Role: string(identity.RoleUser)}))
}

func (p pages) invite(c *fiber.Ctx) error {
	v := inviteView{Name: c.FormValue("name"), Email: c.FormValue("email"), Role: c.FormValue("role")}
	issued, err := p.Identity.Invite(c.UserContext(), org(c), identity.InvitationInput{Name: v.Name, Email: v.Email, Role: identity.Role(v.Role)})
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v.Errors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, invitePage(v))
	}
	if err != nil {
		return err
	}
	return p.showUsers(c, &issued)
}

func (p pages) resendInvitation(c *fiber.Ctx) error {
	id, err := page.ID[identity.InvitationID](c, "id")
	if err != nil {
		return err
	}
	issued, err := p.Identity.ResendInvitation(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return p.showUsers(c, &issued)
}

func (p pages) revokeInvitation(c *fiber.Ctx) error {
	id, err := page.ID[identity.InvitationID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Identity.RevokeInvitation(c.UserContext(), org(c), id); err != nil {
		return err
	}
	return page.Redirect(c, usersPath, words.T(c.UserContext(), "The invitation is taken back."))
}

// invitations are those that nobody has accepted yet.
func (p pages) invitations(ctx context.Context, org domain.OrgID) (invitationsView, error) {
	q := identity.InvitationQuery{PageQuery: domain.PageQuery{Limit: domain.MaxLimit}.Normal(), Waiting: true}
	found, err := p.Identity.Invitations(ctx, org, q)
	if err != nil {
		return invitationsView{}, err
	}
	return invitationsView{
		List: component.ListOf(usersPath, invitationsList, q.PageQuery, found),
		Rows: domain.MapPage(found, func(i identity.Invitation) invitationRow { return invitationRowOf(ctx, i) }).Items,
	}, nil
}

func invitationRowOf(ctx context.Context, i identity.Invitation) invitationRow {
	row := invitationRow{Invitation: i, RoleName: roleName(ctx, i.Role), Revoke: component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Revoke"), Look: component.Danger, Small: true},
		Action:      fmt.Sprintf("%s/%d/revoke", invitationsPath, i.ID),
		Title:       words.F(ctx, "Take the invitation of {{.Email}} back?", words.Data{"Email": i.Email}),
		Text:        words.T(ctx, "Its link works no more. You can invite them anew at any time."),
		Yes:         words.T(ctx, "Revoke"),
	}}
	switch {
	case i.State() == identity.InvitationExpired:
		row.Tone, row.StateName = component.Neutral, words.T(ctx, "Expired")
	case i.MailedAt == nil:
		row.Tone, row.StateName = component.Caution, words.T(ctx, "Not mailed")
	default:
		row.Tone, row.StateName = component.Info, words.F(ctx, "Open until {{.Date}}", words.Data{"Date": component.Date(ctx, i.ExpiresAt)})
	}
	return row
}
