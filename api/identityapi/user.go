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

func (h handlers) registerUsers(a huma.API) {
	tags := []string{"Users"}
	huma.Register(a, huma.Operation{
		OperationID: "list-users", Method: http.MethodGet, Path: "/api/identity/users", Tags: tags, Summary: "List users",
		Description: "Ordered by id, name, email or createdAt. Words are looked for in names and email addresses.\n\n" + api.SearchHelp(identity.UserCommands, "anna role:admin !is:blocked"),
	}, h.listUsers)
	huma.Register(a, huma.Operation{
		OperationID: "create-user", Method: http.MethodPost, Path: "/api/identity/users", Tags: tags, Summary: "Add a user",
		Description:   "Only for administrators. Without a password one is made up; it is in this answer and nowhere else.",
		DefaultStatus: http.StatusCreated, Metadata: api.SecretAnswer(),
		Errors: []int{http.StatusTooManyRequests},
	}, h.createUser)
	huma.Register(a, huma.Operation{
		OperationID: "get-user", Method: http.MethodGet, Path: "/api/identity/users/{id}", Tags: tags, Summary: "Read a user",
		Description: "A user of another organization is not found.",
	}, h.getUser)
	huma.Register(a, huma.Operation{
		OperationID: "change-user", Method: http.MethodPatch, Path: "/api/identity/users/{id}", Tags: tags, Summary: "Change a user",
		Description: "Only for administrators. Blocks, unblocks, or gives another role; what is left out stays as it is. A blocked user is signed out at once.",
		Errors:      []int{http.StatusConflict},
	}, h.changeUser)
	huma.Register(a, huma.Operation{
		OperationID: "end-user-sessions", Method: http.MethodDelete, Path: "/api/identity/users/{id}/sessions", Tags: tags, Summary: "Sign a user out everywhere",
		Description:   "Only for administrators. They can sign in again, unless they are blocked.",
		DefaultStatus: http.StatusNoContent,
	}, h.endUserSessions)
}

// User is a person who signs in.
type User struct {
	ID            int64         `json:"id" example:"7"`
	Name          string        `json:"name" example:"Ada Lovelace"`
	Email         string        `json:"email" example:"ada@example.com"`
	Role          identity.Role `json:"role" enum:"viewer,user,admin,superadmin" example:"admin"`
	Image         string        `json:"image" example:"https://example.com/ada.png"`
	EmailVerified bool          `json:"emailVerified"`
	IsBlocked     bool          `json:"isBlocked"`
	CreatedAt     time.Time     `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

func userBody(u identity.User) User {
	return User{
		ID: int64(u.ID), Name: u.Name, Email: u.Email, Role: u.Role, Image: u.Image,
		EmailVerified: u.EmailVerified, IsBlocked: u.IsBlocked, CreatedAt: u.CreatedAt,
	}
}

type userOutput struct{ Body User }

type usersOutput struct{ Body domain.Page[User] }

func (h handlers) listUsers(ctx context.Context, in *struct{ api.PageInput }) (*usersOutput, error) {
	page, err := h.identity.Users(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &usersOutput{Body: domain.MapPage(page, userBody)}, nil
}

type createUserInput struct {
	Body struct {
		Email    string        `json:"email" maxLength:"320" example:"grace@example.com"`
		Name     string        `json:"name,omitempty" example:"Grace Hopper"`
		Role     identity.Role `json:"role,omitempty" enum:"viewer,user,admin,superadmin" default:"user" example:"user"`
		Password string        `json:"password,omitempty" maxLength:"1000" doc:"12 characters or more; made up when empty." example:"correct horse battery staple"`
	}
}

// CreatedUser is a new user, with their password if it was made up.
type CreatedUser struct {
	User
	Password string `json:"password,omitempty" example:"vT4-kq9-Lw2-xB7"`
}

type createdUserOutput struct{ Body CreatedUser }

func (h handlers) createUser(ctx context.Context, in *createUserInput) (*createdUserOutput, error) {
	u, generated, err := h.identity.CreateUser(ctx, org(ctx), identity.UserInput(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &createdUserOutput{Body: CreatedUser{User: userBody(u), Password: generated}}, nil
}

type userInput struct {
	ID identity.UserID `path:"id" minimum:"1" doc:"Id of the user." example:"7"`
}

func (h handlers) getUser(ctx context.Context, in *userInput) (*userOutput, error) {
	u, err := h.identity.User(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &userOutput{Body: userBody(u)}, nil
}

type changeUserInput struct {
	ID   identity.UserID `path:"id" minimum:"1" doc:"Id of the user." example:"7"`
	Body struct {
		IsBlocked *bool          `json:"isBlocked,omitempty" example:"false"`
		Role      *identity.Role `json:"role,omitempty" enum:"viewer,user,admin,superadmin" doc:"Not above your own." example:"admin"`
	}
}

func (h handlers) changeUser(ctx context.Context, in *changeUserInput) (*userOutput, error) {
	u, err := h.identity.ChangeUser(ctx, org(ctx), in.ID, identity.UserChange(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &userOutput{Body: userBody(u)}, nil
}

func (h handlers) endUserSessions(ctx context.Context, in *userInput) (*struct{}, error) {
	_, err := h.identity.EndUserSessions(ctx, org(ctx), in.ID)
	return nil, api.Problem(err)
}
