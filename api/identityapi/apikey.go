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

func (h handlers) registerAPIKeys(a huma.API) {
	tags := []string{"API keys"}
	huma.Register(a, huma.Operation{
		OperationID: "list-api-keys", Method: http.MethodGet, Path: "/api/identity/api-keys", Tags: tags, Summary: "List API keys",
		Description: "Only for administrators. Revoked ones too. Ordered by id, name or createdAt.",
	}, h.listAPIKeys)
	huma.Register(a, huma.Operation{
		OperationID: "create-api-key", Method: http.MethodPost, Path: "/api/identity/api-keys", Tags: tags, Summary: "Make an API key",
		Description:   "Only for administrators. The key itself is in this answer and nowhere else.",
		DefaultStatus: http.StatusCreated, Metadata: api.SecretAnswer(),
	}, h.createAPIKey)
	huma.Register(a, huma.Operation{
		OperationID: "revoke-api-key", Method: http.MethodDelete, Path: "/api/identity/api-keys/{id}", Tags: tags, Summary: "Revoke an API key",
		Description:   "Only for administrators. At once and for good. Programs that use it get 401 from now on.",
		DefaultStatus: http.StatusNoContent,
	}, h.revokeAPIKey)
}

// APIKey lets a program call the API.
type APIKey struct {
	ID         int64         `json:"id" example:"4"`
	Name       string        `json:"name" example:"Shop"`
	Prefix     string        `json:"prefix" doc:"The first characters of the key, to recognise it by." example:"mk_7Qd2"`
	Role       identity.Role `json:"role" enum:"viewer,user,admin,superadmin" example:"user"`
	CreatedBy  *int64        `json:"createdBy" doc:"The user who made it." example:"7"`
	CreatedAt  time.Time     `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	LastUsedAt *time.Time    `json:"lastUsedAt" doc:"To the minute." example:"2026-11-26T10:02:00Z"`
	RevokedAt  *time.Time    `json:"revokedAt" example:"2026-11-27T16:00:00Z"`
}

func apiKeyBody(k identity.APIKey) APIKey {
	return APIKey{
		ID: int64(k.ID), Name: k.Name, Prefix: k.Prefix, Role: k.Role, CreatedBy: (*int64)(k.CreatedBy),
		CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
	}
}

type apiKeysOutput struct{ Body domain.Page[APIKey] }

func (h handlers) listAPIKeys(ctx context.Context, in *struct{ api.PageInput }) (*apiKeysOutput, error) {
	page, err := h.identity.APIKeys(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &apiKeysOutput{Body: domain.MapPage(page, apiKeyBody)}, nil
}

type createAPIKeyInput struct {
	Body struct {
		Name string        `json:"name" example:"Shop"`
		Role identity.Role `json:"role,omitempty" enum:"viewer,user,admin" default:"user" example:"user"`
	}
}

// CreatedAPIKey is a new key with its secret.
type CreatedAPIKey struct {
	APIKey
	Key string `json:"key" doc:"Send it as “Authorization: Bearer mk_…”." example:"mk_7Qd2xV9kTb3mR8wLf5sYc1hZ"`
}

type createdAPIKeyOutput struct{ Body CreatedAPIKey }

func (h handlers) createAPIKey(ctx context.Context, in *createAPIKeyInput) (*createdAPIKeyOutput, error) {
	k, secret, err := h.identity.CreateAPIKey(ctx, org(ctx), identity.APIKeyInput(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &createdAPIKeyOutput{Body: CreatedAPIKey{APIKey: apiKeyBody(k), Key: secret}}, nil
}

type apiKeyInput struct {
	ID identity.APIKeyID `path:"id" minimum:"1" doc:"Id of the key." example:"4"`
}

func (h handlers) revokeAPIKey(ctx context.Context, in *apiKeyInput) (*struct{}, error) {
	return nil, api.Problem(h.identity.RevokeAPIKey(ctx, org(ctx), in.ID))
}
