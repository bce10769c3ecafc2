package identityapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/identity"
)

func (h handlers) registerAuth(a huma.API) {
	tags := []string{"Sign in"}
	huma.Register(a, huma.Operation{
		OperationID: "who-am-i", Method: http.MethodGet, Path: "/api/auth/me", Tags: tags, Summary: "Who is calling",
		Description: "A user, or a program with an API key, with their role and organization. A good first request to try a key with.",
	}, h.me)
	huma.Register(a, huma.Operation{
		OperationID: "change-profile", Method: http.MethodPatch, Path: "/api/auth/me", Tags: tags, Summary: "Change your profile",
		Description: "What is left out stays as it is.",
	}, h.changeMe)
	huma.Register(a, huma.Operation{
		OperationID: "log-in", Method: http.MethodPost, Path: "/api/auth/login", Tags: tags, Summary: "Log in with a browser",
		Description: "Sets the session cookie.", Security: api.Public(),
		Errors: []int{http.StatusTooManyRequests},
	}, h.logIn)
	huma.Register(a, huma.Operation{
		OperationID: "log-out", Method: http.MethodPost, Path: "/api/auth/logout", Tags: tags, Summary: "Log out",
		Description:   "Ends the session of this browser and clears its cookie. Without a session it does nothing.",
		DefaultStatus: http.StatusNoContent, Security: api.Public(),
	}, h.logOut)
	huma.Register(a, huma.Operation{
		OperationID: "change-password", Method: http.MethodPost, Path: "/api/auth/change-password", Tags: tags, Summary: "Change your password",
		Description: "Signs you out everywhere else.", DefaultStatus: http.StatusNoContent,
		Errors: []int{http.StatusTooManyRequests},
	}, h.changePassword)
}

// Me is who is calling: a user, or a program with an API key.
type Me struct {
	User
	APIKeyID       identity.APIKeyID `json:"apiKeyId,omitempty" doc:"Set when a program is calling; the id of the user is then 0." example:"4"`
	OrganizationID int64             `json:"organizationId" example:"1"`
	TimeZone       string            `json:"timeZone" doc:"In which pages show times; empty: the organization's." example:"Europe/Berlin"`
	Language       string            `json:"language" doc:"Which pages speak; empty: what the browser asks for." example:"en"`
}

type meOutput struct{ Body Me }

func (h handlers) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	return h.meOf(ctx, identity.ActorFrom(ctx))
}

func (h handlers) meOf(ctx context.Context, actor identity.Actor) (*meOutput, error) {
	out := &meOutput{Body: Me{OrganizationID: int64(actor.Org), APIKeyID: actor.APIKey}}
	if actor.User == 0 {
		out.Body.Name, out.Body.Role = actor.Name, actor.Role
		return out, nil
	}
	u, err := h.identity.User(identity.WithActor(ctx, actor), actor.Org, actor.User)
	if err != nil {
		return nil, api.Problem(err)
	}
	out.Body.User, out.Body.TimeZone, out.Body.Language = userBody(u), u.TimeZone, u.Language
	return out, nil
}

type changeProfileInput struct {
	Body struct {
		Name     *string `json:"name,omitempty" example:"Ada Lovelace"`
		TimeZone *string `json:"timeZone,omitempty" doc:"An IANA name; empty: the organization's." example:"Europe/Berlin"`
		Language *string `json:"language,omitempty" doc:"A BCP 47 tag; empty: what the browser asks for." example:"en"`
	}
}

func (h handlers) changeMe(ctx context.Context, in *changeProfileInput) (*meOutput, error) {
	if _, err := h.identity.UpdateProfile(ctx, org(ctx), identity.ProfileInput(in.Body)); err != nil {
		return nil, api.Problem(err)
	}
	return h.me(ctx, nil)
}

type logInInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"320" example:"ada@example.com"`
		Password string `json:"password" maxLength:"1000" example:"correct horse battery staple"`
	}
}

func (h handlers) logIn(ctx context.Context, in *logInInput) (*meOutput, error) {
	actor, err := h.identity.LogIn(ctx, in.Body.Email, in.Body.Password)
	if err != nil {
		return nil, api.Problem(err)
	}
	if err := h.sessions.Begin(ctx, actor); err != nil {
		return nil, api.Problem(err)
	}
	return h.meOf(ctx, actor)
}

func (h handlers) logOut(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, api.Problem(h.sessions.End(ctx))
}

type changePasswordInput struct {
	Body struct {
		Current string `json:"current" maxLength:"1000" example:"correct horse battery staple"`
		New     string `json:"new" maxLength:"1000" doc:"12 characters or more." example:"seven quiet bicycles at dawn"`
	}
}

func (h handlers) changePassword(ctx context.Context, in *changePasswordInput) (*struct{}, error) {
	actor := identity.ActorFrom(ctx)
	if err := h.identity.ChangePassword(ctx, actor.Org, in.Body.Current, in.Body.New); err != nil {
		return nil, api.Problem(err)
	}
	return nil, api.Problem(h.sessions.Begin(ctx, actor))
}
