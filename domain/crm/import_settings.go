package crm

import (
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportSettings is how the file is read and what is done with its rows.
type ImportSettings struct {
	Delimiter string `json:"delimiter"`
	Encoding  string `json:"encoding"`         // in which the file was found to be
	ReadAs    string `json:"readAs,omitempty"` // one of ReadableAs: in which it really is; "": as found
	Header    bool   `json:"header"`           // the first row names the columns
	// HeaderLine is where that row is, when not the first that isn't blank: what stands above is left out.
	HeaderLine int `json:"headerLine,omitempty"`
	// LikelyHeader is where it seems to be instead, below a title; 0 when nothing speaks for that.
	LikelyHeader int `json:"likelyHeader,omitempty"`

	DateOrder DateOrder `json:"dateOrder,omitempty"` // how dates with signs between their numbers are meant

	Existing  ImportExisting  `json:"existing,omitempty"`  // what is done with contacts that are there
	Overwrite bool            `json:"overwrite,omitempty"` // a blank cell empties the field
	Match     string          `json:"match,omitempty"`     // which field identifies a contact: email, id, or fields. and an alias
	Tags      []string        `json:"tags"`                // given to every contact of the file
	Owner     identity.UserID `json:"owner,omitempty"`     // of contacts that have none; 0: nobody
	Segment   SegmentID       `json:"segment,omitempty"`   // a list that every contact of the file is added to
	NewList   string          `json:"newList,omitempty"`   // the name of a list that the start makes for that

	FirstByte int64 `json:"firstByte,omitempty"` // where the first row below the header begins
	FirstRow  int64 `json:"firstRow,omitempty"`
}

// ImportExisting says what is done with contacts that are there already.
type ImportExisting string

// What can be done with them.
const (
	UpdateExisting ImportExisting = "update" // they are changed, others are created
	SkipExisting   ImportExisting = "skip"   // they are left alone, others are created
	OnlyExisting   ImportExisting = "only"   // they are changed, others are rejected
)

// matchID and matchEmail are names of the field that identifies contacts; others are custom fields.
const (
	matchEmail = "email"
	matchID    = "id"
)

// WithDefaults fills in what imports of older versions do not say.
func (s ImportSettings) WithDefaults() ImportSettings {
	if s.Existing == "" {
		s.Existing = UpdateExisting
	}
	if s.Match == "" {
		s.Match = matchEmail
	}
	if s.DateOrder == "" {
		s.DateOrder = DayFirst
	}
	return s
}

// check says what is wrong with what people have chosen, besides the columns.
func (s ImportSettings) check(defs importFields, findings *domain.Findings) {
	if !slices.Contains([]ImportExisting{UpdateExisting, SkipExisting, OnlyExisting}, s.Existing) {
		findings.Add("existing", "Contacts that exist can be updated, skipped, or be the only ones that change: update, skip or only.")
	}
	if !slices.Contains(DateOrders, s.DateOrder) {
		findings.Add("dateOrder", "The order of dates is dmy, mdy or ymd.")
	}
	if s.ReadAs != "" && (s.Encoding != windows1252 || !slices.Contains(ReadableAs, s.ReadAs)) {
		findings.Add("encoding", "This file can't be read as %.50q.", s.ReadAs)
	}
	if s.Match != matchEmail && s.Match != matchID && !defs.identifies(s.Match) {
		findings.Add("match", "Contacts can be identified by email, id, or a custom field that is a unique identifier, not by %.80q.", s.Match)
	}
	if s.NewList != "" {
		if problem := textProblem(s.NewList, 191); problem != nil {
			findings.Say("newList", problem)
		}
	}
}
