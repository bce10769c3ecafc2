package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

func (h handler) registerConsents(a huma.API) {
	const tag = "Consents"
	huma.Register(a, described(operation(http.MethodGet, contactPath+"/consents", "list-consents", tag, "Read the consent log of a contact"),
		"Newest first. Send the id of the last entry as before to read on. Setting and clearing do-not-contact marks is logged, too."), h.consents)
	huma.Register(a, described(created(operation(http.MethodPost, contactPath+"/consents", "record-consent", tag, "Record a consent")),
		"Entries are never changed. Withdrawing the consent to email, sms or push also forbids the channel; granting it lifts nothing that is forbidden."), h.recordConsent)
}

// Consent is an entry of the consent log.
type Consent struct {
	ID         int64             `json:"id" example:"31"`
	ContactID  int64             `json:"contactId" example:"4711"`
	Purpose    string            `json:"purpose" example:"email" doc:"A channel, or a purpose of your own."`
	State      crm.ConsentState  `json:"state" enum:"granted,withdrawn" example:"granted"`
	Source     crm.ConsentSource `json:"source" enum:"form,import,api,person,link,reply,provider,campaign" example:"form"`
	Detail     string            `json:"detail" example:"Form on /newsletter"`
	Wording    string            `json:"wording" example:"Yes, write to me once a month. I can stop it at any time." doc:"The exact text that was shown."`
	IP         string            `json:"ip" example:"192.0.2.7" doc:"Of who agreed; empty when unknown."`
	UserID     *int64            `json:"userId" doc:"Who entered it." example:"7"`
	HappenedAt time.Time         `json:"happenedAt" example:"2026-11-24T09:15:00Z"`
	CreatedAt  time.Time         `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

func consentBody(c crm.Consent) Consent {
	return Consent{
		ID: int64(c.ID), ContactID: int64(c.Contact), Purpose: c.Purpose, State: c.State, Source: c.Source, Detail: c.Detail, Wording: c.Wording,
		IP: c.IP, UserID: (*int64)(c.UserID), HappenedAt: c.HappenedAt, CreatedAt: c.CreatedAt,
	}
}

type listConsentsInput struct {
	ContactPath
	Before crm.ConsentID `query:"before" minimum:"0" doc:"Only entries below this id." example:"31"`
	Limit  int           `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many entries to answer." example:"20"`
}

type listConsentsOutput struct{ Body api.List[Consent] }

func (h handler) consents(ctx context.Context, in *listConsentsInput) (*listConsentsOutput, error) {
	consents, err := h.contacts.Consents(ctx, org(ctx), in.ID, in.Before, in.Limit)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &listConsentsOutput{}
	out.Body.Items = make([]Consent, len(consents))
	for i, consent := range consents {
		out.Body.Items[i] = consentBody(consent)
	}
	return out, nil
}

type recordConsentInput struct {
	ContactPath
	Body struct {
		Purpose    string            `json:"purpose" example:"email"`
		State      crm.ConsentState  `json:"state" enum:"granted,withdrawn" example:"granted"`
		Source     crm.ConsentSource `json:"source,omitempty" enum:"form,import,api,person,link,reply,provider,campaign" doc:"By what way it came: api when left out." example:"form"`
		Detail     string            `json:"detail,omitempty" example:"Form on /newsletter"`
		Wording    string            `json:"wording,omitempty" example:"Yes, write to me once a month. I can stop it at any time."`
		IP         string            `json:"ip,omitempty" example:"192.0.2.7"`
		HappenedAt time.Time         `json:"happenedAt,omitzero" required:"false" doc:"Now when left out." example:"2026-11-24T09:15:00Z"`
	}
}

type consentOutput struct{ Body Consent }

func (h handler) recordConsent(ctx context.Context, in *recordConsentInput) (*consentOutput, error) {
	consent, err := h.contacts.RecordConsent(ctx, org(ctx), in.ID, crm.ConsentInput(in.Body))
	if err != nil {
		return nil, api.Problem(err)
	}
	return &consentOutput{Body: consentBody(consent)}, nil
}
