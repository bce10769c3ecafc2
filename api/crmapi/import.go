package crmapi

import (
	"context"
	"net/http"
	"time"

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
	huma.Register(a, operation(http.MethodGet, importsPath, "list-imports", importTag, "List imports"), h.listImports)
	huma.Register(a, operation(http.MethodGet, importPath, "get-import", importTag, "Read an import and how far it is"), h.getImport)
	huma.Register(a, described(operation(http.MethodPost, importPath+"/start", "start-import", importTag, "Say what the columns mean and start"),
		"Fields are firstname, lastname, email, phone, company, position, points, stage, timeZone, tags, doNotEmail, or fields. and the alias of a custom field."), h.startImport)
	huma.Register(a, described(noContent(operation(http.MethodPost, importPath+"/cancel", "cancel-import", importTag, "Stop an import")),
		"What was imported stays."), h.cancelImport)
	huma.Register(a, operation(http.MethodGet, importPath+"/rejects", "list-import-rejects", importTag, "List the rows that were not imported"), h.listRejects)
	h.describeFiles(a)
}

// Import is a CSV file that becomes contacts.
type Import struct {
	ID        int64           `json:"id"`
	FileName  string          `json:"fileName"`
	State     crm.ImportState `json:"state" enum:"mapping,queued,running,done,failed,cancelled"`
	Columns   []ImportColumn  `json:"columns"`
	Delimiter string          `json:"delimiter"`
	Encoding  string          `json:"encoding"`
	Tags      []string        `json:"tags"`
	Percent   int             `json:"percent" doc:"How much of the file has been read."`
	Rows      int64           `json:"rows" doc:"Rows read so far: created + updated + rejected."`
	Created   int64           `json:"created"`
	Updated   int64           `json:"updated"`
	Rejected  int64           `json:"rejected"`
	Error     string          `json:"failure" doc:"Why it failed."`
	CreatedAt time.Time       `json:"createdAt"`
	StartedAt *time.Time      `json:"startedAt"`
	EndedAt   *time.Time      `json:"endedAt"`
}

// ImportColumn is a column of the file.
type ImportColumn struct {
	Header string `json:"header"`
	Field  string `json:"field" doc:"What it fills; empty when it is left out."`
}

func importBody(i crm.Import) Import {
	body := Import{
		ID: int64(i.ID), FileName: i.FileName, State: i.State, Columns: make([]ImportColumn, len(i.Columns)),
		Delimiter: i.Settings.Delimiter, Encoding: i.Settings.Encoding, Tags: i.Settings.Tags, Percent: i.Percent(),
		Rows: i.RowsDone, Created: i.Created, Updated: i.Updated, Rejected: i.Rejected, Error: i.Error,
		CreatedAt: i.CreatedAt, StartedAt: i.StartedAt, EndedAt: i.EndedAt,
	}
	for n, column := range i.Columns {
		body.Columns[n] = ImportColumn(column)
	}
	if body.Tags == nil {
		body.Tags = []string{}
	}
	return body
}

// ImportPath names an import.
type ImportPath struct {
	ID crm.ImportID `path:"id" minimum:"1"`
}

type importOutput struct{ Body Import }

type listImportsOutput struct{ Body domain.Page[Import] }

func (h handler) listImports(ctx context.Context, in *struct{ api.PageInput }) (*listImportsOutput, error) {
	page, err := h.contacts.Imports(ctx, org(ctx), in.Query())
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

type startImportInput struct {
	ImportPath
	Body struct {
		Columns []string `json:"columns,omitempty" doc:"The field of each column, in the order of the file, \"\" to leave one out; left out: as they were guessed."`
		Tags    []string `json:"tags,omitempty" doc:"Given to every contact of the file."`
	} `required:"false"`
}

func (h handler) startImport(ctx context.Context, in *startImportInput) (*importOutput, error) {
	imp, err := h.contacts.StartImport(ctx, org(ctx), in.ID, crm.ImportStart{Fields: in.Body.Columns, Tags: in.Body.Tags})
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
	After int64 `query:"after" minimum:"0" doc:"Only rows after this one."`
	Limit int   `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

// Reject is a row that was not imported.
type Reject struct {
	Row    int64    `json:"row" doc:"As a spreadsheet shows it: the header is row 1."`
	Reason string   `json:"reason"`
	Cells  []string `json:"cells" doc:"Cut to a sane length."`
}

type rejectsOutput struct {
	Body struct {
		Items []Reject `json:"items"`
	}
}

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
		out.Body.Items[i] = Reject{Row: reject.RowNo, Reason: reject.Reason, Cells: reject.Raw}
	}
	return out, nil
}
