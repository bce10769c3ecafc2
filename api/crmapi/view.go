package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	viewsPath = "/api/crm/views"
	viewPath  = viewsPath + "/{id}"
)

func (h handler) registerViews(a huma.API) {
	const tag = "Views"
	huma.Register(a, described(operation(http.MethodGet, viewsPath, "list-views", tag, "List views"),
		"The caller's own, then those that are shared, each by name."), h.listViews)
	huma.Register(a, described(created(operation(http.MethodPost, viewsPath, "create-view", tag, "Keep a view")),
		"With an API key it is shared and belongs to nobody."), h.createView)
	huma.Register(a, described(operation(http.MethodGet, viewPath, "get-view", tag, "Read a view"),
		"The caller's own, or one that is shared; others are not found."), h.getView)
	huma.Register(a, described(operation(http.MethodPatch, viewPath, "update-view", tag, "Change a view"),
		"What is left out stays. Only its owner may; a shared one also those who may change settings, and nobody who may not edit contacts."), h.updateView)
	huma.Register(a, described(operation(http.MethodDelete, viewPath, "delete-view", tag, "Delete a view"),
		"Only its owner may; a shared one also those who may change settings, and nobody who may not edit contacts. What it shows stays."), h.deleteView)
}

// View is a way to look at a list that somebody keeps.
type View struct {
	ID        int64     `json:"id" example:"21"`
	List      string    `json:"list" example:"contacts"`
	Name      string    `json:"name" example:"Loyal readers"`
	Search    string    `json:"search" doc:"In the language of the list's search." example:"tag:newsletter points:>10"`
	OrderBy   string    `json:"orderBy" doc:"Empty means the list's own order." example:"lastname"`
	OrderDir  string    `json:"orderDir" example:"asc"`
	Columns   []string  `json:"columns" doc:"In their order. None means those that whoever looks has chosen." example:"[\"email\",\"lastname\",\"tags\"]"`
	OwnerID   *int64    `json:"ownerId" doc:"Null when a program made it." example:"7"`
	Shared    bool      `json:"shared"`
	CreatedAt time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt time.Time `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

func viewBody(v crm.View) View {
	return View{
		ID: int64(v.ID), List: string(v.List), Name: v.Name, Search: v.Search, OrderBy: v.OrderBy, OrderDir: v.OrderDir, Columns: v.Columns,
		OwnerID: (*int64)(v.OwnerID), Shared: v.IsShared, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
	}
}

// ViewPath names a view.
type ViewPath struct {
	ID crm.ViewID `path:"id" minimum:"1" doc:"Id of the view." example:"21"`
}

type viewOutput struct{ Body View }

type listViewsInput struct {
	List string `query:"list" enum:"contacts" default:"contacts" doc:"The list that the views are of."`
}

type listViewsOutput struct{ Body api.List[View] }

func (h handler) listViews(ctx context.Context, in *listViewsInput) (*listViewsOutput, error) {
	views, err := h.contacts.Views(ctx, org(ctx), crm.ViewList(in.List))
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &listViewsOutput{}
	out.Body.Items = make([]View, len(views))
	for i, view := range views {
		out.Body.Items[i] = viewBody(view)
	}
	return out, nil
}

type createViewInput struct {
	Body struct {
		List     string   `json:"list,omitempty" enum:"contacts" default:"contacts" example:"contacts"`
		Name     string   `json:"name" example:"Loyal readers"`
		Search   string   `json:"search,omitempty" example:"tag:news !dnc:email"`
		OrderBy  string   `json:"orderBy,omitempty" example:"lastname"`
		OrderDir string   `json:"orderDir,omitempty" example:"asc"`
		Columns  []string `json:"columns,omitempty" example:"[\"email\",\"lastname\",\"tags\"]"`
		Shared   bool     `json:"shared,omitempty" example:"true"`
	}
}

func (h handler) createView(ctx context.Context, in *createViewInput) (*viewOutput, error) {
	b := in.Body
	view, err := h.contacts.CreateView(ctx, org(ctx), crm.ViewInput{
		List: crm.ViewList(b.List), Name: b.Name, Search: b.Search, OrderBy: b.OrderBy, OrderDir: b.OrderDir, Columns: b.Columns, IsShared: b.Shared,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &viewOutput{Body: viewBody(view)}, nil
}

func (h handler) getView(ctx context.Context, in *ViewPath) (*viewOutput, error) {
	view, err := h.contacts.View(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &viewOutput{Body: viewBody(view)}, nil
}

type updateViewInput struct {
	ViewPath
	Body struct {
		Name     *string   `json:"name,omitempty" example:"Loyal readers"`
		Search   *string   `json:"search,omitempty" example:"tag:newsletter points:>10"`
		OrderBy  *string   `json:"orderBy,omitempty" example:"lastname"`
		OrderDir *string   `json:"orderDir,omitempty" example:"asc"`
		Columns  *[]string `json:"columns,omitempty" example:"[\"email\",\"lastname\",\"tags\"]"`
		Shared   *bool     `json:"shared,omitempty" example:"true"`
	}
}

func (h handler) updateView(ctx context.Context, in *updateViewInput) (*viewOutput, error) {
	b := in.Body
	view, err := h.contacts.UpdateView(ctx, org(ctx), in.ID, crm.ViewPatch{
		Name: b.Name, Search: b.Search, OrderBy: b.OrderBy, OrderDir: b.OrderDir, Columns: b.Columns, IsShared: b.Shared,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &viewOutput{Body: viewBody(view)}, nil
}

func (h handler) deleteView(ctx context.Context, in *ViewPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.DeleteView(ctx, org(ctx), in.ID))
}
