package crm

import (
	"bytes"
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// titleLines is how many lines may stand above the names of the columns for these to be noticed.
const titleLines = 10

// likelyHeader says in which line of a file the names of its columns seem to stand, when its first row is
// none of them but a title: two cells or more, one of which names a field that contacts have, above a row
// of as many. 0: the first row may well be the header, or nothing looks like one.
func likelyHeader(text []byte, first []string) int {
	if slices.ContainsFunc(first, looksLikeData) || namesField(first) {
		return 0
	}
	rest := text
	for line := 2; line <= titleLines+1; line++ {
		if _, rest, _ = bytes.Cut(rest, []byte("\n")); len(rest) == 0 {
			return 0
		}
		reader := csvReader(bytes.NewReader(rest), rune(guessDelimiter(rest)[0]))
		cells, err := reader.Read()
		if err != nil || len(cells) < 2 || slices.ContainsFunc(cells, looksLikeData) || !namesField(cells) {
			continue
		}
		if at, _ := reader.FieldPos(0); at != 1 { // this line is blank
			continue
		}
		if below, err := reader.Read(); err == nil && len(below) == len(cells) {
			return line
		}
	}
	return 0
}

// namesField says whether one of the cells is what people call a field that every contact has.
func namesField(cells []string) bool {
	return slices.ContainsFunc(cells, func(cell string) bool { return fieldOfHeader(cell, nil) != "" })
}

// fromLine leaves out what stands above a line.
func fromLine(text []byte, line int) ([]byte, error) {
	for range max(line-1, 0) {
		if _, text, _ = bytes.Cut(text, []byte("\n")); len(text) == 0 {
			return nil, domain.Invalid("headerLine", "The file has no line %d, or not near its beginning.", line)
		}
	}
	return text, nil
}
