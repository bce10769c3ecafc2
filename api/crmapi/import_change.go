package crmapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportColumnChange says what a column of a file means.
type ImportColumnChange struct {
	Field string          `json:"field,omitempty" example:"email" doc:"Left out or empty: the column is left out, unless new says otherwise."`
	New   *ImportNewField `json:"new,omitempty"`
}

// TransformSchema gives an example of a column that fills a field there is.
func (ImportColumnChange) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"field": "email"}`)
}

// UpdateImport says what the columns of a file mean, and what is done with its rows.
type UpdateImport struct {
	Columns   []ImportColumnChange `json:"columns,omitempty" doc:"One for each column, in the order of the file."`
	Tags      []string             `json:"tags,omitempty" example:"[\"spring-fair\"]" doc:"Given to every contact of the file."`
	Existing  *crm.ImportExisting  `json:"existing,omitempty" enum:"update,skip,only" example:"update"`
	Overwrite *bool                `json:"overwrite,omitempty" doc:"A blank cell empties the field."`
	Match     *string              `json:"match,omitempty" example:"email" doc:"email, id, or fields. and the alias of a custom field that is a unique identifier."`
	DateOrder *crm.DateOrder       `json:"dateOrder,omitempty" enum:"dmy,mdy,ymd" example:"dmy"`
	Header    *bool                `json:"header,omitempty"`
	Line      *int                 `json:"headerLine,omitempty" minimum:"0" maximum:"1000" example:"3" doc:"The line of the first row; 0: the first that is not blank. The file is read anew from there."`
	Delimiter *string              `json:"delimiter,omitempty" enum:"comma,semicolon,tab,bar" example:"semicolon"`
	ReadAs    *string              `json:"readAs,omitempty" doc:"An encoding for files that are not UTF-8, such as Windows-1250; empty: as it was found." example:"Windows-1252"`
	OwnerID   *int64               `json:"ownerId,omitempty" doc:"0: nobody." example:"7"`
	SegmentID *int64               `json:"segmentId,omitempty" doc:"0: none." example:"3"`
	NewList   *string              `json:"newSegment,omitempty" example:"Spring fair"`
}

// TransformSchema gives an example with a new segment: one that is there can't be named besides.
func (UpdateImport) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"columns": [{"field": "firstname"}, {"field": "lastname"}, {"field": "email"}], "tags": ["spring-fair"], "existing": "update", "match": "email", "newSegment": "Spring fair"}`)
}

type updateImportInput struct {
	ImportPath
	Body UpdateImport
}

var delimiterWords = map[string]string{"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}

func (h handler) updateImport(ctx context.Context, in *updateImportInput) (*importOutput, error) {
	b := in.Body
	patch := crm.ImportPatch{
		Tags: b.Tags, Existing: b.Existing, Overwrite: b.Overwrite, Match: b.Match, DateOrder: b.DateOrder, Header: b.Header, Line: b.Line, ReadAs: b.ReadAs,
		Owner: (*identity.UserID)(b.OwnerID), Segment: (*crm.SegmentID)(b.SegmentID), NewList: b.NewList,
	}
	if b.Delimiter != nil {
		sign := delimiterWords[*b.Delimiter]
		patch.Delimiter = &sign
	}
	if b.Columns != nil {
		patch.Columns = make([]crm.ImportColumn, len(b.Columns))
		for i, column := range b.Columns {
			patch.Columns[i] = crm.ImportColumn{Field: column.Field, New: (*crm.NewField)(column.New)}
		}
	}
	imp, err := h.contacts.UpdateImport(ctx, org(ctx), in.ID, patch)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &importOutput{Body: importBody(imp)}, nil
}

// StartImport says how an import starts.
type StartImport struct {
	DryRun  bool     `json:"dryRun,omitempty" doc:"Write nothing but what would happen."`
	Columns []string `json:"columns,omitempty" example:"[\"email\",\"\",\"fields.city\"]" doc:"The field of each column, in the order of the file, \"\" to leave one out; left out: as the import says."`
	Tags    []string `json:"tags,omitempty" doc:"Given to every contact of the file, besides those that the import names." example:"[\"spring-fair\"]"`
}

// TransformSchema gives an example of a dry run.
func (StartImport) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"dryRun": true}`)
}

type startImportInput struct {
	ImportPath
	Body *StartImport
}

func (h handler) startImport(ctx context.Context, in *startImportInput) (*importOutput, error) {
	var start crm.ImportStart
	if in.Body != nil {
		start = crm.ImportStart{DryRun: in.Body.DryRun, Fields: in.Body.Columns, Tags: in.Body.Tags}
	}
	imp, err := h.contacts.StartImport(ctx, org(ctx), in.ID, start)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &importOutput{Body: importBody(imp)}, nil
}

type undoImportInput struct {
	ImportPath
	Body *struct {
		Changed bool `json:"changed,omitempty" doc:"Contacts that the import made go to the trash even if somebody has changed them since."`
	}
}

func (h handler) undoImport(ctx context.Context, in *undoImportInput) (*importOutput, error) {
	imp, err := h.contacts.UndoImport(ctx, org(ctx), in.ID, in.Body != nil && in.Body.Changed)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &importOutput{Body: importBody(imp)}, nil
}
