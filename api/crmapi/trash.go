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

const trashPath = contactsPath + "/trash"

func (h handler) registerTrash(a huma.API) {
	const tag = "Contacts"
	huma.Register(a, described(operation(http.MethodGet, trashPath, "list-deleted-contacts", tag, "List deleted contacts"),
		"The last deleted first. Ordered by id, deletedAt, lastname or email. Words are looked for in names, email addresses, phone numbers and companies.\n\n"+
			api.SearchHelp(crm.TrashCommands, "email:*@example.com deleted:>=-7d !by:me")), h.listTrash)
	huma.Register(a, described(operation(http.MethodPost, contactPath+"/restore", "restore-contact", tag, "Bring a deleted contact back"),
		"A conflict when another contact has its email address meanwhile."), h.restore)
	huma.Register(a, described(operation(http.MethodDelete, trashPath+"/{id}", "erase-contact", tag, "Delete a contact for ever"),
		"It must be in the trash. All that is known of it is removed."), h.erase)
}

// DeletedContact is a contact in the trash.
type DeletedContact struct {
	ID        int64     `json:"id" example:"4711"`
	Name      string    `json:"name" example:"Eva Lang"`
	Email     *string   `json:"email" example:"eva.lang@example.com"`
	DeletedAt time.Time `json:"deletedAt" example:"2026-11-25T14:05:00Z"`
	DeletedBy *int64    `json:"deletedBy" example:"7"`
	TakenBy   *int64    `json:"takenBy" doc:"The contact that has its email address meanwhile." example:"5120"`
	GoneAt    time.Time `json:"goneAt" doc:"When it is removed for ever." example:"2026-12-25T14:05:00Z"`
}

type listTrashInput struct{ api.PageInput }

type listTrashOutput struct {
	Body domain.Page[DeletedContact]
}

func (h handler) listTrash(ctx context.Context, in *listTrashInput) (*listTrashOutput, error) {
	page, err := h.contacts.Trash(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listTrashOutput{Body: domain.MapPage(page, func(c crm.TrashedContact) DeletedContact {
		return DeletedContact{
			ID: int64(c.ID), Name: c.Name().String(), Email: c.Email, DeletedAt: c.DeletedAt, DeletedBy: (*int64)(c.DeletedBy), TakenBy: (*int64)(c.TakenBy),
			GoneAt: c.DeletedAt.AddDate(0, 0, crm.TrashDays),
		}
	})}, nil
}

func (h handler) restore(ctx context.Context, in *ContactPath) (*contactOutput, error) {
	if err := h.contacts.RestoreContact(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	return h.get(ctx, in)
}

func (h handler) erase(ctx context.Context, in *ContactPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.EraseContact(ctx, org(ctx), in.ID))
}
