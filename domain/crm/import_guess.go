package crm

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// guessRows is how many rows of a file are looked at to guess what its columns mean.
const guessRows = 200

// content is what the cells of a column look like.
type content string

const (
	contentNone    content = ""
	contentEmail   content = "email"
	contentPhone   content = "phone"
	contentDate    content = "date"
	contentYesNo   content = "yesno"
	contentNumber  content = "number"
	contentURL     content = "url"
	contentCountry content = "country"
	contentLong    content = "long"
	contentText    content = "text"
)

var (
	phonePattern  = regexp.MustCompile(`^(\+|0|\()[\d ()/.\-]{6,22}$`)
	numberCell    = regexp.MustCompile(`^-?\d{1,12}([.,]\d+)?$`)
	addressOfPage = regexp.MustCompile(`^(https?://|www\.)\S+\.\S+$`)
)

// looks are asked in turn; the first that most cells answer to wins.
var looks = []struct {
	content content
	matches func(cell string) bool
}{
	{contentEmail, func(cell string) bool { return strings.Contains(cell, "@") && looksLikeData(cell) }},
	{contentURL, addressOfPage.MatchString},
	{contentYesNo, func(cell string) bool {
		cell = strings.ToLower(cell)
		return slices.Contains(cellYes, cell) || slices.Contains(cellNo, cell)
	}},
	{contentDate, func(cell string) bool {
		if len(cell) < 6 || !strings.ContainsAny(cell, "0123456789") {
			return false
		}
		_, isDate := readMoment(cell, DayFirst, nil)
		_, isAmerican := readMoment(cell, MonthFirst, nil)
		return isDate || isAmerican
	}},
	{contentPhone, phonePattern.MatchString},
	{contentNumber, numberCell.MatchString},
	{contentCountry, func(cell string) bool { return countryWords()[strings.ToLower(cell)] }},
}

// contentOf says what at least four of five cells look like, blank ones aside.
func contentOf(cells []string) content {
	counts := make([]int, len(looks))
	filled, long := 0, 0
	for _, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		filled++
		if utf8.RuneCountInString(cell) > 191 || strings.Contains(cell, "\n") {
			long++
		}
		for i, look := range looks {
			if len(cell) < 200 && look.matches(cell) {
				counts[i]++
			}
		}
	}
	if filled == 0 {
		return contentNone
	}
	for i, look := range looks {
		if counts[i]*5 >= filled*4 {
			return look.content
		}
	}
	if long > 0 {
		return contentLong
	}
	return contentText
}

// countryWords are names of countries in English and German, and their codes of two letters.
var countryWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	english, german := display.English.Regions(), display.German.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() {
				continue
			}
			for _, word := range []string{region.String(), english.Name(region), german.Name(region)} {
				words[strings.ToLower(word)] = true
			}
		}
	}
	return words
})

// fieldType is the type of a new field for such cells.
func (c content) fieldType() FieldType {
	switch c {
	case contentEmail:
		return FieldEmail
	case contentPhone:
		return FieldTel
	case contentDate:
		return FieldDate
	case contentYesNo:
		return FieldBoolean
	case contentNumber:
		return FieldNumber
	case contentURL:
		return FieldURL
	case contentCountry:
		return FieldCountry
	case contentLong:
		return FieldTextarea
	}
	return FieldText
}

// fits says whether a field can be filled by such cells, as far as that can be told.
func (c content) fits(field string) bool {
	if c == contentNone {
		return true
	}
	switch field {
	case "email":
		return c == contentEmail
	case "phone":
		return c == contentPhone || c == contentNumber
	case importPoints:
		return c == contentNumber || c == contentYesNo // nothing but 0 and 1
	case importCreated:
		return c == contentDate
	case "firstname", "lastname", importName, "company":
		return c != contentEmail && c != contentDate && c != contentURL
	}
	return true
}

// guessColumns says for each header which field it probably fills, by its words and by the cells
// below it. A field is given once.
func guessColumns(headers []string, rows [][]string, defs importFields) []ImportColumn {
	columns := make([]ImportColumn, len(headers))
	contents := make([]content, len(headers))
	taken := map[string]bool{}
	for i, header := range headers {
		contents[i] = contentOf(columnOf(rows, i))
		columns[i] = ImportColumn{Header: header, Sure: Unknown}
		field := fieldOfHeader(header, defs)
		if field == "" || taken[field] {
			continue
		}
		taken[field] = true
		columns[i].Field, columns[i].Sure = field, SureByName
		if !contents[i].fits(field) {
			columns[i].Sure = Doubtful
		}
	}
	// A full name beside its parts says nothing new.
	if taken["firstname"] || taken["lastname"] {
		for i := range columns {
			if columns[i].Field == importName {
				columns[i].Field, columns[i].Sure = "", Unknown
			}
		}
	}
	for i, field := range contentFields(contents) {
		if columns[i].Field == "" && field != "" && !taken[field] {
			columns[i].Field, columns[i].Sure, taken[field] = field, LikelyByCells, true
		}
	}
	return columns
}

// contentFields says which core fields cells alone give away.
func contentFields(contents []content) []string {
	fields := make([]string, len(contents))
	for i, c := range contents {
		switch c {
		case contentEmail:
			fields[i] = "email"
		case contentPhone:
			fields[i] = "phone"
		}
	}
	return fields
}

// fieldOfHeader returns the field that a header names: a core field, or a custom one by alias or label.
func fieldOfHeader(header string, defs importFields) string {
	word := squeeze(header)
	if word == "" {
		return ""
	}
	for _, field := range ImportFields {
		if slices.Contains(headerWords[field], word) {
			return field
		}
	}
	for _, alias := range sortedNames(defs) {
		if squeeze(alias) == word || squeeze(defs[alias].Label) == word {
			return importCustom + alias
		}
	}
	return ""
}

func columnOf(rows [][]string, i int) []string {
	cells := make([]string, 0, len(rows))
	for _, row := range rows {
		if i < len(row) {
			cells = append(cells, row[i])
		}
	}
	return cells
}

// guessDates looks at the columns of dates for the order of their numbers.
func guessDates(rows [][]string, width int) DateOrder {
	var dates []string
	for i := range width {
		if cells := columnOf(rows, i); contentOf(cells) == contentDate {
			dates = append(dates, cells...)
		}
	}
	return guessDateOrder(dates)
}

// squeeze keeps the letters and digits of a header, in small letters.
func squeeze(header string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
}

// suggestNew returns the custom field that a column would make: named after its header, of the type
// that its cells look like.
func suggestNew(header string, no int, cells []string) NewField {
	label := shorten(strings.TrimSpace(header), 100)
	if label == "" {
		label = "Column " + strconv.Itoa(no+1)
	}
	return NewField{Label: label, Type: contentOf(cells).fieldType()}
}
