package crmapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	fieldsPath = "/api/crm/fields"
	fieldPath  = fieldsPath + "/{id}"
)

func (h handler) registerFields(a huma.API) {
	const tag = "Contact fields"
	huma.Register(a, described(operation(http.MethodGet, fieldsPath, "list-fields", tag, "List the custom fields of contacts"),
		"All of them, in the order of forms: by group and position. There are at most 100."), h.fields)
	huma.Register(a, described(created(operation(http.MethodPost, fieldsPath, "create-field", tag, "Define a custom field")),
		"Only for administrators. The alias under which contacts keep their values is made from the label when it is left out, and never changes. "+
			"An alias that another field has is a conflict; one that a standard field has is refused."), h.createField)
	huma.Register(a, described(operation(http.MethodGet, fieldPath, "get-field", tag, "Read the definition of a custom field"),
		"With the state of its index, if it has one."), h.field)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodPatch, fieldPath, "update-field", tag, "Change a custom field"), http.StatusConflict),
		"Only for administrators. What is left out stays. Values of contacts follow a new type, new options and new settings; where one can't without losing "+
			"something, nothing is changed and the conflict says how many contacts hold such values."), h.updateField)
	remove := described(api.MayAnswer(operation(http.MethodDelete, fieldPath, "delete-field", tag, "Delete a custom field with the values of all contacts"), http.StatusConflict),
		"Only for administrators. The number of contacts that lose a value has to be confirmed; the conflict that answers another number names the right one. "+
			"With more than 5,000 values it goes on in the background: the answer is 202 with the job, and until that is done the field is there, not published.")
	remove.DefaultStatus = http.StatusAccepted
	remove.Responses = map[string]*huma.Response{"204": {Description: "The field is deleted."}}
	huma.Register(a, remove, h.deleteField)
	huma.Register(a, described(noContent(operation(http.MethodPost, fieldsPath+"/order", "order-fields", tag, "Order the custom fields")),
		"Only for administrators. Fields get the order in which they are named; those that are left out come after them, within their group."), h.orderFields)
}

// Field is the definition of a custom field as programs see it.
type Field struct {
	ID                  int64          `json:"id" example:"6"`
	Alias               string         `json:"alias" doc:"Names the field in contacts, messages, conditions and searches." example:"shirt_size"`
	Label               string         `json:"label" example:"Shirt size"`
	Type                crm.FieldType  `json:"type" enum:"text,textarea,html,lookup,select,multiselect,boolean,number,date,datetime,time,email,tel,url,country,region,locale,timezone" example:"select"`
	Group               crm.FieldGroup `json:"group" enum:"core,social,personal,professional" example:"personal"`
	Position            int            `json:"position" doc:"Its place within the group." example:"2"`
	Hint                string         `json:"hint" example:"As on the label."`
	Options             []FieldOption  `json:"options" doc:"What select and multiselect fields allow and lookup fields suggest."`
	Settings            FieldSettings  `json:"settings"`
	Default             any            `json:"default" doc:"What new contacts get when nothing is said; null: nothing." example:"\"m\""`
	IsRequired          bool           `json:"isRequired" doc:"New contacts need a value, and nobody may clear it."`
	IsUnique            bool           `json:"isUnique" doc:"Identifies a contact, as the email address does: no two contacts share a value."`
	IsPubliclyUpdatable bool           `json:"isPubliclyUpdatable" doc:"Forms and tracking may set it."`
	IsIndexed           bool           `json:"isIndexed" doc:"Searches for exact values and beginnings are fast."`
	IndexState          crm.IndexState `json:"indexState" enum:",building,ready,missing" doc:"How far the index of an indexed or unique field is. Changing a field whose index is missing builds it again." example:"ready"`
	IsPublished         bool           `json:"isPublished" doc:"Otherwise its values are kept and shown nowhere."`
	CreatedAt           time.Time      `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt           time.Time      `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

// FieldOption is a value to choose.
type FieldOption struct {
	Value string `json:"value" maxLength:"191" doc:"As it is kept; never contains |." example:"m"`
	Label string `json:"label,omitempty" maxLength:"191" doc:"As people read it; the value when empty." example:"Medium"`
}

// FieldSettings are what only some types know.
type FieldSettings struct {
	Yes      string `json:"yes,omitempty" doc:"boolean: the word for true." example:"Subscribed"`
	No       string `json:"no,omitempty" doc:"boolean: the word for false." example:"Not subscribed"`
	Decimals int    `json:"decimals,omitempty" minimum:"0" maximum:"6" doc:"number: digits after the point, to which values are rounded." example:"0"`
	Length   int    `json:"length,omitempty" minimum:"0" doc:"texts and web addresses: the most characters; 0: what the type allows." example:"40"`
}

func fieldBody(f crm.Field, state crm.IndexState) Field {
	body := Field{
		ID: int64(f.ID), Alias: f.Alias, Label: f.Label, Type: f.Type, Group: f.Group, Position: f.Position, Hint: f.Hint,
		Options: make([]FieldOption, len(f.Options)), Settings: FieldSettings(f.Settings), Default: f.Default, IsRequired: f.IsRequired,
		IsUnique: f.IsUnique, IsPubliclyUpdatable: f.IsPubliclyUpdatable, IsIndexed: f.IsIndexed, IndexState: state,
		IsPublished: f.IsPublished, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt,
	}
	for i, option := range f.Options {
		body.Options[i] = FieldOption(option)
	}
	return body
}

func fieldOptions(options []FieldOption) []crm.FieldOption {
	all := make([]crm.FieldOption, len(options))
	for i, option := range options {
		all[i] = crm.FieldOption(option)
	}
	return all
}

type fieldsOutput struct{ Body api.List[Field] }

func (h handler) fields(ctx context.Context, _ *struct{}) (*fieldsOutput, error) {
	fields, err := h.contacts.Fields(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	states, err := h.contacts.FieldIndexStates(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &fieldsOutput{}
	out.Body.Items = make([]Field, len(fields))
	for i, field := range fields {
		out.Body.Items[i] = fieldBody(field, states[field.Alias])
	}
	return out, nil
}

type fieldOutput struct{ Body Field }

func (h handler) answerField(ctx context.Context, field crm.Field, err error) (*fieldOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	states, err := h.contacts.FieldIndexStates(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &fieldOutput{Body: fieldBody(field, states[field.Alias])}, nil
}

// FieldPath names a definition.
type FieldPath struct {
	ID crm.FieldID `path:"id" minimum:"1" doc:"Id of the field." example:"6"`
}

func (h handler) field(ctx context.Context, in *FieldPath) (*fieldOutput, error) {
	field, err := h.contacts.Field(ctx, org(ctx), in.ID)
	return h.answerField(ctx, field, err)
}

// CreateField defines a custom field.
type CreateField struct {
	Alias               string         `json:"alias,omitempty" maxLength:"64" doc:"Small letters, digits and _; made from the label when empty." example:"shirt_size"`
	Label               string         `json:"label" maxLength:"191" example:"Shirt size"`
	Type                crm.FieldType  `json:"type" enum:"text,textarea,html,lookup,select,multiselect,boolean,number,date,datetime,time,email,tel,url,country,region,locale,timezone" example:"select"`
	Group               crm.FieldGroup `json:"group,omitempty" enum:"core,social,personal,professional" default:"core" example:"personal"`
	Hint                string         `json:"hint,omitempty" maxLength:"500" example:"As on the label."`
	Options             []FieldOption  `json:"options,omitempty" maxItems:"500"`
	Settings            FieldSettings  `json:"settings,omitzero"`
	Default             any            `json:"default,omitempty" doc:"A value of the field." example:"\"m\""`
	IsRequired          bool           `json:"isRequired,omitempty"`
	IsUnique            bool           `json:"isUnique,omitempty"`
	IsPubliclyUpdatable bool           `json:"isPubliclyUpdatable,omitempty"`
	IsIndexed           bool           `json:"isIndexed,omitempty"`
	IsPublished         *bool          `json:"isPublished,omitempty" doc:"True when left out."`
}

// TransformSchema gives an example of one type: settings belong to others.
func (CreateField) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"alias": "shirt_size", "label": "Shirt size", "type": "select", "group": "personal", "hint": "As on the label.", "options": [{"value": "s", "label": "Small"}, {"value": "m", "label": "Medium"}, {"value": "l", "label": "Large"}], "default": "m"}`)
}

type createFieldInput struct {
	Body CreateField
}

func (h handler) createField(ctx context.Context, in *createFieldInput) (*fieldOutput, error) {
	b := in.Body
	field, err := h.contacts.CreateField(ctx, org(ctx), crm.FieldInput{
		Alias: b.Alias, Label: b.Label, Type: b.Type, Group: b.Group, Hint: b.Hint, Options: fieldOptions(b.Options),
		Settings: crm.FieldSettings(b.Settings), Default: b.Default, IsRequired: b.IsRequired, IsUnique: b.IsUnique,
		IsPubliclyUpdatable: b.IsPubliclyUpdatable, IsIndexed: b.IsIndexed, IsPublished: b.IsPublished,
	})
	return h.answerField(ctx, field, err)
}

// UpdateField changes a custom field.
type UpdateField struct {
	Label               *string         `json:"label,omitempty" maxLength:"191" example:"T-shirt size"`
	Type                *crm.FieldType  `json:"type,omitempty" enum:"text,textarea,html,lookup,select,multiselect,boolean,number,date,datetime,time,email,tel,url,country,region,locale,timezone" example:"select"`
	Group               *crm.FieldGroup `json:"group,omitempty" enum:"core,social,personal,professional" example:"personal"`
	Hint                *string         `json:"hint,omitempty" maxLength:"500" example:"As on the label of a T-shirt."`
	Options             *[]FieldOption  `json:"options,omitempty" maxItems:"500" doc:"All of them: one that is left out is removed, which contacts that hold it forbid."`
	Settings            *FieldSettings  `json:"settings,omitempty"`
	Default             anything        `json:"default,omitzero" doc:"A value of the field; null removes it." example:"\"m\""`
	IsRequired          *bool           `json:"isRequired,omitempty"`
	IsUnique            *bool           `json:"isUnique,omitempty"`
	IsPubliclyUpdatable *bool           `json:"isPubliclyUpdatable,omitempty"`
	IsIndexed           *bool           `json:"isIndexed,omitempty"`
	IsPublished         *bool           `json:"isPublished,omitempty"`
}

// TransformSchema gives an example that keeps the type, and so the values.
func (UpdateField) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"label": "T-shirt size", "hint": "As on the label of a T-shirt.", "isIndexed": true}`)
}

type updateFieldInput struct {
	FieldPath
	Body UpdateField
}

// ChangedField is a field after a change, or before it while the change goes on.
type ChangedField struct {
	Field
	Job *Job `json:"job,omitempty" doc:"Goes on with it in the background, with more than 5,000 values that may have to follow: until it is done, the field is as it was."`
}

type updateFieldOutput struct{ Body ChangedField }

func (h handler) updateField(ctx context.Context, in *updateFieldInput) (*updateFieldOutput, error) {
	b := in.Body
	patch := crm.FieldPatch{
		Label: b.Label, Type: b.Type, Group: b.Group, Hint: b.Hint, Settings: (*crm.FieldSettings)(b.Settings), Default: b.Default.pointer(),
		IsRequired: b.IsRequired, IsUnique: b.IsUnique, IsPubliclyUpdatable: b.IsPubliclyUpdatable, IsIndexed: b.IsIndexed, IsPublished: b.IsPublished,
	}
	if b.Options != nil {
		patch.Options = new(fieldOptions(*b.Options))
	}
	saved, err := h.contacts.UpdateField(ctx, org(ctx), in.ID, patch)
	field, err := h.answerField(ctx, saved.Field, err)
	if err != nil {
		return nil, err
	}
	out := &updateFieldOutput{}
	out.Body.Field = field.Body
	if saved.Job != nil {
		out.Body.Job = new(jobBody(*saved.Job))
	}
	return out, nil
}

type deleteFieldInput struct {
	FieldPath
	Contacts int `query:"contacts" minimum:"0" doc:"How many contacts lose a value." example:"1248"`
}

type deleteFieldOutput struct {
	Status int
	Body   *Job
}

func (h handler) deleteField(ctx context.Context, in *deleteFieldInput) (*deleteFieldOutput, error) {
	job, err := h.contacts.DeleteField(ctx, org(ctx), in.ID, in.Contacts)
	switch {
	case err != nil:
		return nil, api.Problem(err)
	case job != nil:
		return &deleteFieldOutput{Status: http.StatusAccepted, Body: new(jobBody(*job))}, nil
	}
	return &deleteFieldOutput{Status: http.StatusNoContent}, nil
}

type orderFieldsInput struct {
	Body struct {
		IDs []crm.FieldID `json:"ids" minItems:"1" maxItems:"100" doc:"The fields in the order that they get." example:"[6,4,9]"`
	}
}

func (h handler) orderFields(ctx context.Context, in *orderFieldsInput) (*struct{}, error) {
	return nil, api.Problem(h.contacts.ReorderFields(ctx, org(ctx), in.Body.IDs))
}

// anything is a value of any type that may be left out, given, or removed with null.
type anything struct {
	given bool
	value any
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *anything) UnmarshalJSON(raw []byte) error {
	a.given = true
	return json.Unmarshal(raw, &a.value)
}

// Schema implements huma.SchemaProvider.
func (anything) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

func (a anything) pointer() *any {
	if !a.given {
		return nil
	}
	return &a.value
}

var _ huma.SchemaProvider = anything{}
