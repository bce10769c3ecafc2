package crm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// maxImportColumns bounds the width of a file.
const maxImportColumns = 200

// ImportColumn is a column of a file and the field it fills.
type ImportColumn struct {
	Header string    `json:"header"`
	Field  string    `json:"field"` // one of ImportFields, "fields." and an alias, or "" to leave it out
	Sure   Sureness  `json:"sure,omitempty"`
	New    *NewField `json:"new,omitempty"` // Field names a custom field that the start is to make
}

// NewField is a custom field that an import makes.
type NewField struct {
	Label string    `json:"label"`
	Type  FieldType `json:"type"`
}

// Sureness says where the meaning of a column comes from.
type Sureness string

// How sure it is what a column means.
const (
	SureByName    Sureness = "sure"    // its name says it, and its cells don't contradict
	SureByPerson  Sureness = "chosen"  // somebody chose it
	SureByMemory  Sureness = "last"    // it was so in the last file with these columns
	LikelyByCells Sureness = "likely"  // its cells look like it
	Doubtful      Sureness = "check"   // its name says one thing and its cells another
	Unknown       Sureness = "unknown" // nothing is known; it is left out
)

// Names of fields that only imports know.
const (
	importName       = "name"       // first and last name in one
	importID         = "id"         // the number of a contact
	importOwner      = "owner"      // the email address of a colleague
	importTags       = "tags"       // names between commas, semicolons or bars; see joinNames
	importSegments   = "segments"   // names or aliases of lists, the same way
	importCreated    = "createdAt"  // since when a new contact is known
	importDoNotEmail = "doNotEmail" // yes, or a reason, forbids to send email
	importDoNotSMS   = "doNotSMS"   // the same for SMS
	importDoNotPush  = "doNotPush"  // the same for push messages
	importLocale     = "locale"     // the language
	importChannel    = "preferredChannel"
	importPoints     = "points"
	importCustom     = "fields." // begins the name of a custom field
)

// ImportFields lists the fields that a column can fill, besides custom fields.
var ImportFields = []string{
	"firstname", "lastname", importName, "email", "phone", "company", "position", importPoints, "stage", "timeZone", importLocale,
	importChannel, importTags, importOwner, importSegments, importDoNotEmail, importDoNotSMS, importDoNotPush, importCreated, importID,
}

// CustomField returns the name of the custom field that a column with this header would fill.
func CustomField(header string) string {
	alias := fieldAlias(header)
	if slices.Contains(reservedAliases, alias) {
		alias = "field_" + alias
	}
	return importCustom + alias[:min(len(alias), maxAlias)]
}

// importFields are the custom fields that columns can fill, by their alias.
type importFields map[string]Field

// importFields returns the published custom fields of org.
func (s *Service) importFields(ctx context.Context, org domain.OrgID) (importFields, error) {
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return nil, err
	}
	fields := importFields{}
	for _, field := range set.Published() {
		fields[field.Alias] = field
	}
	return fields, nil
}

// with adds the fields that columns are going to make.
func (f importFields) with(columns []ImportColumn) importFields {
	all := maps.Clone(f)
	for _, column := range columns {
		if alias, ok := strings.CutPrefix(column.Field, importCustom); ok && column.New != nil {
			all[alias] = Field{Alias: alias, Label: column.New.Label, Type: column.New.Type, Group: GroupCore, IsPublished: true}
		}
	}
	return all
}

// identifies says whether a custom field, named with "fields.", is a unique identifier.
func (f importFields) identifies(name string) bool {
	alias, custom := strings.CutPrefix(name, importCustom)
	return custom && f[alias].IsUnique
}

// NewFieldTypes are the types of the fields that an import can make: those that need no choices.
var NewFieldTypes = []FieldType{
	FieldText, FieldTextarea, FieldNumber, FieldBoolean, FieldDate, FieldDatetime, FieldEmail, FieldTel, FieldURL, FieldCountry,
}

// check says what is wrong with a column by itself.
func (c ImportColumn) check(defs importFields) *domain.Phrase {
	alias, custom := strings.CutPrefix(c.Field, importCustom)
	known, exists := defs[alias]
	switch {
	case c.Field == "":
		return nil
	case !custom && !slices.Contains(ImportFields, c.Field):
		return domain.Say("There is no field “%.80s”.", c.Field)
	case !custom:
		return nil
	case c.New == nil && aliasProblem(alias) != nil:
		return aliasProblem(alias)
	case c.New == nil && !exists:
		return domain.Say("There is no custom field %q. Choose another, or create it with this import.", alias)
	case c.New == nil:
		return nil
	case exists:
		return domain.Say("The custom field “%s” exists already: choose it, or give the new one another name.", known.Label)
	case c.New.Label == "":
		return domain.Say("The new field needs a name.")
	case !slices.Contains(NewFieldTypes, c.New.Type):
		return domain.Say("An import can't make fields of the type “%.30s”.", c.New.Type)
	case aliasProblem(alias) != nil:
		return domain.Say("Give the new field another name: this one is taken.")
	}
	return textProblem(c.New.Label, 191)
}

// clashes says what is wrong with what the columns of a file mean, column by column.
func clashes(columns []ImportColumn, defs importFields) domain.Findings {
	var findings domain.Findings
	taken := map[string]int{}
	for i, column := range columns {
		at := fmt.Sprintf("columns[%d]", i)
		if problem := column.check(defs); problem != nil {
			findings.Say(at, problem)
		}
		if other, twice := taken[column.Field]; twice && column.Field != "" {
			findings.Add(at, "The columns %d and %d both fill the field %q.", other+1, i+1, column.Field)
		}
		taken[column.Field] = i
	}
	_, whole := taken[importName]
	for _, part := range []string{"firstname", "lastname"} {
		if at, both := taken[part]; both && whole {
			findings.Add(fmt.Sprintf("columns[%d]", at), "Another column holds the full name already.")
		}
	}
	return findings
}

// checkColumns says what keeps an import from being started.
func (i Import) checkColumns(defs importFields) error {
	findings := clashes(i.Columns, defs)
	i.Settings.check(defs, &findings)
	if err := findings.Err(); err != nil {
		return err
	}
	has := func(field string) bool {
		return slices.ContainsFunc(i.Columns, func(c ImportColumn) bool { return c.Field == field })
	}
	switch match := i.Settings.Match; {
	case match != matchEmail && !has(match):
		return domain.Invalid("match", "Contacts are to be identified by a field that no column fills.")
	case match == matchEmail && i.Settings.Existing == OnlyExisting && !has(matchEmail):
		return domain.Invalid("columns", "Say which column holds the email address: it tells which contacts are meant.")
	}
	for _, field := range []string{"email", "phone", "firstname", "lastname", importName, importID} {
		if has(field) || has(i.Settings.Match) && i.Settings.Match != matchEmail {
			return nil
		}
	}
	return domain.Invalid("columns", "Say which column holds the email address, the phone number or the name.")
}
