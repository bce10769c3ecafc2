package crm

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// ImportProblem is a reason for which rows were rejected.
type ImportProblem struct {
	Sentence string          `json:"sentence"` // without what differs from row to row
	Rows     int64           `json:"rows"`
	Examples []ImportExample `json:"examples"` // the first of them
}

// Phrase says why, without what differs from row to row.
func (p ImportProblem) Phrase() *domain.Phrase {
	if len(p.Examples) > 0 {
		if whole := p.Examples[0].Says.Phrase(); len(whole.Args) > 0 {
			return general(whole)
		}
	}
	return domain.Kept(p.Sentence).Phrase()
}

// general leaves out of a reason what one row says. The name of the column stays, and the first number,
// which is what is allowed.
func general(reason *domain.Phrase) *domain.Phrase {
	args := slices.Clone(reason.Args)
	numbers := 0
	for i, arg := range args {
		switch v := arg.(type) {
		case string:
			args[i] = "…"
		case domain.Figure:
			if numbers++; numbers > 1 || reason.One != "" {
				args[i] = "…"
			}
		case *domain.Phrase:
			if i > 0 || len(args) == 1 {
				args[i] = general(v)
			}
		}
	}
	return reason.With(args...)
}

// ImportExample is one of the rejected rows.
type ImportExample struct {
	Row   int64       `json:"row"`
	Says  domain.Kept `json:"says"`  // the whole reason
	Cells []string    `json:"cells"` // cut to a line
}

// Bounds of a report.
const (
	maxProblems = 50 // sentences; what is beyond them is counted together
	maxExamples = 3
)

var otherProblems = domain.Mark("Other reasons.")

// addProblems counts rejected rows by their reason.
func addProblems(problems []ImportProblem, rejects []Reject) []ImportProblem {
	for _, reject := range rejects {
		sentence := sameSentence(reject.Reason.English())
		at := slices.IndexFunc(problems, func(p ImportProblem) bool { return p.Sentence == sentence })
		if at < 0 && len(problems) >= maxProblems {
			sentence = otherProblems
			at = slices.IndexFunc(problems, func(p ImportProblem) bool { return p.Sentence == sentence })
		}
		if at < 0 {
			problems = append(problems, ImportProblem{Sentence: sentence})
			at = len(problems) - 1
		}
		p := &problems[at]
		if p.Rows++; len(p.Examples) < maxExamples {
			p.Examples = append(p.Examples, ImportExample{Row: reject.RowNo, Says: reject.Reason, Cells: exampleCells(reject.Raw)})
		}
	}
	return problems
}

var (
	columnPart = regexp.MustCompile(`^Column (?:“.*?”|"(?:[^"\\]|\\.)*"|\d+)(?::| holds)`)
	quotedPart = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|“[^”]*”|\S+@\S+`)
	numberPart = regexp.MustCompile(`\d[\d,]*(?: MB)?`)
)

// sameSentence replaces what a reason says about one row only: quoted values and numbers. The name of
// the column stays.
func sameSentence(reason string) string {
	column := columnPart.FindString(reason)
	rest := quotedPart.ReplaceAllString(reason[len(column):], "…")
	if column == "" || !strings.Contains(rest, "allowed") { // "At most 191 characters are allowed" says what is
		rest = replaceNumbers(rest, "…")
	} else if before, after, ok := strings.Cut(rest, "and these are"); ok {
		rest = before + "and these are" + replaceNumbers(after, "more")
	}
	return column + rest
}

// replaceNumbers replaces all numbers but sizes, which say what is allowed.
func replaceNumbers(text, with string) string {
	return numberPart.ReplaceAllStringFunc(text, func(number string) string {
		if strings.HasSuffix(number, " MB") {
			return number
		}
		return with
	})
}

func exampleCells(cells []string) []string {
	const most, longest = 8, 60
	short := make([]string, 0, most)
	for _, cell := range cells[:min(len(cells), most)] {
		short = append(short, shorten(strings.TrimSpace(cell), longest))
	}
	return short
}
