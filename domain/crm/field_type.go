package crm

// FieldType says what a custom field holds. The types are Mautic's.
type FieldType string

// The types of custom fields.
const (
	FieldText        FieldType = "text"
	FieldTextarea    FieldType = "textarea"
	FieldHTML        FieldType = "html"
	FieldLookup      FieldType = "lookup" // free text with suggestions
	FieldSelect      FieldType = "select"
	FieldMultiselect FieldType = "multiselect"
	FieldBoolean     FieldType = "boolean"
	FieldNumber      FieldType = "number"
	FieldDate        FieldType = "date"
	FieldDatetime    FieldType = "datetime"
	FieldTime        FieldType = "time"
	FieldEmail       FieldType = "email"
	FieldTel         FieldType = "tel"
	FieldURL         FieldType = "url"
	FieldCountry     FieldType = "country"
	FieldRegion      FieldType = "region"
	FieldLocale      FieldType = "locale"
	FieldTimezone    FieldType = "timezone"
)

// FieldGroup is a heading under which forms show a field.
type FieldGroup string

// FieldTypes lists the types in the order in which they are offered.
var FieldTypes = []FieldType{
	FieldText, FieldTextarea, FieldNumber, FieldSelect, FieldMultiselect, FieldBoolean, FieldDate, FieldDatetime, FieldTime,
	FieldEmail, FieldTel, FieldURL, FieldLookup, FieldCountry, FieldRegion, FieldLocale, FieldTimezone, FieldHTML,
}

// The groups of fields, in the order of forms.
const (
	GroupCore         FieldGroup = "core"
	GroupSocial       FieldGroup = "social"
	GroupPersonal     FieldGroup = "personal"
	GroupProfessional FieldGroup = "professional"
)

// FieldGroups lists the groups in the order of forms.
var FieldGroups = []FieldGroup{GroupCore, GroupSocial, GroupPersonal, GroupProfessional}
