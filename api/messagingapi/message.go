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

const messagesPath = "/api/messaging/messages"

func (h handlers) registerMessages(a huma.API) {
	list := operation(http.MethodGet, messagesPath, "list-messages", "List messages of the ledger", "Messages")
	list.Description = "One row for every message ever decided, newest first. Ordered by id. Words are looked for in the address.\n\n" +
		api.SearchHelp(messaging.MessageCommands, "state:failed to:ann@example.org campaign:welcome reason:quota sent:>2026-11-01")
	huma.Register(a, list, h.listMessages)
	huma.Register(a, described(operation(http.MethodGet, messagesPath+"/{id}", "get-message", "Read a message of the ledger", "Messages"),
		"What was decided, what became of it, and what is known since the provider took it."), h.getMessage)
	arrived := described(operation(http.MethodPost, messagesPath+"/{id}/arrived", "message-arrived", "Say that an unknown message arrived", "Messages"),
		"Settles a message whose answer was lost as sent. One that is settled already is a conflict.")
	again := operation(http.MethodPost, messagesPath+"/{id}/send-again", "send-message-again", "Send an unknown message again", "Messages")
	again.Description = "Once. If the first one did arrive, its recipient gets it twice. What keeps messages back is asked again."
	reported := described(operation(http.MethodGet, messagesPath+"/{id}/feedback", "list-message-feedback", "List what providers reported of a message", "Messages"),
		"Oldest first: deliveries, bounces, complaints. Empty when the provider has reported nothing.")
	huma.Register(a, arrived, h.itArrived)
	huma.Register(a, again, h.sendAgain)
	huma.Register(a, reported, h.listFeedback)
}

// Message is a row of the ledger.
type Message struct {
	ID         messaging.MessageID `json:"id" example:"98211"`
	Sid        string              `json:"sid" doc:"Public id; tags the message at the provider." example:"m_7Qd2xV9kTb3"`
	Key        string              `json:"key" doc:"What was decided: the same key is the same message." example:"journey/30412/send"`
	Channel    messaging.Channel   `json:"channel" enum:"email,sms,push" example:"email"`
	Class      messaging.Class     `json:"class" enum:"marketing,transactional,test" example:"marketing"`
	State      messaging.State     `json:"state" enum:"ready,leased,calling,sent,failed,skipped,unknown" example:"sent"`
	Reason     string              `json:"reason" doc:"Why it was skipped, failed, is unknown or was put off." example:"the contact has unsubscribed from emails"`
	ContactID  *crm.ContactID      `json:"contactId" example:"4711"`
	EmailID    *messaging.EmailID  `json:"emailId" example:"5"`
	SMSID      *messaging.SMSID    `json:"smsId" example:"3"`
	CampaignID *int64              `json:"campaignId" example:"12"`
	JourneyID  *int64              `json:"journeyId" example:"30412"`
	StepID     *string             `json:"stepId" example:"send"`
	Address    string              `json:"address" example:"eva.lang@example.com"`
	Provider   string              `json:"provider" example:"ses"`
	ProviderID string              `json:"providerId" example:"0102019a8c2f4d11-5b7e6f10"`
	Attempts   int                 `json:"attempts" example:"1"`
	NotBefore  *time.Time          `json:"notBefore" example:"2026-11-25T07:00:00Z"`
	SentAt     *time.Time          `json:"sentAt" example:"2026-11-24T09:31:04Z"`
	CreatedAt  time.Time           `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt  time.Time           `json:"updatedAt" example:"2026-11-25T14:05:00Z"`

	Delivery       messaging.DeliveryStatus `json:"delivery" enum:",accepted,delayed,delivered,rejected,bounced,complained" doc:"What is known since the provider took it." example:"delivered"`
	DeliveryAt     *time.Time               `json:"deliveryAt" example:"2026-11-24T09:31:09Z"`
	DeliveryDetail string                   `json:"deliveryDetail" doc:"The provider's words." example:"250 2.0.0 OK"`
	BounceClass    messaging.BounceClass    `json:"bounceClass" enum:",hard,soft,sender,message,suppressed,optout"`
	SettledBy      messaging.Settler        `json:"settledBy" enum:",answer,event,operator" doc:"How it became sent." example:"answer"`
	Operator       string                   `json:"operator" doc:"Who said that it arrived, or had it sent again." example:"Ada Lovelace"`
	Resends        int                      `json:"resends" example:"0"`
	SenderDomain   string                   `json:"senderDomain" example:"example.com"`
}

func messageBody(m messaging.Message) Message {
	return Message{
		ID: m.ID, Sid: m.Sid, Key: m.Key, Channel: m.Channel, Class: m.Class, State: m.State, Reason: m.Reason.English(),
		ContactID: m.Contact, EmailID: m.Email, SMSID: m.SMS, CampaignID: m.CampaignID, JourneyID: m.JourneyID, StepID: m.StepID,
		Address: m.Address, Provider: m.Provider, ProviderID: m.ProviderID, Attempts: m.Attempts,
		NotBefore: m.NotBefore, SentAt: m.SentAt, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt,
		Delivery: m.Delivery, DeliveryAt: m.DeliveryAt, DeliveryDetail: m.DeliveryDetail, BounceClass: m.BounceClass,
		SettledBy: m.SettledBy, Operator: m.Operator, Resends: m.Resends, SenderDomain: m.SenderDomain,
	}
}

type (
	messageOutput  struct{ Body Message }
	messagesOutput struct{ Body domain.Page[Message] }
	messagesInput  struct {
		api.PageInput
		ContactID  crm.ContactID            `query:"contactId" minimum:"1" doc:"Only messages to this contact." example:"4711"`
		CampaignID int64                    `query:"campaignId" minimum:"1" doc:"Only messages of this campaign." example:"12"`
		EmailID    messaging.EmailID        `query:"emailId" minimum:"1" doc:"Only messages made from this email." example:"5"`
		SMSID      messaging.SMSID          `query:"smsId" minimum:"1" doc:"Only messages made from this SMS." example:"3"`
		State      messaging.State          `query:"state" enum:"ready,leased,calling,sent,failed,skipped,unknown" doc:"Only messages in this state."`
		Delivery   messaging.DeliveryStatus `query:"delivery" enum:"accepted,delayed,delivered,rejected,bounced,complained" doc:"Only messages of which this is known."`
		Overdue    bool                     `query:"overdue" doc:"Only unknown ones that have waited too long for news."`
	}
	messageInput struct {
		ID messaging.MessageID `path:"id" minimum:"1" doc:"Id of the message." example:"98211"`
	}
)

func answerMessage(m messaging.Message, err error) (*messageOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &messageOutput{Body: messageBody(m)}, nil
}

func (h handlers) listMessages(ctx context.Context, in *messagesInput) (*messagesOutput, error) {
	page, err := h.messaging.Messages(ctx, org(ctx), messaging.MessageQuery{
		PageQuery: in.Query(), Contact: in.ContactID, Campaign: in.CampaignID, Email: in.EmailID, SMS: in.SMSID, State: in.State,
		Delivery: in.Delivery, Overdue: in.Overdue,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &messagesOutput{Body: domain.MapPage(page, messageBody)}, nil
}

func (h handlers) getMessage(ctx context.Context, in *messageInput) (*messageOutput, error) {
	return answerMessage(h.messaging.Message(ctx, org(ctx), in.ID))
}

func (h handlers) itArrived(ctx context.Context, in *messageInput) (*messageOutput, error) {
	return answerMessage(h.messaging.ItArrived(ctx, org(ctx), in.ID))
}

func (h handlers) sendAgain(ctx context.Context, in *messageInput) (*messageOutput, error) {
	return answerMessage(h.messaging.SendAgain(ctx, org(ctx), in.ID))
}

// Feedback is a report of a provider about a message.
type Feedback struct {
	Kind     messaging.FeedbackKind `json:"kind" example:"delivered"`
	At       time.Time              `json:"at" doc:"By the provider's clock." example:"2026-11-24T09:31:09Z"`
	Provider string                 `json:"provider" example:"ses"`
	Status   string                 `json:"status" doc:"Enhanced status code (RFC 3463) of a bounce." example:"5.1.1"`
	Detail   string                 `json:"detail" doc:"The provider's words." example:"250 2.0.0 OK"`
}

type feedbackOutput struct{ Body api.List[Feedback] }

func (h handlers) listFeedback(ctx context.Context, in *messageInput) (*feedbackOutput, error) {
	if _, err := h.messaging.Message(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	reports, err := h.messaging.Reported(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &feedbackOutput{}
	out.Body.Items = []Feedback{}
	for _, r := range reports {
		out.Body.Items = append(out.Body.Items, Feedback{Kind: r.Kind, At: r.At, Provider: r.Provider, Status: r.Bounce.EnhancedStatus(r.Detail), Detail: r.Detail})
	}
	return out, nil
}
