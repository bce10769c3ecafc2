package crmapi

import (
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Import is a CSV file that becomes contacts.
type Import struct {
	ID        int64           `json:"id" example:"18"`
	FileName  string          `json:"fileName" example:"spring-fair.csv"`
	State     crm.ImportState `json:"state" enum:"mapping,checking,queued,running,done,failed,cancelled,undoing,undone" doc:"mapping: waits for somebody to say what the columns mean. checking: a dry run, which leads back to mapping." example:"done"`
	Columns   []ImportColumn  `json:"columns"`
	Options   ImportOptions   `json:"options"`
	Delimiter string          `json:"delimiter" example:";"`
	Encoding  string          `json:"encoding" example:"UTF-8"`
	Tags      []string        `json:"tags" example:"[\"spring-fair\"]"`
	Percent   int             `json:"percent" doc:"How much of the present work is done." example:"100"`
	Rows      int64           `json:"rows" doc:"Rows read so far: created + updated + unchanged + rejected." example:"1560"`
	Created   int64           `json:"created" example:"1240"`
	Updated   int64           `json:"updated" example:"8"`
	Unchanged int64           `json:"unchanged" doc:"Rows that said nothing new, or whose contact was to be left alone." example:"0"`
	Rejected  int64           `json:"rejected" example:"312"`
	Problems  []ImportProblem `json:"problems" doc:"Why rows were rejected, with how many and the first of them."`
	DryRun    *ImportDryRun   `json:"dryRun,omitempty" doc:"What the last dry run found; left out when the mapping has changed since."`
	Undo      *ImportUndo     `json:"undo,omitempty" doc:"How far undoing is, and what stays; left out until then."`
	UndoUntil *time.Time      `json:"undoUntil" doc:"Until when it can be undone; null when it can't." example:"2026-12-24T09:38:00Z"`
	Error     string          `json:"failure" doc:"Why it failed." example:"The file can no longer be found. Upload it again."`
	CreatedAt time.Time       `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	StartedAt *time.Time      `json:"startedAt" example:"2026-11-24T09:31:00Z"`
	EndedAt   *time.Time      `json:"endedAt" example:"2026-11-24T09:38:00Z"`
}

// ImportColumn is a column of the file.
type ImportColumn struct {
	Header string          `json:"header" example:"E-mail"`
	Field  string          `json:"field" example:"email" doc:"What it fills; empty when it is left out."`
	Sure   crm.Sureness    `json:"sure" enum:"sure,chosen,last,likely,check,unknown," doc:"Where that is from: the name of the column, a person, the last file with these columns, its cells; check: name and cells contradict each other." example:"sure"`
	New    *ImportNewField `json:"new,omitempty" doc:"A custom field that the start is to make; left out for others."`
}

// ImportNewField is a custom field that an import makes.
type ImportNewField struct {
	Label string        `json:"label" example:"Shoe size"`
	Type  crm.FieldType `json:"type" enum:"text,textarea,number,boolean,date,datetime,email,tel,url,country" example:"number"`
}

// ImportOptions say what is done with the rows.
type ImportOptions struct {
	Existing  crm.ImportExisting `json:"existing" enum:"update,skip,only" doc:"Contacts that exist are updated, skipped, or the only ones that change." example:"update"`
	Overwrite bool               `json:"overwrite" doc:"A blank cell empties the field. Otherwise it leaves the value."`
	Match     string             `json:"match" example:"email" doc:"What identifies a contact: email, id, or fields. and the alias of a custom field that is a unique identifier."`
	DateOrder crm.DateOrder      `json:"dateOrder" enum:"dmy,mdy,ymd" doc:"How 03/04/2026 is meant." example:"dmy"`
	Header    bool               `json:"header" doc:"The first row names the columns."`
	Line      int                `json:"headerLine" doc:"The line of that row, when something else stands above it; 0: the first that is not blank." example:"0"`
	Likely    int                `json:"likelyHeader" doc:"The line that seems to name the columns instead of the first, which looks like a title; 0: nothing speaks for that." example:"0"`
	ReadAs    string             `json:"readAs" doc:"The encoding the file is read in, when not as it was found to be." example:"Windows-1252"`
	OwnerID   int64              `json:"ownerId" doc:"Owner of contacts that have none; 0: nobody." example:"7"`
	SegmentID int64              `json:"segmentId" doc:"A segment that every contact of the file is added to; 0: none." example:"3"`
	NewList   string             `json:"newSegment" doc:"The name of a segment that the start makes for that." example:"Spring fair"`
}

// ImportProblem is a reason for which rows were rejected.
type ImportProblem struct {
	Sentence string          `json:"sentence" example:"Column “E-mail”: … is not an email address."`
	Rows     int64           `json:"rows" example:"312"`
	Examples []ImportExample `json:"examples"`
}

// ImportExample is one of the rejected rows.
type ImportExample struct {
	Row   int64    `json:"row" example:"5"`
	Says  string   `json:"says" example:"Row 5, column “E-mail”: eva.lang is not an email address."`
	Cells []string `json:"cells" example:"[\"Eva\",\"Lang\",\"eva.lang\"]"`
}

// ImportDryRun is what an import would do.
type ImportDryRun struct {
	At        time.Time       `json:"at" example:"2026-11-24T09:29:00Z"`
	Rows      int64           `json:"rows" example:"1560"`
	Created   int64           `json:"created" example:"1240"`
	Updated   int64           `json:"updated" example:"8"`
	Unchanged int64           `json:"unchanged" example:"0"`
	Rejected  int64           `json:"rejected" example:"312"`
	Problems  []ImportProblem `json:"problems"`
}

// ImportUndo is what undoing an import did.
type ImportUndo struct {
	Contacts int64 `json:"contacts" doc:"That the import made or changed." example:"1248"`
	Done     int64 `json:"done" doc:"Of those." example:"1248"`
	Deleted  int64 `json:"deleted" doc:"Made by the import, and now in the trash." example:"1236"`
	Restored int64 `json:"restored" doc:"Changed by the import, and as they were before." example:"6"`
	Partly   int64 `json:"partly" doc:"Changed by the import; some of the same fields stay, because they were changed again since or another contact has the old value." example:"1"`
	Fields   int64 `json:"fields" doc:"Values of those that stay." example:"1"`
	Taken    int64 `json:"taken" doc:"Of these: another contact has the old email address or identifying value by now." example:"0"`
	Kept     int64 `json:"kept" doc:"Made by the import, changed since, and left." example:"4"`
	Gone     int64 `json:"gone" doc:"Deleted by others meanwhile." example:"1"`
}

func importBody(i crm.Import) Import {
	body := Import{
		ID: int64(i.ID), FileName: i.FileName, State: i.State, Columns: make([]ImportColumn, len(i.Columns)), Options: importOptions(i.Settings),
		Delimiter: i.Settings.Delimiter, Encoding: i.Settings.Encoding, Tags: i.Settings.Tags, Percent: i.Percent(),
		Rows: i.RowsDone, Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged, Rejected: i.Rejected, Problems: importProblems(i.Problems),
		Error: i.Error.English(), CreatedAt: i.CreatedAt, StartedAt: i.StartedAt, EndedAt: i.EndedAt,
	}
	for n, column := range i.Columns {
		body.Columns[n] = ImportColumn{Header: column.Header, Field: column.Field, Sure: column.Sure, New: (*ImportNewField)(column.New)}
	}
	if t := i.Trial; t != nil {
		body.DryRun = &ImportDryRun{
			At: t.At, Rows: t.Rows, Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged, Rejected: t.Rejected, Problems: importProblems(t.Problems),
		}
	}
	if u := i.Undo; u != nil {
		body.Undo = &ImportUndo{
			Contacts: u.Total, Done: u.Done, Deleted: u.Deleted, Restored: u.Restored, Partly: u.Partly, Fields: u.Fields, Taken: u.Taken, Kept: u.Kept, Gone: u.Gone,
		}
	}
	if until := i.UndoUntil(); i.CanUndo(time.Now()) {
		body.UndoUntil = &until
	}
	if body.Tags == nil {
		body.Tags = []string{}
	}
	return body
}

func importOptions(s crm.ImportSettings) ImportOptions {
	s = s.WithDefaults()
	return ImportOptions{
		Existing: s.Existing, Overwrite: s.Overwrite, Match: s.Match, DateOrder: s.DateOrder, Header: s.Header, Line: s.HeaderLine, Likely: s.LikelyHeader, ReadAs: s.ReadAs,
		OwnerID: int64(s.Owner), SegmentID: int64(s.Segment), NewList: s.NewList,
	}
}

func importProblems(problems []crm.ImportProblem) []ImportProblem {
	body := make([]ImportProblem, len(problems))
	for i, p := range problems {
		body[i] = ImportProblem{Sentence: p.Sentence, Rows: p.Rows, Examples: make([]ImportExample, len(p.Examples))}
		for n, example := range p.Examples {
			body[i].Examples[n] = ImportExample{Row: example.Row, Says: example.Says.English(), Cells: example.Cells}
		}
	}
	return body
}

type importOutput struct{ Body Import }

type listImportsOutput struct{ Body domain.Page[Import] }
