package crm

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// importedRow is what a row of a file says about a contact.
type importedRow struct {
	no       int64    // as a spreadsheet shows it
	cells    []string // as they came
	id       ContactID
	contact  Contact
	given    []string // the names of the fields that the row fills
	blank    []string // of those that it could fill, and doesn't
	tags     []string
	segments []SegmentID
	marks    []DoNotContact
}

// Reject is a row that was not imported.
type Reject struct {
	RowNo  int64 // as a spreadsheet shows it
	Reason domain.Kept
	Raw    []string // its cells
}

// rowReader turns cells into what they say. It changes nothing, so that it may read ahead.
type rowReader struct {
	columns  []ImportColumn
	settings ImportSettings
	defs     importFields
	required []Field                    // of new contacts
	defaults map[string]any             // of new contacts
	unique   []string                   // columns of which no two contacts share the value, besides the email address
	owners   map[string]identity.UserID // by email address in small letters
	lists    map[string]SegmentID       // by name and alias in small letters
	origin   string                     // of do-not-contact marks
	zone     *time.Location             // of times that name none
}

// know sorts out what is required and given to new contacts.
func (r *rowReader) know(defs importFields) {
	r.defs, r.defaults = defs, map[string]any{}
	for _, column := range r.columns {
		if alias, custom := cutCustom(column.Field); custom && defs[alias].IsUnique {
			r.unique = append(r.unique, column.Field)
		}
	}
	for _, alias := range sortedNames(defs) {
		field := defs[alias]
		if field.IsRequired {
			r.required = append(r.required, field)
		}
		if field.Default != nil {
			r.defaults[alias] = field.Default
		}
	}
}

// requires says whether a field must not be emptied.
func (r *rowReader) requires(name string) bool {
	alias, custom := cutCustom(name)
	return custom && r.defs[alias].IsRequired
}

// read reads the cells of a row. The problem is a sentence, or nil.
func (r *rowReader) read(no int64, cells []string) (row importedRow, problem *domain.Phrase) {
	row = importedRow{no: no, cells: slices.Clone(cells)}
	for i, column := range r.columns {
		cell := strings.TrimSpace(cells[i])
		switch {
		case column.Field == "":
		case cell == "":
			row.blank = append(row.blank, column.Field)
		default:
			if problem := r.take(&row, column, cell); problem != nil {
				return row, domain.Say("%s: %s", columnName(column, i), problem)
			}
		}
	}
	custom := row.contact.Fields
	row.contact.Fields = nil
	if err := row.contact.normalize(nil); err != nil {
		return row, r.columnSentence(err)
	}
	row.contact.Fields = custom
	return row, nil
}

// columnName names a column as people find it.
func columnName(column ImportColumn, i int) *domain.Phrase {
	if column.Header != "" {
		return domain.Say("Column “%s”", column.Header)
	}
	return domain.Say("Column %d", i+1)
}

// take puts a cell where its column belongs.
func (r *rowReader) take(row *importedRow, column ImportColumn, cell string) (problem *domain.Phrase) {
	alias, custom := strings.CutPrefix(column.Field, importCustom)
	if (column.Field == "phone" || r.defs[alias].Type == FieldTel) && shortenedNumber.MatchString(cell) {
		return domain.Say("A spreadsheet has shortened the number to “%s”. Format the column as text there, and save the file again.", shorten(cell, 20))
	}
	if custom {
		value, problem := cellValue(r.defs[alias], cell, r.settings.DateOrder, r.zone)
		if problem == nil && value != nil {
			if row.contact.Fields == nil {
				row.contact.Fields = make(map[string]any, len(r.columns))
			}
			row.contact.Fields[alias] = value
			row.given = append(row.given, column.Field)
		}
		return problem
	}
	if text := row.contact.text(column.Field); text != nil && column.Field != importLocale {
		*text = &cell
		row.given = append(row.given, column.Field)
		return nil
	}
	switch column.Field {
	case importName:
		return takeName(row, cell)
	case importLocale:
		return takeLocale(row, cell)
	case importChannel:
		return takeChannel(row, cell)
	case importPoints:
		return takePoints(row, cell)
	case importID:
		return takeID(row, cell)
	case importTags:
		return takeTags(row, cell)
	case importSegments:
		return r.takeSegments(row, cell)
	case importOwner:
		return r.takeOwner(row, cell)
	case importCreated:
		return r.takeCreated(row, cell)
	}
	return r.takeMark(row, column.Field, cell)
}

// takeName cuts a full name: behind a comma stands the first name, otherwise the last word is the last name.
func takeName(row *importedRow, cell string) *domain.Phrase {
	first, last := cell, ""
	if surname, given, comma := strings.Cut(cell, ","); comma && strings.TrimSpace(given) != "" {
		first, last = strings.TrimSpace(given), strings.TrimSpace(surname)
	} else if space := strings.LastIndexByte(cell, ' '); space > 0 {
		first, last = strings.TrimSpace(cell[:space]), cell[space+1:]
	}
	row.contact.Firstname, row.given = &first, append(row.given, "firstname")
	if last != "" {
		row.contact.Lastname, row.given = &last, append(row.given, "lastname")
	}
	return nil
}

func takeLocale(row *importedRow, cell string) *domain.Phrase {
	tag, err := language.Parse(cell)
	if err != nil || tag == language.Und || len(tag.String()) > 35 {
		return domain.Say("There is no language “%s”. Write it like de or pt-BR.", shorten(cell, 40))
	}
	name := tag.String()
	row.contact.Locale, row.given = &name, append(row.given, importLocale)
	return nil
}

func takeChannel(row *importedRow, cell string) *domain.Phrase {
	channel := Channel(strings.ToLower(cell))
	if !slices.Contains(Channels, channel) {
		return domain.Say("“%s” is not a channel. Write email, sms or push.", shorten(cell, 40))
	}
	row.contact.PreferredChannel, row.given = &channel, append(row.given, importChannel)
	return nil
}

func takePoints(row *importedRow, cell string) *domain.Phrase {
	points, err := strconv.ParseInt(cell, 10, 32)
	if err != nil {
		return domain.Say("“%.50s” is not a whole number.", cell)
	}
	row.contact.Points, row.given = int(points), append(row.given, importPoints)
	return nil
}

func takeID(row *importedRow, cell string) *domain.Phrase {
	id, err := strconv.ParseInt(cell, 10, 64)
	if err != nil || id < 1 {
		return domain.Say("“%.50s” is not the number of a contact.", cell)
	}
	row.id = ContactID(id)
	return nil
}

func takeTags(row *importedRow, cell string) *domain.Phrase {
	tags, err := normalTags(importTags, names(cell))
	if err != nil {
		return domain.PhraseOf(err)
	}
	row.tags = tags
	return nil
}

func (r *rowReader) takeSegments(row *importedRow, cell string) *domain.Phrase {
	for _, name := range names(cell) {
		segment, known := r.lists[strings.ToLower(strings.TrimSpace(name))]
		if !known {
			return domain.Say("There is no segment “%s”.", shorten(strings.TrimSpace(name), 60))
		}
		if !slices.Contains(row.segments, segment) {
			row.segments = append(row.segments, segment)
		}
	}
	return nil
}

func (r *rowReader) takeOwner(row *importedRow, cell string) *domain.Phrase {
	owner, known := r.owners[strings.ToLower(cell)]
	if !known {
		return domain.Say("Nobody of your team has the email address “%s”.", shorten(cell, 80))
	}
	row.contact.OwnerID, row.given = &owner, append(row.given, importOwner)
	return nil
}

func (r *rowReader) takeCreated(row *importedRow, cell string) *domain.Phrase {
	moment, ok := readMoment(cell, r.settings.DateOrder, r.zone)
	switch {
	case !ok:
		return domain.Say("“%s” is not a date. Write it like 2026-03-31, or choose another order of dates.", shorten(cell, 40))
	case moment.After(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)):
		return domain.Say("This date is too far away.")
	}
	row.contact.CreatedAt = moment
	return nil
}

var markChannels = map[string]Channel{importDoNotEmail: Email, importDoNotSMS: SMS, importDoNotPush: Push}

// takeMark reads a yes, a no or a reason. A no never takes a mark away that is there: the file may be older.
func (r *rowReader) takeMark(row *importedRow, field, cell string) *domain.Phrase {
	word := strings.ToLower(cell)
	reason, named := cellReasons[word]
	switch {
	case slices.Contains(cellNo, word):
		return nil
	case slices.Contains(cellYes, word):
		reason = Manual
	case !named:
		return domain.Say("“%s” is neither yes nor no, nor one of unsubscribed, bounced and manual.", shorten(cell, 40))
	}
	row.marks = append(row.marks, DoNotContact{Channel: markChannels[field], Reason: reason, Origin: r.origin})
	return nil
}

// columnSentence says what is wrong with a row in words that name the column.
func (r *rowReader) columnSentence(err error) *domain.Phrase {
	found, ours := errors.AsType[*domain.Error](err)
	if !ours {
		return domain.Quote(err.Error())
	}
	for i, column := range r.columns {
		if column.Field == found.Field || column.Field == importName && (found.Field == "firstname" || found.Field == "lastname") {
			return domain.Say("%s: %s", columnName(column, i), found.Phrase())
		}
	}
	return found.Phrase()
}
