package identityapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

func (h handlers) registerInvitations(a huma.API) {
	tags := []string{"Invitations"}
	huma.Register(a, huma.Operation{
		OperationID: "list-invitations", Method: http.MethodGet, Path: "/api/identity/invitations", Tags: tags, Summary: "List invitations",
		Description: "Only for administrators. Ordered by id, email, createdAt or expiresAt. Links are never shown again.",
	}, h.listInvitations)
	huma.Register(a, huma.Operation{
		OperationID: "invite-colleague", Method: http.MethodPost, Path: "/api/identity/invitations", Tags: tags, Summary: "Invite a colleague",
		Description:   "Only for administrators. Mails a link by which they choose a password and join. It works for seven days; it is in this answer and nowhere else.",
		DefaultStatus: http.StatusCreated, Metadata: api.SecretAnswer(),
	}, h.invite)
	huma.Register(a, huma.Operation{
		OperationID: "resend-invitation", Method: http.MethodPost, Path: "/api/identity/invitations/{id}/resend", Tags: tags, Summary: "Mail an invitation again",
		Description: "Only for administrators. With a new link, which works for seven days; the one before works no more.", Metadata: api.SecretAnswer(),
		Errors: []int{http.StatusTooManyRequests},
	}, h.resendInvitation)
	huma.Register(a, huma.Operation{
		OperationID: "revoke-invitation", Method: http.MethodDelete, Path: "/api/identity/invitations/{id}", Tags: tags, Summary: "Take an invitation back",
		Description:   "Only for administrators. Its link works no more. One that was accepted already is a conflict.",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusConflict},
	}, h.revokeInvitation)
}

// Invitation asks a colleague to join.
type Invitation struct {
	ID         int64                    `json:"id" example:"7"`
	Email      string                   `json:"email" example:"ada@example.com"`
	Name       string                   `json:"name" example:"Ada Lovelace"`
	Role       identity.Role            `json:"role" enum:"viewer,user,admin,superadmin" example:"user"`
	State      identity.InvitationState `json:"state" enum:"open,expired,accepted,revoked" example:"open"`
	InvitedBy  *int64                   `json:"invitedBy" doc:"The user who invited them; null: a program." example:"7"`
	CreatedAt  time.Time                `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	ExpiresAt  time.Time                `json:"expiresAt" example:"2026-12-01T09:30:00Z"`
	MailedAt   *time.Time               `json:"mailedAt" doc:"When the present link was mailed; null: it could not be." example:"2026-11-24T09:30:02Z"`
	AcceptedAt *time.Time               `json:"acceptedAt" example:"2026-11-25T08:12:00Z"`
	RevokedAt  *time.Time               `json:"revokedAt" example:"2026-11-27T16:00:00Z"`
}

func invitationBody(i identity.Invitation) Invitation {
	return Invitation{
		ID: int64(i.ID), Email: i.Email, Name: i.Name, Role: i.Role, State: i.State(), InvitedBy: (*int64)(i.InvitedBy),
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, MailedAt: i.MailedAt, AcceptedAt: i.AcceptedAt, RevokedAt: i.RevokedAt,
	}
}

type listInvitationsInput struct {
	api.PageInput
	Waiting bool `query:"waiting" doc:"Only those that are neither accepted nor revoked."`
}

type invitationsOutput struct{ Body domain.Page[Invitation] }

func (h handlers) listInvitations(ctx context.Context, in *listInvitationsInput) (*invitationsOutput, error) {
	page, err := h.identity.Invitations(ctx, org(ctx), identity.InvitationQuery{PageQuery: in.Query(), Waiting: in.Waiting})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &invitationsOutput{Body: domain.MapPage(page, invitationBody)}, nil
}

type inviteColleagueInput struct {
	Body struct {
		Email string        `json:"email" maxLength:"320" example:"grace@example.com"`
		Name  string        `json:"name,omitempty" example:"Grace Hopper"`
		Role  identity.Role `json:"role,omitempty" enum:"viewer,user,admin,superadmin" default:"user" doc:"Not above your own." example:"user"`
	}
}

// IssuedInvitation is an invitation with its new link.
type IssuedInvitation struct {
	Invitation
	Link        string `json:"link" doc:"Whoever has it can join in the invited person's name." example:"https://marketing.example.com/invite/3q2-7w…"`
	MailProblem string `json:"mailProblem,omitempty" doc:"Why the link could not be mailed, as a sentence." example:"No mail can be sent until a sender address is set."`
}

type issuedOutput struct{ Body IssuedInvitation }

func issuedBody(i identity.Issued) *issuedOutput {
	return &issuedOutput{Body: IssuedInvitation{Invitation: invitationBody(i.Invitation), Link: i.Link, MailProblem: i.Problem.String()}}
}

func (h handlers) invite(ctx context.Context, in *inviteColleagueInput) (*issuedOutput, error) {
	issued, err := h.identity.Invite(ctx, org(ctx), identity.InvitationInput(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return issuedBody(issued), nil
}

type invitationInput struct {
	ID identity.InvitationID `path:"id" minimum:"1" example:"7" doc:"Id of the invitation."`
}

func (h handlers) resendInvitation(ctx context.Context, in *invitationInput) (*issuedOutput, error) {
	issued, err := h.identity.ResendInvitation(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return issuedBody(issued), nil
}

func (h handlers) revokeInvitation(ctx context.Context, in *invitationInput) (*struct{}, error) {
	return nil, api.Problem(h.identity.RevokeInvitation(ctx, org(ctx), in.ID))
}
