package messagingapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	senderDomainsPath = "/api/messaging/sender-domains"
	senderDomainPath  = senderDomainsPath + "/{id}"
	senderDomainsTag  = "Sender domains"
)

func (h handlers) registerSenderDomains(a huma.API) {
	list := operation(http.MethodGet, senderDomainsPath, "list-sender-domains", "List sender domains", senderDomainsTag)
	list.Description = "All of them by name, and the domains of sender addresses in use that were not added yet."
	add := operation(http.MethodPost, senderDomainsPath, "add-sender-domain", "Add a sender domain", senderDomainsTag)
	add.Description = "Only for administrators. Makes a DKIM key, or has the mail provider make its own, and answers with the DNS records to set. The private key is never shown."
	add.DefaultStatus = http.StatusCreated
	check := operation(http.MethodPost, senderDomainPath+"/check", "check-sender-domain", "Look at DNS again", senderDomainsTag)
	check.Description = "Only for administrators. Domains are also checked daily, and hourly until they are ready."
	remove := operation(http.MethodDelete, senderDomainPath, "delete-sender-domain", "Forget a sender domain and its key", senderDomainsTag)
	remove.Description = "Only for administrators. Adding it again makes a new key, which needs a new record."

	huma.Register(a, list, h.listSenderDomains)
	huma.Register(a, add, h.addSenderDomain)
	huma.Register(a, described(operation(http.MethodGet, senderDomainPath, "get-sender-domain", "Read a sender domain", senderDomainsTag),
		"With the DNS records to set, and what was found there last."), h.getSenderDomain)
	huma.Register(a, check, h.checkSenderDomain)
	huma.Register(a, remove, h.deleteSenderDomain)
}

// SenderDomain is a domain of sender addresses.
type SenderDomain struct {
	ID           messaging.SenderDomainID `json:"id" example:"2"`
	Name         string                   `json:"name" doc:"In ASCII." example:"example.com"`
	BounceDomain string                   `json:"bounceDomain" doc:"Where mail that comes back goes; empty: the mail provider's own." example:"bounce.example.com"`
	Ready        bool                     `json:"ready" doc:"Mailboxes believe mail in the domain's name."`
	DKIM         bool                     `json:"dkim" doc:"The key of the signatures is found."`
	Aligned      bool                     `json:"aligned" doc:"Mail passes DMARC."`
	Records      []DNSRecord              `json:"records" doc:"What to set in DNS, and what was found there."`
	CheckedAt    *time.Time               `json:"checkedAt" example:"2026-11-26T06:00:00Z"`
	CreatedAt    time.Time                `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt    time.Time                `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

// DNSRecord is a record to set in DNS, with what was found there.
type DNSRecord struct {
	Purpose messaging.RecordPurpose `json:"purpose" enum:"dkim,spf,dmarc,mx" doc:"dkim: the key of our signatures. spf: which servers may send. dmarc: what mailboxes do with mail that passes neither. mx: who takes mail that comes back." example:"dmarc"`
	Type    string                  `json:"type" enum:"TXT,CNAME,MX" example:"TXT"`
	Name    string                  `json:"name" example:"_dmarc.example.com"`
	Value   string                  `json:"value" doc:"To set; of MX with the preference before the host." example:"v=DMARC1; p=none"`
	Status  messaging.RecordStatus  `json:"status" enum:"ok,advice,missing,wrong,unknown" doc:"advice: it works, and could be better. unknown: DNS did not answer." example:"ok"`
	Found   []string                `json:"found,omitempty" doc:"What DNS answers now." example:"[\"v=DMARC1; p=none\"]"`
	Message string                  `json:"message" doc:"What it means, in a sentence or two." example:"The record is there."`
}

func senderDomainBody(d messaging.SenderDomain) SenderDomain {
	records := make([]DNSRecord, len(d.Records))
	for i, record := range d.Records {
		records[i] = DNSRecord{
			Purpose: record.Purpose, Type: record.Type, Name: record.Name, Value: record.Value, Status: record.Status, Found: record.Found,
			Message: record.Message.English(),
		}
	}
	return SenderDomain{
		ID: d.ID, Name: d.Name, BounceDomain: d.BounceDomain, Ready: d.Ready(), DKIM: d.DKIMOK, Aligned: d.Aligned,
		Records: records, CheckedAt: d.CheckedAt, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

// NewSenderDomain is a domain of sender addresses to add.
type NewSenderDomain struct {
	Name         string `json:"name" example:"example.com"`
	BounceDomain string `json:"bounceDomain,omitempty" example:"bounce.example.com" doc:"With Amazon SES alone: a domain below it to which undeliverable mail returns."`
}

// TransformSchema gives an example for all mail providers.
func (NewSenderDomain) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"name": "example.com"}`)
}

// SenderDomains are all sender domains, and those that are missing.
type SenderDomains struct {
	Items []SenderDomain `json:"items"`
	ToAdd []string       `json:"toAdd" doc:"Domains of sender addresses in use that were not added yet." example:"[\"news.example.com\"]"`
}

type (
	senderDomainOutput   struct{ Body SenderDomain }
	senderDomainsOutput  struct{ Body SenderDomains }
	addSenderDomainInput struct{ Body NewSenderDomain }
	// SenderDomainIDInput names a sender domain.
	SenderDomainIDInput struct {
		ID messaging.SenderDomainID `path:"id" minimum:"1" doc:"Id of the sender domain." example:"2"`
	}
)

func answerSenderDomain(d messaging.SenderDomain, err error) (*senderDomainOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &senderDomainOutput{Body: senderDomainBody(d)}, nil
}

func (h handlers) listSenderDomains(ctx context.Context, _ *struct{}) (*senderDomainsOutput, error) {
	domains, err := h.messaging.SenderDomains(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	missing, err := h.messaging.DomainsToAdd(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	var out senderDomainsOutput
	out.Body.Items = domain.MapPage(domain.Page[messaging.SenderDomain]{Items: domains}, senderDomainBody).Items
	out.Body.ToAdd = append([]string{}, missing...)
	return &out, nil
}

func (h handlers) addSenderDomain(ctx context.Context, in *addSenderDomainInput) (*senderDomainOutput, error) {
	return answerSenderDomain(h.messaging.AddSenderDomain(ctx, org(ctx), in.Body.Name, in.Body.BounceDomain))
}

func (h handlers) getSenderDomain(ctx context.Context, in *SenderDomainIDInput) (*senderDomainOutput, error) {
	return answerSenderDomain(h.messaging.SenderDomain(ctx, org(ctx), in.ID))
}

func (h handlers) checkSenderDomain(ctx context.Context, in *SenderDomainIDInput) (*senderDomainOutput, error) {
	return answerSenderDomain(h.messaging.CheckSenderDomain(ctx, org(ctx), in.ID))
}

func (h handlers) deleteSenderDomain(ctx context.Context, in *SenderDomainIDInput) (*struct{}, error) {
	return nil, api.Problem(h.messaging.DeleteSenderDomain(ctx, org(ctx), in.ID))
}
