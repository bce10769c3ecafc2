package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	tagsPath = "/api/crm/tags"
	tagPath  = tagsPath + "/{id}"
)

func (h handler) registerTags(a huma.API) {
	const tag = "Tags"
	huma.Register(a, described(operation(http.MethodGet, tagsPath, "list-tags", tag, "List tags"),
		"Ordered by name, id, createdAt or contacts. Words are looked for in names.\n\n"+api.SearchHelp(crm.TagCommands, "news contacts:>100")), h.tags)
	huma.Register(a, created(described(operation(http.MethodPost, tagsPath, "create-tag", tag, "Create a tag"),
		"Nobody carries it at first. A name that another tag has, whatever its capitals, is a conflict.")), h.createTag)
	huma.Register(a, described(operation(http.MethodGet, tagPath, "get-tag", tag, "Read a tag"),
		"With the number of contacts that carry it. They are listed by GET /api/crm/contacts?tag=name."), h.tag)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodPatch, tagPath, "update-tag", tag, "Rename or describe a tag"), http.StatusConflict),
		"Whoever carries it keeps it. A name that another tag has is a conflict: merge the two. Campaigns and searches know tags by name, and are not changed along."), h.updateTag)
	huma.Register(a, described(operation(http.MethodPost, tagPath+"/merge", "merge-tag", tag, "Merge a tag into another"),
		"Contacts that carry the first get the other instead, and the first is deleted."), h.mergeTag)
	huma.Register(a, described(operation(http.MethodDelete, tagPath, "delete-tag", tag, "Delete a tag"),
		"Everybody who carries it loses it. It can be restored for 30 days."), h.deleteTag)
	huma.Register(a, described(operation(http.MethodPost, tagPath+"/restore", "restore-tag", tag, "Bring a deleted tag back to those who carried it"),
		"Within 30 days of its deletion. A name that another tag has meanwhile is a conflict; one that is there already stays as it is."), h.restoreTag)
}

// Tag marks contacts.
type Tag struct {
	ID          int64     `json:"id" example:"7"`
	Name        string    `json:"name" example:"newsletter"`
	Description string    `json:"description" example:"Asked for the monthly letter."`
	Contacts    int       `json:"contacts" example:"1248" doc:"How many contacts carry it."`
	CreatedAt   time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

func tagBody(t crm.Tag) Tag {
	return Tag{ID: int64(t.ID), Name: t.Name, Description: t.Description, Contacts: t.Contacts, CreatedAt: t.CreatedAt}
}

// TagPath names a tag.
type TagPath struct {
	ID crm.TagID `path:"id" minimum:"1" doc:"Id of the tag." example:"7"`
}

type tagOutput struct{ Body Tag }

func tagAnswer(tag crm.Tag, err error) (*tagOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &tagOutput{Body: tagBody(tag)}, nil
}

type tagsOutput struct{ Body domain.Page[Tag] }

func (h handler) tags(ctx context.Context, in *struct{ api.PageInput }) (*tagsOutput, error) {
	page, err := h.contacts.Tags(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &tagsOutput{Body: domain.MapPage(page, tagBody)}, nil
}

type createTagInput struct {
	Body struct {
		Name        string `json:"name" example:"newsletter"`
		Description string `json:"description,omitempty" example:"Asked for the monthly letter."`
	}
}

func (h handler) createTag(ctx context.Context, in *createTagInput) (*tagOutput, error) {
	return tagAnswer(h.contacts.CreateTag(ctx, org(ctx), in.Body.Name, in.Body.Description))
}

func (h handler) tag(ctx context.Context, in *TagPath) (*tagOutput, error) {
	return tagAnswer(h.contacts.Tag(ctx, org(ctx), in.ID))
}

type updateTagInput struct {
	TagPath
	Body struct {
		Name        *string `json:"name,omitempty" example:"letter"`
		Description *string `json:"description,omitempty" example:"Gets the letter on the first Monday of the month."`
	}
}

func (h handler) updateTag(ctx context.Context, in *updateTagInput) (*tagOutput, error) {
	return tagAnswer(h.contacts.UpdateTag(ctx, org(ctx), in.ID, crm.TagPatch(in.Body)))
}

type mergeTagInput struct {
	TagPath
	Body struct {
		Into crm.TagID `json:"into" minimum:"1" example:"9" doc:"The tag that stays."`
	}
}

// MergedTag says what came of merging a tag into another.
type MergedTag struct {
	Moved int  `json:"moved" example:"212" doc:"How many contacts carried the tag that is gone."`
	Tag   Tag  `json:"tag" doc:"The tag that stays."`
	Job   *Job `json:"job,omitempty" doc:"Goes on with it in the background, with more than 5,000 contacts: until it is done, nothing has changed."`
}

type mergeTagOutput struct{ Body MergedTag }

func (h handler) mergeTag(ctx context.Context, in *mergeTagInput) (*mergeTagOutput, error) {
	merged, err := h.contacts.MergeTags(ctx, org(ctx), in.ID, in.Body.Into)
	if err != nil {
		return nil, api.Problem(err)
	}
	tag, err := h.contacts.Tag(ctx, org(ctx), in.Body.Into)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &mergeTagOutput{}
	out.Body.Moved, out.Body.Tag = merged.Contacts, tagBody(tag)
	if merged.Job != nil {
		out.Body.Job = new(jobBody(*merged.Job))
	}
	return out, nil
}

func (h handler) deleteTag(ctx context.Context, in *TagPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.DeleteTag(ctx, org(ctx), in.ID))
}

func (h handler) restoreTag(ctx context.Context, in *TagPath) (*tagOutput, error) {
	if err := h.contacts.RestoreTag(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	return h.tag(ctx, in)
}
