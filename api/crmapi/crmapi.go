// Package crmapi serves contacts, tags, events and imports to programs.
package crmapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

type handler struct{ contacts *crm.Service }

// Register adds the operations of this context. Files go in and out by RegisterFiles.
func Register(a huma.API, s *crm.Service) {
	h := handler{contacts: s}
	h.registerTrash(a) // before contacts: /contacts/trash is no contact
	h.registerContacts(a)
	h.registerBulk(a)
	h.registerJobs(a)
	h.registerFields(a)
	h.registerBatch(a)
	h.registerMarks(a)
	h.registerTags(a)
	h.registerSegments(a)
	h.registerNotes(a)
	h.registerAttachments(a)
	h.registerConsents(a)
	h.registerTimeline(a)
	h.registerEvents(a)
	h.registerImports(a)
	h.registerViews(a)
}

// org is the organization of the caller.
func org(ctx context.Context) domain.OrgID { return identity.ActorFrom(ctx).Org }

func operation(method, path, id, tag, summary string) huma.Operation {
	o := huma.Operation{Method: method, Path: path, OperationID: id, Tags: []string{tag}, Summary: summary}
	if method == http.MethodDelete {
		o.DefaultStatus = http.StatusNoContent
	}
	return o
}

func created(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusCreated
	return o
}

func noContent(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusNoContent
	return o
}

func described(o huma.Operation, text string) huma.Operation {
	o.Description = text
	return o
}
