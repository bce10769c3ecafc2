package crm

import (
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
)

// fieldsOf are custom fields of these types, as an organization has defined them.
func fieldsOf(types map[string]FieldType) importFields {
	fields := importFields{}
	for alias, kind := range types {
		fields[alias] = Field{Alias: alias, Label: strings.ToUpper(alias[:1]) + alias[1:], Type: kind, IsPublished: true}
	}
	return fields
}

func TestColumnsAreGuessedByName(t *testing.T) {
	t.Parallel()
	headers := []string{"E-Mail Address", "First Name", "NACHNAME", "Firma", "Handy-Nr.", "Mobile", "E-mail", "Schuhgröße", "Do not contact", "Colour", "Name"}
	want := []string{"email", "firstname", "lastname", "company", "phone", "", "", "", "doNotEmail", "fields.colour", ""}
	for i, column := range guessColumns(headers, nil, fieldsOf(map[string]FieldType{"colour": FieldText})) {
		if column.Field != want[i] {
			t.Errorf("%q was taken for %q, want %q", column.Header, column.Field, want[i])
		}
	}
}

func TestColumnsAreGuessedByWhatTheyHold(t *testing.T) {
	t.Parallel()
	rows := [][]string{
		{"anna@example.com", "+49 30 901820", "31.12.2025", "ja", "Deutschland", "12,5", "www.example.com", "no address", "Anna"},
		{"ben@example.com", "(030) 901821", "1.2.2026", "nein", "FR", "7", "https://example.com/b", "", "Ben"},
	}
	headers := []string{"A", "B", "C", "D", "E", "F", "G", "Email", "H"}
	columns := guessColumns(headers, rows, nil)
	want := []string{":unknown", "phone:likely", ":unknown", ":unknown", ":unknown", ":unknown", ":unknown", "email:check", ":unknown"}
	types := []FieldType{FieldEmail, FieldTel, FieldDate, FieldBoolean, FieldCountry, FieldNumber, FieldURL, FieldText, FieldText}
	for i, column := range columns {
		if got := column.Field + ":" + string(column.Sure); got != want[i] {
			t.Errorf("column %s was taken for %s, want %s", headers[i], got, want[i])
		}
		if got := suggestNew(headers[i], i, columnOf(rows, i)); got.Type != types[i] {
			t.Errorf("column %s would make a field of type %s, want %s", headers[i], got.Type, types[i])
		}
	}
	if got := guessColumns(headers[:7], rows, nil)[0]; got.Field != "email" || got.Sure != LikelyByCells {
		t.Errorf("a column of addresses was taken for %+v", got)
	}
}

func TestTheOrderOfDatesIsGuessed(t *testing.T) {
	t.Parallel()
	for _, file := range []struct {
		want  DateOrder
		dates []string
	}{
		{DayFirst, []string{"03/04/2026", "31/12/2025"}},
		{DayFirst, []string{"2026-03-04", "03/04/2026"}},
		{MonthFirst, []string{"03/04/2026", "12/31/2025"}},
		{MonthFirst, []string{"2026-03-04", "2026-03-05", "12/31/2025"}}, // one column of each
		{YearFirst, []string{"2026-03-04"}},
	} {
		if got := guessDateOrder(file.dates); got != file.want {
			t.Errorf("%v: got %s, want %s", file.dates, got, file.want)
		}
	}
	for _, one := range []struct{ text, order, want string }{
		{"03/04/2026", "dmy", "2026-04-03"},
		{"03/04/2026", "mdy", "2026-03-04"},
		{"3.4.26", "mdy", "2026-04-03"},
		{"26/04/03", "ymd", "2026-04-03"},
		{"2026/4/3", "mdy", "2026-04-03"},
		{"31/12/99 14:05", "dmy", "1999-12-31 14:05"},
		{"13/13/2026", "dmy", "13/13/2026"},
		{"tomorrow", "dmy", "tomorrow"},
	} {
		if got := unorderedDate(one.text, DateOrder(one.order)); got != one.want {
			t.Errorf("%s as %s: got %s, want %s", one.text, one.order, got, one.want)
		}
	}
}

func TestNumbersAreReadWhereOneReadingIsPossible(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"1234.5": "1234.5", "1.234,50": "1234.50", "1,234.50": "1234.50", "12,5": "12.5", "1,234": "1,234", "1.234.567": "1234567", "1 234,5": "1234.5", "many": "many",
	} {
		if got := plainNumber(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

func TestReasonsAreGroupedBySentence(t *testing.T) {
	t.Parallel()
	problems := addProblems(nil, []Reject{
		{RowNo: 2, Reason: `Column “Email 2”: “a” is not an email address.`, Raw: []string{"a"}},
		{RowNo: 3, Reason: `Column “Email 2”: “b "x"” is not an email address.`},
		{RowNo: 4, Reason: `The row has 5 cells, but the file has 4 columns.`},
		{RowNo: 5, Reason: `Column “Email 2”: “c” is not an email address.`},
		{RowNo: 6, Reason: `Column “Email 2”: “d” is not an email address.`},
		{RowNo: 7, Reason: `Column “Name”: At most 191 characters are allowed, and these are 10,000.`},
		{RowNo: 8, Reason: `Column “Name”: At most 191 characters are allowed, and these are 200.`},
	})
	var got []string
	for _, problem := range problems {
		got = append(got, problem.Sentence)
	}
	want := []string{
		`Column “Email 2”: … is not an email address.`, "The row has … cells, but the file has … columns.",
		`Column “Name”: At most 191 characters are allowed, and these are more.`,
	}
	if !slices.Equal(got, want) || problems[0].Rows != 4 || len(problems[0].Examples) != 3 || problems[0].Examples[0].Row != 2 {
		t.Errorf("got %q, %+v", got, problems[0])
	}
}

func TestCustomFieldsAreNamedByTheirHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		" Favourite colour ": "fields.favourite_colour",
		"Schuhgröße (EU)":    "fields.schuhgroesse_eu",
		"2nd address":        "fields.field_2nd_address",
		"Name":               "fields.field_name",
		"名前":                 "fields.field",
	} {
		column := ImportColumn{}
		column.mean(ImportColumn{New: &NewField{Label: header, Type: FieldText}})
		if problem := column.check(nil); column.Field != want || problem != nil {
			t.Errorf("%q: got %q, %q, want %q", header, column.Field, problem, want)
		}
	}
}

func TestCellsThatSpreadsheetsSpoiltAreExplained(t *testing.T) {
	t.Parallel()
	reader := rowReader{columns: []ImportColumn{{Header: "Tel", Field: "phone"}, {Header: "Born", Field: "fields.born"}}}
	reader.know(importFields{"born": {Alias: "born", Type: FieldDate}})
	for _, row := range []struct{ phone, born, problem string }{
		{"4.93012E+11", "", `Column “Tel”: A spreadsheet has shortened the number to “4.93012E+11”. Format the column as text there, and save the file again.`},
		{"030 12E", "12/31/1999", `Column “Born”: This is not a date. Write it like 2026-03-31, or choose another order of dates.`},
		{"030 12E", "31/12/1999", ""},
	} {
		if _, problem := reader.read(2, []string{row.phone, row.born}); problem.String() != row.problem {
			t.Errorf("%s, %s: %s", row.phone, row.born, problem)
		}
	}
}

func TestWhatStandsBeforeTheHeaderIsPassedOver(t *testing.T) {
	t.Parallel()
	for _, head := range []string{"sep=;\n", "SEP=;\r\n", "\"sep=;\"\r\n", ";;\r\n", "\n ;;\n\n;\n", "sep=;\n;;\n"} {
		imp, err := readHead([]byte(head+"email;note\nanna@example.com;a,b,c\n"), true, headChoice{})
		if err != nil || len(imp.Columns) != 2 || imp.Columns[0].Header != "email" || imp.Settings.Delimiter != ";" {
			t.Errorf("after %q: %+v, %v", head, imp.Columns, err)
		}
	}
	if _, err := readHead([]byte(";;\n ;\n"), true, headChoice{}); err == nil || !strings.HasSuffix(err.Error(), "The file has no rows.") {
		t.Errorf("a file of blank rows: %v", err)
	}
}

func TestATitleAboveTheHeaderIsNoticed(t *testing.T) {
	t.Parallel()
	const rows = "Vorname;E-Mail;Note\nAnna;anna@example.com;a,b\n"
	for head, want := range map[string]int{
		"Export of 3 March, 2026\n":              2,
		"Export of 3 March;;\n\nAll of them;;\n": 4,
		"\"Kunden, alle\"\r\n":                   2,
		"":                                       0,
		"Name;Phone;Note\n":                      0, // names columns itself
		"anna@example.com;1;2\n":                 0, // a contact

		strings.Repeat("Heading\n", titleLines+1): 0,

		"Heading\nVorname;E-Mail;Note;Too wide for it\n": 3,
	} {
		imp, err := readHead([]byte(head+rows), true, headChoice{})
		if err != nil || imp.Settings.LikelyHeader != want || imp.Settings.HeaderLine != 0 {
			t.Errorf("%q: the header seems to be in line %d, %v, want %d", head, imp.Settings.LikelyHeader, err, want)
		}
		if want == 0 {
			continue
		}
		imp, err = readHead([]byte(head+rows), true, headChoice{line: want})
		if err != nil || len(imp.Columns) != 3 || imp.Columns[1].Header != "E-Mail" || imp.Settings.Delimiter != ";" || imp.Settings.LikelyHeader != 0 {
			t.Fatalf("%q from line %d: %+v, %v", head, want, imp, err)
		}
		if got := headRows(imp, []byte(head+rows)); len(got) != 1 || got[0][1] != "anna@example.com" || imp.NextRow != int64(want)+1 {
			t.Errorf("%q from line %d: rows %q from row %d", head, want, got, imp.NextRow)
		}
	}
	if _, err := readHead([]byte(rows), true, headChoice{line: 9}); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("a line that is not there: %v", err)
	}
}
