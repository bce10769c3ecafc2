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
		Description: "Defaults of emails, and the time zone in which pages and sentences tell times.",
	}, h.getOrganization)
	huma.Register(a, huma.Operation{
		OperationID: "change-organization", Method: http.MethodPatch, Path: "/api/identity/organization", Tags: tags, Summary: "Change the settings of the organization",
		Description: "Only for administrators. What is absent stays as it is; an empty string clears.",
	}, h.changeOrganization)
}

// Organization is whose contacts, emails and campaigns these are.
type Organization struct {
	ID            int64     `json:"id" example:"1"`
	Name          string    `json:"name" example:"Northwind Bikes"`
	TimeZone      string    `json:"timeZone" example:"Europe/Berlin"`
	FromName      string    `json:"fromName" doc:"Default sender of emails." example:"Northwind Bikes"`
	FromEmail     string    `json:"fromEmail" example:"hello@example.com"`
	ReplyTo       string    `json:"replyTo" example:"service@example.com"`
	PostalAddress string    `json:"postalAddress" doc:"Shown at the foot of marketing emails." example:"Northwind Bikes, Hafenstr. 12, 20457 Hamburg, Germany"`
	CreatedAt     time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt     time.Time `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
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
		Name          *string `json:"name,omitempty" example:"Northwind Bikes"`
		TimeZone      *string `json:"timeZone,omitempty" example:"Europe/Berlin"`
		FromName      *string `json:"fromName,omitempty" example:"Northwind Bikes"`
		FromEmail     *string `json:"fromEmail,omitempty" example:"hello@example.com"`
		ReplyTo       *string `json:"replyTo,omitempty" example:"service@example.com"`
		PostalAddress *string `json:"postalAddress,omitempty" example:"Northwind Bikes, Hafenstr. 12, 20457 Hamburg, Germany"`
	}
}

func (h handlers) changeOrganization(ctx context.Context, in *changeOrganizationInput) (*organizationOutput, error) {
	o, err := h.identity.UpdateOrganization(ctx, org(ctx), identity.OrganizationInput(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return organizationAnswer(o), nil
}
