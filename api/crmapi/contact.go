package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

const (
	contactsPath = "/api/crm/contacts"
	contactPath  = contactsPath + "/{id}"
)

func (h handler) registerContacts(a huma.API) {
	const tag = "Contacts"
	huma.Register(a, described(operation(http.MethodGet, contactsPath, "list-contacts", tag, "List contacts"),
		searchHelp()), h.list)
	huma.Register(a, described(created(operation(http.MethodPost, contactsPath, "create-contact", tag, "Create a contact")),
		"An email address that another contact has is a conflict that names the other."), h.create)
	huma.Register(a, described(operation(http.MethodGet, contactPath, "get-contact", tag, "Read a contact"),
		"With its tags, its custom fields and its do-not-contact marks. One in the trash is not found."), h.get)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodPatch, contactPath, "update-contact", tag, "Change a contact"), http.StatusConflict),
		"What is left out stays; null or an empty text clears; a custom field that is null is removed. "+
			"With ifUpdatedAt a contact that was changed meanwhile is a conflict."), h.update)
	huma.Register(a, described(operation(http.MethodDelete, contactPath, "delete-contact", tag, "Move a contact to the trash"),
		"It goes to the trash: it is found, exported and written to nowhere any more, and its journeys end when they next go on. It can be restored for 30 days; then all that is known of it is removed."), h.remove)
}

// Contact is a person as programs see it.
type Contact struct {
	ID               int64          `json:"id" example:"4711"`
	Firstname        *string        `json:"firstname" example:"Eva"`
	Lastname         *string        `json:"lastname" example:"Lang"`
	Email            *string        `json:"email" example:"eva.lang@example.com"`
	Phone            *string        `json:"phone" doc:"As it was typed." example:"030 901820"`
	PhoneE164        *string        `json:"phoneE164" doc:"As it is dialled; null when the number can't be understood." example:"+4930901820"`
	Company          *string        `json:"company" example:"Lang & Partner"`
	Position         *string        `json:"position" example:"Head of purchasing"`
	Points           int            `json:"points" example:"25"`
	Stage            *string        `json:"stage" example:"customer"`
	OwnerID          *int64         `json:"ownerId" example:"7"`
	TimeZone         *string        `json:"timeZone" doc:"IANA name; null means the organization's." example:"Europe/Berlin"`
	PreferredChannel *crm.Channel   `json:"preferredChannel" enum:"email,sms,push" doc:"How they like to be reached; null: no preference." example:"email"`
	Locale           *string        `json:"locale" doc:"BCP 47 tag of their language; null: unknown." example:"pt-BR"`
	Fields           map[string]any `json:"fields" doc:"Published custom fields by alias, as GET /api/crm/fields describes them. Texts, numbers, booleans and, of multiselect fields, lists of texts; dates are 2006-01-02, moments RFC 3339 in UTC, times 15:04." example:"{\"size\":\"m\",\"newsletters\":[\"weekly\"],\"born\":\"1990-05-01\"}"`
	Tags             []string       `json:"tags" example:"[\"newsletter\",\"spring-fair\"]"`
	DoNotContact     []DoNotContact `json:"doNotContact"`
	CreatedAt        time.Time      `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt        time.Time      `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

func contactBody(c crm.Contact) Contact {
	body := Contact{
		ID: int64(c.ID), Firstname: c.Firstname, Lastname: c.Lastname, Email: c.Email, Phone: c.Phone, PhoneE164: c.PhoneE164,
		Company: c.Company, Position: c.Position, Points: c.Points, Stage: c.Stage, OwnerID: (*int64)(c.OwnerID), TimeZone: c.TimeZone,
		PreferredChannel: c.PreferredChannel, Locale: c.Locale,
		Fields: c.Fields, Tags: c.Tags, DoNotContact: make([]DoNotContact, len(c.DoNotContact)), CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
	for i, mark := range c.DoNotContact {
		body.DoNotContact[i] = doNotContactBody(mark)
	}
	return body
}

// ContactFields are what a caller may set.
type ContactFields struct {
	Firstname        text                    `json:"firstname,omitzero" example:"Eva"`
	Lastname         text                    `json:"lastname,omitzero" example:"Lang"`
	Email            text                    `json:"email,omitzero" example:"eva.lang@example.com"`
	Phone            text                    `json:"phone,omitzero" example:"030 901820"`
	Company          text                    `json:"company,omitzero" example:"Lang & Partner"`
	Position         text                    `json:"position,omitzero" example:"Head of purchasing"`
	Points           number[int]             `json:"points,omitzero" example:"25"`
	Stage            text                    `json:"stage,omitzero" example:"customer"`
	OwnerID          number[identity.UserID] `json:"ownerId,omitzero" example:"7"`
	TimeZone         text                    `json:"timeZone,omitzero" example:"Europe/Berlin"`
	PreferredChannel text                    `json:"preferredChannel,omitzero" doc:"email, sms or push." example:"email"`
	Locale           text                    `json:"locale,omitzero" doc:"BCP 47 tag." example:"pt-BR"`
	Fields           map[string]any          `json:"fields,omitempty" doc:"Custom fields by alias, as GET /api/crm/fields describes them; texts are read as forms and files are. An unknown alias is refused." example:"{\"size\":\"m\",\"newsletters\":[\"weekly\"],\"born\":\"1990-05-01\"}"`
}

// input is what the fields say of a new contact.
func (f ContactFields) input(tags []string) crm.ContactInput {
	return crm.ContactInput{
		Firstname: f.Firstname.pointer(), Lastname: f.Lastname.pointer(), Email: f.Email.pointer(), Phone: f.Phone.pointer(),
		Company: f.Company.pointer(), Position: f.Position.pointer(), Points: f.Points.pointer(), Stage: f.Stage.pointer(),
		OwnerID: f.OwnerID.pointer(), TimeZone: f.TimeZone.pointer(), PreferredChannel: (*crm.Channel)(f.PreferredChannel.pointer()),
		Locale: f.Locale.pointer(), Fields: f.Fields, Tags: tags,
	}
}

// patch is what the fields change.
func (f ContactFields) patch() crm.ContactPatch {
	return crm.ContactPatch{
		Firstname: f.Firstname.pointer(), Lastname: f.Lastname.pointer(), Email: f.Email.pointer(), Phone: f.Phone.pointer(),
		Company: f.Company.pointer(), Position: f.Position.pointer(), Points: f.Points.pointer(), Stage: f.Stage.pointer(),
		OwnerID: f.OwnerID.pointer(), TimeZone: f.TimeZone.pointer(), PreferredChannel: (*crm.Channel)(f.PreferredChannel.pointer()),
		Locale: f.Locale.pointer(), Fields: f.Fields,
	}
}

type contactOutput struct{ Body Contact }

// ContactPath names a contact. huma looks into exported parts of an input only.
type ContactPath struct {
	ID crm.ContactID `path:"id" minimum:"1" doc:"Id of the contact." example:"4711"`
}

type listContactsInput struct {
	api.PageInput
	Tag     string `query:"tag" maxLength:"100" doc:"Only contacts that carry this tag." example:"newsletter"`
	Segment string `query:"segment" maxLength:"64" doc:"Only contacts in the segment of this alias or number." example:"spring-fair"`
}

type listContactsOutput struct{ Body domain.Page[Contact] }

func (h handler) list(ctx context.Context, in *listContactsInput) (*listContactsOutput, error) {
	page, err := h.contacts.Contacts(ctx, org(ctx), crm.ContactQuery{PageQuery: in.Query(), Tag: in.Tag, Segment: in.Segment})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listContactsOutput{Body: domain.MapPage(page, contactBody)}, nil
}

type createContactInput struct {
	Body struct {
		ContactFields
		Tags []string `json:"tags,omitempty" doc:"Created when they don't exist." example:"[\"newsletter\",\"spring-fair\"]"`
	}
}

func (h handler) create(ctx context.Context, in *createContactInput) (*contactOutput, error) {
	contact, err := h.contacts.CreateContact(ctx, org(ctx), in.Body.input(in.Body.Tags))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &contactOutput{Body: contactBody(contact)}, nil
}

func (h handler) get(ctx context.Context, in *ContactPath) (*contactOutput, error) {
	contact, err := h.contacts.Contact(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &contactOutput{Body: contactBody(contact)}, nil
}

type updateContactInput struct {
	ContactPath
	Body struct {
		ContactFields
		IfUpdatedAt *time.Time `json:"ifUpdatedAt,omitempty" doc:"The updatedAt that was read: a contact that was changed since is a conflict, and nothing is changed." example:"2026-11-25T14:05:00Z"`
	}
}

func (h handler) update(ctx context.Context, in *updateContactInput) (*contactOutput, error) {
	patch := in.Body.patch()
	patch.IfUpdatedAt = in.Body.IfUpdatedAt
	contact, err := h.contacts.UpdateContact(ctx, org(ctx), in.ID, patch)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &contactOutput{Body: contactBody(contact)}, nil
}

func (h handler) remove(ctx context.Context, in *ContactPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.DeleteContact(ctx, org(ctx), in.ID))
}
