package messagingapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	smsPath    = "/api/messaging/sms"
	oneSMSPath = smsPath + "/{id}"
	smsTag     = "SMS"
)

func (h handlers) registerSMS(a huma.API) {
	create := described(operation(http.MethodPost, smsPath, "create-sms", "Create an SMS", smsTag),
		"Nothing is sent. It may be unfinished: what is missing keeps a campaign from being published. Liquid that can't be read is refused.")
	create.DefaultStatus = http.StatusCreated
	list := operation(http.MethodGet, smsPath, "list-sms", "List SMS", smsTag)
	list.Description = "Ordered by id, name, createdAt or updatedAt. Words are looked for in names and texts.\n\n" +
		api.SearchHelp(messaging.SMSCommands, "reminder !is:sent updated:>=-30d")
	update := api.MayAnswer(operation(http.MethodPut, oneSMSPath, "update-sms", "Change an SMS", smsTag), http.StatusConflict)
	update.Description = "A revision that is not the newest is refused with 409, so that two people do not overwrite each other."
	preview := operation(http.MethodPost, oneSMSPath+"/preview", "preview-sms", "Fill an SMS in for a contact and count its parts", smsTag)
	preview.Description = "Nothing is sent. Without contactId an invented contact's data are used."
	test := operation(http.MethodPost, oneSMSPath+"/test", "test-sms", "Send an SMS to yourself", smsTag)
	test.Description = "Answers with the message in the ledger, which says what became of it."

	huma.Register(a, list, h.listSMS)
	huma.Register(a, create, h.createSMS)
	huma.Register(a, described(operation(http.MethodGet, oneSMSPath, "get-sms", "Read an SMS", smsTag),
		"With the revision that an update must name."), h.getSMS)
	huma.Register(a, update, h.updateSMS)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodDelete, oneSMSPath, "delete-sms", "Delete an SMS that was never sent", smsTag), http.StatusConflict),
		"One that was sent is a conflict: the ledger refers to it."), h.deleteSMS)
	huma.Register(a, preview, h.previewSMS)
	huma.Register(a, test, h.testSMS)
}

// SMSInput is what may be written of an SMS. Its body is Liquid.
type SMSInput struct {
	Name         string `json:"name" doc:"For colleagues; never sent." example:"Offer of the week"`
	Body         string `json:"body,omitempty" example:"Hi {{ contact.firstname }}, see https://example.com/offer"`
	ValidMinutes int    `json:"validMinutes,omitempty" doc:"How long it may be tried before it is dropped; 0: as long as the provider likes." example:"240"`
}

// SMSUpdate takes the place of the SMS that was read.
type SMSUpdate struct {
	SMSInput
	Revision int `json:"revision" minimum:"1" doc:"The revision that you read; another than the newest is a conflict." example:"4"`
}

func (in SMSInput) input() messaging.SMSInput {
	return messaging.SMSInput{Name: in.Name, Body: in.Body, ValidMinutes: in.ValidMinutes}
}

// SMS is a text message as a marketer writes it.
type SMS struct {
	ID           messaging.SMSID `json:"id" example:"3"`
	Name         string          `json:"name" example:"Offer of the week"`
	Body         string          `json:"body" example:"Hi {{ contact.firstname }}, see https://example.com/offer"`
	ValidMinutes int             `json:"validMinutes" example:"240"`
	Revision     int             `json:"revision" doc:"Raised by every change; send it back with an update." example:"4"`
	CreatedAt    time.Time       `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt    time.Time       `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

func smsBody(s messaging.SMS) SMS {
	return SMS{ID: s.ID, Name: s.Name, Body: s.Body, ValidMinutes: s.ValidMinutes, Revision: s.Revision, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt}
}

type (
	smsListOutput struct{ Body domain.Page[SMS] }
	smsOutput     struct{ Body SMS }
	// SMSIDInput names an SMS.
	SMSIDInput struct {
		ID messaging.SMSID `path:"id" minimum:"1" doc:"Id of the SMS." example:"3"`
	}
	createSMSInput struct{ Body SMSInput }
	updateSMSInput struct {
		SMSIDInput
		Body SMSUpdate
	}
)

func answerSMS(s messaging.SMS, err error) (*smsOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &smsOutput{Body: smsBody(s)}, nil
}

func (h handlers) listSMS(ctx context.Context, in *struct{ api.PageInput }) (*smsListOutput, error) {
	page, err := h.messaging.Texts(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &smsListOutput{Body: domain.MapPage(page, smsBody)}, nil
}

func (h handlers) createSMS(ctx context.Context, in *createSMSInput) (*smsOutput, error) {
	return answerSMS(h.messaging.CreateSMS(ctx, org(ctx), in.Body.input()))
}

func (h handlers) getSMS(ctx context.Context, in *SMSIDInput) (*smsOutput, error) {
	return answerSMS(h.messaging.SMS(ctx, org(ctx), in.ID))
}

func (h handlers) updateSMS(ctx context.Context, in *updateSMSInput) (*smsOutput, error) {
	return answerSMS(h.messaging.UpdateSMS(ctx, org(ctx), in.ID, in.Body.Revision, in.Body.input()))
}

func (h handlers) deleteSMS(ctx context.Context, in *SMSIDInput) (*struct{}, error) {
	return nil, api.Problem(h.messaging.DeleteSMS(ctx, org(ctx), in.ID))
}

type previewSMSInput struct {
	SMSIDInput
	Body struct {
		ContactID *crm.ContactID `json:"contactId,omitempty" minimum:"1" example:"4711"`
	}
}

// SMSPreview is an SMS filled in for a contact.
type SMSPreview struct {
	Text       string             `json:"text" doc:"Its short links are as long as real ones, and lead nowhere." example:"Hi Eva, see https://example.com/s/7Qd2xV9k"`
	Encoding   messaging.Encoding `json:"encoding" enum:"GSM-7,UCS-2" example:"GSM-7"`
	Characters int                `json:"characters" doc:"UTF-16 code units; 1600 at most can be sent." example:"43"`
	Parts      int                `json:"parts" doc:"Providers charge each part as one SMS." example:"1"`
	Remaining  int                `json:"remaining" doc:"What still fits without another part." example:"117"`
	Offending  []SMSOffending     `json:"offending" doc:"Characters that GSM-7 does not know."`
	Warnings   []string           `json:"warnings" doc:"What a person should look at, such as merge tags that do not exist." example:"[\"The merge tag contact.nickname does not exist, so it stays empty.\"]"`
}

// SMSOffending is a character that makes an SMS larger.
type SMSOffending struct {
	Character string `json:"character" example:"“"`
	Position  int    `json:"position" doc:"1 for the first character of the text." example:"17"`
	Instead   string `json:"instead" doc:"What may be written in its place; empty when nothing is like it." example:"\""`
}

type smsPreviewOutput struct{ Body SMSPreview }

func (h handlers) previewSMS(ctx context.Context, in *previewSMSInput) (*smsPreviewOutput, error) {
	sms, err := h.messaging.SMS(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	r, err := h.messaging.PreviewSMS(ctx, org(ctx), sms.Input(), in.Body.ContactID)
	if err != nil {
		return nil, api.Problem(err)
	}
	body := SMSPreview{
		Text: r.Text, Encoding: r.Count.Encoding, Characters: r.Count.Characters, Parts: r.Count.Parts, Remaining: r.Count.Remaining,
		Offending: []SMSOffending{}, Warnings: append([]string{}, r.Warnings...),
	}
	for _, o := range r.Count.Offending {
		body.Offending = append(body.Offending, SMSOffending{Character: string(o.Char), Position: o.Position, Instead: o.Instead})
	}
	return &smsPreviewOutput{Body: body}, nil
}

type testSMSInput struct {
	SMSIDInput
	Body struct {
		To        string         `json:"to" example:"+12025550123"`
		ContactID *crm.ContactID `json:"contactId,omitempty" minimum:"1" doc:"Whose data fill the merge tags." example:"4711"`
	}
}

func (h handlers) testSMS(ctx context.Context, in *testSMSInput) (*messageOutput, error) {
	return answerMessage(h.messaging.SendTestSMS(ctx, org(ctx), in.ID, messaging.TestSend{To: in.Body.To, As: in.Body.ContactID}))
}
