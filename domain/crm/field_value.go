package crm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
)

// maxFieldValue is the most characters that the longest texts may have.
const maxFieldValue = 10_000

// normal brings a value into the form in which it is kept, or says in a sentence what is wrong with
// it. Values come as JSON gives them, or as text from forms and files; both go the same way. What
// is empty is nil. Texts without a zone are times of zone.
func (f Field) normal(given any, zone *time.Location) (value any, problem *domain.Phrase) {
	if f.Type == FieldMultiselect {
		return f.normalChoices(given)
	}
	text, problem := plainText(given)
	if problem != nil {
		return nil, problem
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if most := f.longest(); utf8.RuneCountInString(text) > most {
		return nil, domain.Say("At most %s characters are allowed here, and these are %s.", domain.Number(most), domain.Number(utf8.RuneCountInString(text)))
	}
	if !f.Type.ManyLines() && strings.ContainsFunc(text, unicode.IsControl) {
		return nil, domain.Say("Line breaks and control characters are not allowed here.")
	}
	return f.read(text, zone)
}

// plainText writes what JSON calls a text, a number or a truth value as text.
func plainText(given any) (text string, problem *domain.Phrase) {
	switch v := given.(type) {
	case nil:
		return "", nil
	case string:
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
			return "", domain.Say("This is not readable text.")
		}
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", domain.Say("This field holds one value: a text, a number, or true or false.")
}

// read reads a text that is neither empty nor too long, by the type of the field.
func (f Field) read(text string, zone *time.Location) (value any, problem *domain.Phrase) {
	switch f.Type {
	case FieldTextarea, FieldHTML:
		return lineEnds.Replace(text), nil
	case FieldSelect:
		return asAny(f.choice(text))
	case FieldBoolean:
		return f.readBoolean(text)
	case FieldNumber:
		return f.readNumber(text)
	case FieldDate:
		return asAny(readDate(text))
	case FieldDatetime:
		return asAny(readDatetime(text, zone))
	case FieldTime:
		return asAny(readTime(text))
	case FieldEmail, FieldTel, FieldURL, FieldCountry, FieldLocale, FieldTimezone:
		return asAny(readNamed[f.Type](text))
	default: // text, lookup, region
		return text, nil
	}
}

// lineEnds makes line feeds of all ends of lines: a CSV file can't keep a carriage return by itself.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// asAny keeps "" from becoming a value where there is a problem.
func asAny(value string, problem *domain.Phrase) (any, *domain.Phrase) {
	if problem != nil {
		return nil, problem
	}
	return value, nil
}

// longest is how many characters the text of a value may have.
func (f Field) longest() int {
	if f.Settings.Length > 0 {
		return f.Settings.Length
	}
	return f.Type.bound()
}

// bound is the most characters that a type allows, and what it allows when nothing else is set.
func (t FieldType) bound() int {
	switch t {
	case FieldTextarea, FieldHTML, FieldMultiselect:
		return maxFieldValue
	case FieldURL:
		return 2_000
	case FieldEmail:
		return 254
	case FieldTel:
		return 64
	}
	return 191
}

// ManyLines says whether values may have line breaks.
func (t FieldType) ManyLines() bool { return t == FieldTextarea || t == FieldHTML }

// isText says whether values are free texts, so that any of these types can take over the values of another.
func (t FieldType) isText() bool {
	return slices.Contains([]FieldType{FieldText, FieldTextarea, FieldHTML, FieldLookup, FieldRegion}, t)
}

// HasOptions says whether the type offers values to choose from.
func (t FieldType) HasOptions() bool {
	return t == FieldSelect || t == FieldMultiselect || t == FieldLookup
}

// Text writes a value as a text that gives the same value back: for files, forms and comparisons.
func (f Field) Text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		return strings.Join(texts(v), "|")
	}
	return fmt.Sprint(value)
}

// texts are the members of a list that are texts, as those of a multiselect are.
func texts(list []any) []string {
	all := make([]string, 0, len(list))
	for _, member := range list {
		if text, ok := member.(string); ok {
			all = append(all, text)
		}
	}
	return all
}
