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
}

func messageBody(m messaging.Message) Message {
	return Message{
		ID: m.ID, Sid: m.Sid, Key: m.Key, Channel: m.Channel, Class: m.Class, State: m.State, Reason: m.Reason,
		ContactID: m.Contact, EmailID: m.Email, CampaignID: m.CampaignID, JourneyID: m.JourneyID, StepID: m.StepID,
		Address: m.Address, Provider: m.Provider, ProviderID: m.ProviderID, Attempts: m.Attempts,
		NotBefore: m.NotBefore, SentAt: m.SentAt, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt,
	}
}

type (
	messageOutput  struct{ Body Message }
	messagesOutput struct{ Body domain.Page[Message] }
	messagesInput  struct {
		api.PageInput
		ContactID  crm.ContactID     `query:"contactId" minimum:"1"`
		CampaignID int64             `query:"campaignId" minimum:"1"`
		EmailID    messaging.EmailID `query:"emailId" minimum:"1"`
		State      messaging.State   `query:"state" enum:"ready,leased,calling,sent,failed,skipped,unknown"`
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
		PageQuery: in.Query(), Contact: in.ContactID, Campaign: in.CampaignID, Email: in.EmailID, State: in.State,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &messagesOutput{Body: domain.MapPage(page, messageBody)}, nil
}

func (h handlers) getMessage(ctx context.Context, in *messageInput) (*messageOutput, error) {
	return answerMessage(h.messaging.Message(ctx, org(ctx), in.ID))
}
