package crm

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mauntic/mauntic/domain"
)

// maxImportColumns bounds the width of a file.
const maxImportColumns = 200

// ImportColumn is a column of a file and the field it fills.
type ImportColumn struct {
	Header string `json:"header"`
	Field  string `json:"field"` // one of ImportFields, "fields." and an alias, or "" to leave it out
}

// Names of fields that only imports know.
const (
	importTags       = "tags"             // names between commas, semicolons or bars
	importDoNotEmail = "doNotEmail"       // yes, true, 1, ja or x forbid to send email
	importChannel    = "preferredChannel" // email, sms or push
	importCustom     = "fields."          // begins the name of a custom field
)

// ImportFields lists the fields that a column can fill, besides custom fields.
var ImportFields = []string{
	"firstname", "lastname", "email", "phone", "company", "position", "points", "stage", "timeZone", "locale", importChannel, importTags, importDoNotEmail,
}

// headerWords says which headers mean which field, in small letters without spaces and signs.
var headerWords = map[string][]string{
	"firstname": {"firstname", "forename", "givenname", "first", "vorname", "rufname"},
	"lastname":  {"lastname", "surname", "familyname", "last", "nachname", "familienname", "zuname"},
	"email": {
		"email", "emailaddress", "mail", "mailaddress", "primaryemail", "workemail", "emailadresse", "mailadresse", "leademail", "contactemail",
	},
	"phone": {
		"phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "cellphone",
		"telefon", "telefonnummer", "handy", "handynummer", "mobil", "mobilnummer", "mobiltelefon", "rufnummer",
	},
	"company":        {"company", "companyname", "organization", "organisation", "employer", "firma", "firmenname", "unternehmen", "primarycompany"},
	"position":       {"position", "jobtitle", "title", "role", "job", "funktion", "beruf", "stelle", "berufsbezeichnung"},
	"points":         {"points", "score", "leadscore", "punkte"},
	"stage":          {"stage", "lifecyclestage", "phase", "stufe"},
	"timeZone":       {"timezone", "zeitzone"},
	"locale":         {"locale", "language", "lang", "preferredlocale", "sprache"},
	importChannel:    {"preferredchannel", "bevorzugterkanal"},
	importTags:       {"tags", "tag", "labels", "schlagworte", "schlagwörter", "stichworte"},
	importDoNotEmail: {"donotemail", "donotcontact", "unsubscribed", "optout", "emailoptout", "abgemeldet", "nichtkontaktieren"},
}

// guessColumns says for each header which field it probably fills. A field is given once.
func guessColumns(headers []string) []ImportColumn {
	columns := make([]ImportColumn, len(headers))
	taken := map[string]bool{}
	for i, header := range headers {
		columns[i].Header = header
		for field, words := range headerWords {
			if !taken[field] && slices.Contains(words, squeeze(header)) {
				columns[i].Field, taken[field] = field, true
			}
		}
	}
	return columns
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

// CustomField returns the name of the custom field that a column with this header would fill.
func CustomField(header string) string {
	alias := fieldAlias(header)
	if slices.Contains(reservedAliases, alias) {
		alias = "field_" + alias
	}
	return importCustom + alias[:min(len(alias), maxAlias)]
}

// checkColumns says what is wrong with what the columns of a file mean.
func checkColumns(columns []ImportColumn, set FieldSet) error {
	var findings domain.Findings
	taken := map[string]int{}
	for i, column := range columns {
		at := fmt.Sprintf("columns[%d]", i)
		alias, custom := strings.CutPrefix(column.Field, importCustom)
		switch {
		case column.Field == "":
			continue
		case custom && !set.defined(alias):
			findings.Add(at, "%s", set.unknown(alias).Message)
		case !custom && !slices.Contains(ImportFields, column.Field):
			findings.Add(at, "There is no field %.80q.", column.Field)
		}
		if other, twice := taken[column.Field]; twice {
			findings.Add(at, "The columns %d and %d both fill the field %q.", other+1, i+1, column.Field)
		}
		taken[column.Field] = i
	}
	if err := findings.Err(); err != nil {
		return err
	}
	for _, field := range []string{"email", "phone", "firstname", "lastname"} {
		if _, ok := taken[field]; ok {
			return nil
		}
	}
	return domain.Invalid("columns", "Say which column holds the email address, the phone number or the name.")
}
