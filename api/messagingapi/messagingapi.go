// Package messagingapi serves emails, the ledger and the inbox to programs.
package messagingapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

type handlers struct{ messaging *messaging.Service }

// Register adds the operations to the API.
func Register(a huma.API, s *messaging.Service) {
	h := handlers{messaging: s}
	h.registerEmails(a)
	h.registerSMS(a)
	h.registerMessages(a)
	h.registerInbox(a)
	h.registerSuppressions(a)
	h.registerStops(a)
	h.registerRules(a)
	h.registerSenderDomains(a)
}

func operation(method, path, id, summary, tag string) huma.Operation {
	o := huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tag}}
	if method == http.MethodDelete {
		o.DefaultStatus = http.StatusNoContent
	}
	return o
}

func described(o huma.Operation, text string) huma.Operation {
	o.Description = text
	return o
}

// org is the organization of the caller.
func org(ctx context.Context) domain.OrgID { return identity.ActorFrom(ctx).Org }
