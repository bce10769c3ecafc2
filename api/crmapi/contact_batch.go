package crmapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

func (h handler) registerBatch(a huma.API) {
	const tag = "Contacts"
	upsert := described(api.MayAnswer(operation(http.MethodPut, contactsPath, "upsert-contact", tag, "Change the contact that is identified, or create it"), http.StatusConflict),
		"It is found by its email address, else by the first custom field that identifies contacts. 200 when it was there, 201 when it is new. What is left out stays; tags are added. Repeating it changes nothing more.")
	upsert.Responses = map[string]*huma.Response{}
	huma.Register(a, upsert, h.upsert)
	upsert.Responses["201"] = &huma.Response{Description: "Created", Headers: upsert.Responses["200"].Headers, Content: upsert.Responses["200"].Content}
	batch := described(operation(http.MethodPost, contactsPath+"/batch", "batch-contacts", tag, "Create, change and delete many contacts"),
		"At most 200 items, carried out in their order, each as if it was sent alone. The results stand in the same order and carry the items' keys. "+
			"An item that is refused does not stop the others, unless allOrNothing is set: then the answer is 422 and nothing was done. "+
			"With an Idempotency-Key the batch is safe to send again.")
	batch.MaxBodyBytes = 8 << 20
	batch.Responses = map[string]*huma.Response{}
	huma.Register(a, batch, h.batch)
	problem := a.OpenAPI().Components.Responses["Unprocessable"]
	batch.Responses["422"] = &huma.Response{Description: problem.Description + " With allOrNothing: the results, of which one is refused.", Content: map[string]*huma.MediaType{
		"application/problem+json": problem.Content["application/problem+json"], fiber.MIMEApplicationJSON: batch.Responses["200"].Content[fiber.MIMEApplicationJSON],
	}}
}

type upsertOutput struct {
	Status int
	Body   Contact
}

func (h handler) upsert(ctx context.Context, in *createContactInput) (*upsertOutput, error) {
	contact, created, err := h.contacts.UpsertContact(ctx, org(ctx), in.Body.input(in.Body.Tags))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &upsertOutput{Status: statusOf(created), Body: contactBody(contact)}, nil
}

// BatchItem is one change of a batch.
type BatchItem struct {
	Action     crm.BatchAction `json:"action" enum:"create,update,upsert,delete" example:"upsert" doc:"Upsert finds the contact as PUT /api/crm/contacts does."`
	Key        string          `json:"key,omitempty" maxLength:"200" example:"row-17" doc:"Your own name of the item; its result carries it, too."`
	ID         crm.ContactID   `json:"id,omitempty" minimum:"1" doc:"Of the contact to update or delete." example:"4711"`
	Tags       []string        `json:"tags,omitempty" doc:"Added to the contact, and created when they don't exist." example:"[\"newsletter\",\"spring-fair\"]"`
	RemoveTags []string        `json:"removeTags,omitempty" doc:"Taken from the contact, when it is updated." example:"[\"prospect\"]"`
	ContactFields
}

// TransformSchema gives an example of one action: no contact has to be named when it is found by its address.
func (BatchItem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"action": "upsert", "key": "row-17", "email": "eva.lang@example.com", "firstname": "Eva", "lastname": "Lang", "tags": ["newsletter"]}`)
}

// BatchResult says what became of an item.
type BatchResult struct {
	Key     string              `json:"key,omitempty" example:"row-17"`
	Status  int                 `json:"status" example:"201" doc:"As if the item was sent alone; 424 when it was not done because of another."`
	ID      crm.ContactID       `json:"id,omitempty" example:"4711"`
	Contact *Contact            `json:"contact,omitempty"`
	Problem *api.ProblemDetails `json:"problem,omitempty" doc:"Why it was not done."`
}

type batchContactsInput struct {
	Body struct {
		AllOrNothing bool        `json:"allOrNothing,omitempty" doc:"Do nothing when one of the items is refused."`
		Items        []BatchItem `json:"items" minItems:"1" maxItems:"200"`
	}
}

// BatchResults say what became of a batch.
type BatchResults struct {
	Results []BatchResult `json:"results"`
	Done    int           `json:"done" doc:"How many items were carried out." example:"2"`
}

type batchOutput struct {
	Status int
	Body   BatchResults
}

func (h handler) batch(ctx context.Context, in *batchContactsInput) (*batchOutput, error) {
	items := make([]crm.BatchItem, len(in.Body.Items))
	for i, item := range in.Body.Items {
		items[i] = crm.BatchItem{Action: item.Action, ID: item.ID, Input: item.input(item.Tags), Patch: item.patch(), RemoveTags: item.RemoveTags}
	}
	results, err := h.contacts.ChangeContacts(ctx, org(ctx), items, in.Body.AllOrNothing)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &batchOutput{Status: http.StatusOK}
	for i, result := range results {
		body := batchResult(items[i], result)
		body.Key = in.Body.Items[i].Key
		out.Body.Results = append(out.Body.Results, body)
		if result.Err == nil {
			out.Body.Done++
		}
	}
	if in.Body.AllOrNothing && out.Body.Done == 0 {
		out.Status = http.StatusUnprocessableEntity
	}
	return out, nil
}

func batchResult(item crm.BatchItem, result crm.BatchResult) BatchResult {
	body := BatchResult{ID: item.ID}
	switch {
	case result.Err != nil:
		errors.As(api.Problem(result.Err), &body.Problem)
		body.Status = body.Problem.Status
		if errors.Is(result.Err, crm.ErrNotDone) {
			body.Status, body.Problem.Status = http.StatusFailedDependency, http.StatusFailedDependency
			body.Problem.Title = http.StatusText(http.StatusFailedDependency)
		}
	case result.Contact == nil:
		body.Status = http.StatusNoContent
	default:
		contact := contactBody(*result.Contact)
		body.Status, body.ID, body.Contact = statusOf(result.Created), result.Contact.ID, &contact
	}
	return body
}

func statusOf(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}
