package identityapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/identity"
)

func (h handlers) registerOrganization(a huma.API) {
	tags := []string{"Organization"}
	huma.Register(a, huma.Operation{
		OperationID: "get-organization", Method: http.MethodGet, Path: "/api/identity/organization", Tags: tags, Summary: "Read the settings of the organization",
	}, h.getOrganization)
	huma.Register(a, huma.Operation{
		OperationID: "change-organization", Method: http.MethodPatch, Path: "/api/identity/organization", Tags: tags, Summary: "Change the settings of the organization",
		Description: "What is absent stays as it is; an empty string clears.",
	}, h.changeOrganization)
}

// Organization is whose contacts, emails and campaigns these are.
type Organization struct {
	ID            int64     `json:"id"`
	Name          string    `json:"name"`
	TimeZone      string    `json:"timeZone" example:"Europe/Berlin"`
	FromName      string    `json:"fromName" doc:"Default sender of emails."`
	FromEmail     string    `json:"fromEmail"`
	ReplyTo       string    `json:"replyTo"`
	PostalAddress string    `json:"postalAddress" doc:"Shown at the foot of marketing emails."`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
}

type organizationOutput struct{ Body Organization }

func organizationAnswer(o identity.Organization) *organizationOutput {
	return &organizationOutput{Body: Organization{
		ID: int64(o.ID), Name: o.Name, TimeZone: o.TimeZone, FromName: o.FromName, FromEmail: o.FromEmail,
		ReplyTo: o.ReplyTo, PostalAddress: o.PostalAddress, CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt,
	}}
}

func (h handlers) getOrganization(ctx context.Context, _ *struct{}) (*organizationOutput, error) {
	o, err := h.identity.Organization(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	return organizationAnswer(o), nil
}

type changeOrganizationInput struct {
	Body struct {
		Name          *string `json:"name,omitempty"`
		TimeZone      *string `json:"timeZone,omitempty" example:"Europe/Berlin"`
		FromName      *string `json:"fromName,omitempty"`
		FromEmail     *string `json:"fromEmail,omitempty"`
		ReplyTo       *string `json:"replyTo,omitempty"`
		PostalAddress *string `json:"postalAddress,omitempty"`
	}
}

func (h handlers) changeOrganization(ctx context.Context, in *changeOrganizationInput) (*organizationOutput, error) {
	o, err := h.identity.UpdateOrganization(ctx, org(ctx), identity.OrganizationInput(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return organizationAnswer(o), nil
}
