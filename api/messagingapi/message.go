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
	list.Description = "One row for every message ever decided, newest first. Search looks into the address."
	huma.Register(a, list, h.listMessages)
	huma.Register(a, operation(http.MethodGet, messagesPath+"/{id}", "get-message", "Read a message of the ledger", "Messages"), h.getMessage)
	arrived := operation(http.MethodPost, messagesPath+"/{id}/arrived", "message-arrived", "Say that an unknown message arrived", "Messages")
	again := operation(http.MethodPost, messagesPath+"/{id}/send-again", "send-message-again", "Send an unknown message again", "Messages")
	again.Description = "Once. If the first one did arrive, its recipient gets it twice. What keeps messages back is asked again."
	reported := operation(http.MethodGet, messagesPath+"/{id}/feedback", "list-message-feedback", "List what providers reported of a message", "Messages")
	huma.Register(a, arrived, h.itArrived)
	huma.Register(a, again, h.sendAgain)
	huma.Register(a, reported, h.listFeedback)
}

// Message is a row of the ledger.
type Message struct {
	ID         messaging.MessageID `json:"id"`
	Sid        string              `json:"sid" doc:"Public id; tags the message at the provider."`
	Key        string              `json:"key" doc:"What was decided: the same key is the same message."`
	Channel    messaging.Channel   `json:"channel" enum:"email,sms,push"`
	Class      messaging.Class     `json:"class" enum:"marketing,transactional,test"`
	State      messaging.State     `json:"state" enum:"ready,leased,calling,sent,failed,skipped,unknown"`
	Reason     string              `json:"reason" doc:"Why it was skipped, failed, is unknown or was put off."`
	ContactID  *crm.ContactID      `json:"contactId"`
	EmailID    *messaging.EmailID  `json:"emailId"`
	SMSID      *messaging.SMSID    `json:"smsId"`
	CampaignID *int64              `json:"campaignId"`
	JourneyID  *int64              `json:"journeyId"`
	StepID     *string             `json:"stepId"`
	Address    string              `json:"address"`
	Provider   string              `json:"provider"`
	ProviderID string              `json:"providerId"`
	Attempts   int                 `json:"attempts"`
	NotBefore  *time.Time          `json:"notBefore"`
	SentAt     *time.Time          `json:"sentAt"`
	CreatedAt  time.Time           `json:"createdAt"`
	UpdatedAt  time.Time           `json:"updatedAt"`

	Delivery       messaging.DeliveryStatus `json:"delivery" enum:",accepted,delayed,delivered,rejected,bounced,complained" doc:"What is known since the provider took it."`
	DeliveryAt     *time.Time               `json:"deliveryAt"`
	DeliveryDetail string                   `json:"deliveryDetail" doc:"The provider's words."`
	BounceClass    messaging.BounceClass    `json:"bounceClass" enum:",hard,soft,sender,message,suppressed,optout"`
	SettledBy      messaging.Settler        `json:"settledBy" enum:",answer,event,operator" doc:"How it became sent."`
	Operator       string                   `json:"operator" doc:"Who said that it arrived, or had it sent again."`
	Resends        int                      `json:"resends"`
	SenderDomain   string                   `json:"senderDomain"`
}

func messageBody(m messaging.Message) Message {
	return Message{
		ID: m.ID, Sid: m.Sid, Key: m.Key, Channel: m.Channel, Class: m.Class, State: m.State, Reason: m.Reason,
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
		ContactID  crm.ContactID            `query:"contactId" minimum:"1"`
		CampaignID int64                    `query:"campaignId" minimum:"1"`
		EmailID    messaging.EmailID        `query:"emailId" minimum:"1"`
		SMSID      messaging.SMSID          `query:"smsId" minimum:"1"`
		State      messaging.State          `query:"state" enum:"ready,leased,calling,sent,failed,skipped,unknown"`
		Delivery   messaging.DeliveryStatus `query:"delivery" enum:"accepted,delayed,delivered,rejected,bounced,complained"`
		Overdue    bool                     `query:"overdue" doc:"Only unknown ones that have waited too long for news."`
	}
	messageInput struct {
		ID messaging.MessageID `path:"id" minimum:"1"`
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
	Kind     messaging.FeedbackKind `json:"kind"`
	At       time.Time              `json:"at" doc:"By the provider's clock."`
	Provider string                 `json:"provider"`
	Status   string                 `json:"status" doc:"Enhanced status code (RFC 3463) of a bounce."`
	Detail   string                 `json:"detail" doc:"The provider's words."`
}

type feedbackOutput struct {
	Body struct {
		Items []Feedback `json:"items"`
	}
}

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
