package campaignapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

func (h *handler) registerWhy(a huma.API) {
	why := api.MayAnswer(op(http.MethodGet, "/api/campaign/why", "explain-contact", "Say why a contact is in a campaign or not, and got an email or not"), http.StatusNotFound)
	why.Description = "Name a contact and a campaign, an email or SMS, or both; or a message alone. " +
		"The answer is one sentence for people, in the organization's time zone, with the facts it rests on. " +
		"The kind names the situation for programs; new kinds may be added."
	huma.Register(a, why, h.why)
}

type whyInput struct {
	Contact  string              `query:"contact" maxLength:"320" doc:"The contact's id or email address." example:"eva.lang@example.com"`
	Campaign campaign.ID         `query:"campaign" minimum:"1" doc:"The campaign that the question is about." example:"12"`
	Email    messaging.EmailID   `query:"email" minimum:"1" doc:"The email that the question is about." example:"5"`
	SMS      messaging.SMSID     `query:"sms" minimum:"1" doc:"In place of an email." example:"3"`
	Message  messaging.MessageID `query:"message" minimum:"1" doc:"A message of the ledger, instead of all else." example:"98211"`
}

// ExplanationBody is an explanation as programs see it.
type ExplanationBody struct {
	Kind        campaign.WhyKind    `json:"kind" doc:"The situation." example:"skipped"`
	Sentence    string              `json:"sentence" example:"“Offer” was not sent to Anna on 25 Nov 2026, 10:02: the contact has unsubscribed from emails."`
	Evidence    []Evidence          `json:"evidence" doc:"The facts, oldest first; what is so now comes last."`
	Contact     crm.ContactID       `json:"contact,omitempty" example:"4711"`
	ContactName string              `json:"contactName,omitempty" example:"Eva Lang"`
	Campaign    campaign.ID         `json:"campaign,omitempty" example:"12"`
	Journey     campaign.JourneyID  `json:"journey,omitempty" example:"30412"`
	Message     messaging.MessageID `json:"message,omitempty" example:"98211"`
	WorkflowID  string              `json:"workflowId,omitempty" doc:"In Temporal, which forgets it a week after it ended." example:"journey-1-30412"`
}

// Evidence is a fact that an explanation rests on.
type Evidence struct {
	At   *time.Time    `json:"at,omitempty" doc:"Left out when it is so now." example:"2026-11-25T09:02:00Z"`
	Text string        `json:"text" example:"Eva Lang unsubscribed from emails."`
	Noun campaign.Noun `json:"noun,omitempty" enum:"contact,campaign,journey,message,email,sms" doc:"What the id names." example:"contact"`
	ID   int64         `json:"id,omitempty" example:"4711"`
}

type whyOutput struct{ Body ExplanationBody }

func (h *handler) why(ctx context.Context, in *whyInput) (*whyOutput, error) {
	q := campaign.WhyQuery{Campaign: in.Campaign, Email: in.Email, SMS: in.SMS, Message: in.Message}
	if in.Contact != "" && in.Message == 0 {
		contact, err := h.campaigns.CRM.FindContact(ctx, orgOf(ctx), in.Contact)
		if err != nil {
			return nil, api.Problem(err)
		}
		q.Contact = contact.ID
	}
	e, err := h.campaigns.Why(ctx, orgOf(ctx), q)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &whyOutput{Body: ExplanationBody{
		Kind: e.Kind, Sentence: e.Sentence.String(), Contact: e.Contact, ContactName: e.ContactName.String(), Campaign: e.Campaign,
		Journey: e.Journey, Message: e.Message, WorkflowID: e.WorkflowID, Evidence: make([]Evidence, len(e.Evidence)),
	}}
	for i, fact := range e.Evidence {
		out.Body.Evidence[i] = Evidence{At: fact.At, Text: fact.Text.String(), Noun: fact.About.Noun, ID: fact.About.ID}
	}
	return out, nil
}
