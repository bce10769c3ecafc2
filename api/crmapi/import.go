package crmapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	importsPath = "/api/crm/imports"
	importPath  = importsPath + "/{id}"
	importTag   = "Imports"
)

func (h handler) registerImports(a huma.API) {
	huma.Register(a, described(operation(http.MethodGet, importsPath, "list-imports", importTag, "List imports"),
		"The newest first. Ordered by id, createdAt, fileName, state, created, updated, unchanged or rejected. Words are looked for in the names of files.\n\n"+
			api.SearchHelp(crm.ImportCommands, "customers state:done rejected:>0 by:me")), h.listImports)
	huma.Register(a, described(operation(http.MethodGet, importPath, "get-import", importTag, "Read an import and how far it is"),
		"Ask again every few seconds while it runs: percent and the counts grow. Problems names why rows were rejected."), h.getImport)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodPatch, importPath, "update-import", importTag, "Say what the columns mean and what is done with the rows"), http.StatusConflict),
		"Only before the start. Fields of columns are "+strings.Join(crm.ImportFields, ", ")+", or fields. and the alias of a custom field. "+
			"A column with new makes a custom field when the import starts. Another delimiter, header, headerLine or readAs reads the file anew, and the columns are guessed again."), h.updateImport)
	huma.Register(a, described(operation(http.MethodPost, importPath+"/start", "start-import", importTag, "Start an import, or try it first"),
		"With dryRun the whole file is read and nothing is written: the import comes back to the state mapping with what it would do. "+
			"Columns may be given here, too, as a list of their fields."), h.startImport)
	huma.Register(a, described(noContent(operation(http.MethodPost, importPath+"/cancel", "cancel-import", importTag, "Stop an import")),
		"What was imported stays, and can be undone. A dry run goes back to the mapping."), h.cancelImport)
	huma.Register(a, described(operation(http.MethodPost, importPath+"/undo", "undo-import", importTag, "Undo an import that has ended"),
		"Within 30 days. Contacts that it made go to the trash, those that it changed get back what they had, and tags, segments and do-not-contact marks that it gave are taken away. "+
			"What somebody has changed since stays. It is done in the background."), h.undoImport)
	huma.Register(a, described(operation(http.MethodGet, importPath+"/rejects", "list-import-rejects", importTag, "List the rows that were not imported"),
		"In the order of the file. Send the row of the last as after to read on."), h.listRejects)
	h.describeFiles(a)
}

// ImportPath names an import.
type ImportPath struct {
	ID crm.ImportID `path:"id" minimum:"1" doc:"Id of the import." example:"18"`
}

type importsInput struct {
	api.PageInput
	State crm.ImportState `query:"state" enum:"mapping,checking,queued,running,done,failed,cancelled,undoing,undone" doc:"Only imports in this state."`
}

func (h handler) listImports(ctx context.Context, in *importsInput) (*listImportsOutput, error) {
	page, err := h.contacts.Imports(ctx, org(ctx), crm.ImportQuery{PageQuery: in.Query(), State: in.State})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listImportsOutput{Body: domain.MapPage(page, importBody)}, nil
}

func (h handler) getImport(ctx context.Context, in *ImportPath) (*importOutput, error) {
	imp, err := h.contacts.Import(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &importOutput{Body: importBody(imp)}, nil
}

func (h handler) cancelImport(ctx context.Context, in *ImportPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.CancelImport(ctx, org(ctx), in.ID))
}

type rejectsInput struct {
	ImportPath
	After int64 `query:"after" minimum:"0" doc:"Only rows after this one." example:"0"`
	Limit int   `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"How many rows to answer." example:"100"`
}

// Reject is a row that was not imported.
type Reject struct {
	Row    int64    `json:"row" doc:"As a spreadsheet shows it: the header is row 1." example:"5"`
	Reason string   `json:"reason" example:"Column “E-mail”: eva.lang is not an email address."`
	Cells  []string `json:"cells" doc:"As they came, whole unless no spreadsheet could hold them." example:"[\"Eva\",\"Lang\",\"eva.lang\"]"`
}

type rejectsOutput struct{ Body api.List[Reject] }

func (h handler) listRejects(ctx context.Context, in *rejectsInput) (*rejectsOutput, error) {
	if _, err := h.contacts.Import(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	rejects, err := h.contacts.Rejects(ctx, org(ctx), in.ID, in.After, in.Limit)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &rejectsOutput{}
	out.Body.Items = make([]Reject, len(rejects))
	for i, reject := range rejects {
		out.Body.Items[i] = Reject{Row: reject.RowNo, Reason: reject.Reason.English(), Cells: reject.Raw}
	}
	return out, nil
}
