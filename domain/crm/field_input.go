package crm

import (
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of definitions.
const (
	maxFields   = 100 // in an organization
	maxLabel    = 191 // characters
	maxHint     = 500
	maxOptions  = 500
	maxDecimals = 6
	// maxIndexed is how long values may be that are found by an index: its entries end at 2,700 bytes.
	maxIndexed = 500
)

// FieldInput is a new definition. Only label and type are needed.
type FieldInput struct {
	Alias               string // made from the label when empty
	Label               string
	Type                FieldType
	Group               FieldGroup // core when empty
	Hint                string
	Options             []FieldOption // a label that is empty is the value
	Settings            FieldSettings
	Default             any // as JSON or text
	IsRequired          bool
	IsUnique            bool
	IsPubliclyUpdatable bool
	IsIndexed           bool
	IsPublished         *bool // nil: yes
}

// field returns the definition in its normal form, or what is wrong with it.
func (in FieldInput) field(zone *time.Location) (Field, error) {
	f := Field{
		Alias: strings.TrimSpace(in.Alias), Label: in.Label, Type: in.Type, Group: in.Group, Hint: in.Hint, Options: in.Options,
		Settings: in.Settings, Default: in.Default, IsRequired: in.IsRequired, IsUnique: in.IsUnique,
		IsPubliclyUpdatable: in.IsPubliclyUpdatable, IsIndexed: in.IsIndexed, IsPublished: in.IsPublished == nil || *in.IsPublished,
	}
	if f.Alias == "" {
		f.Alias = fieldAlias(in.Label)
	}
	if f.Group == "" {
		f.Group = GroupCore
	}
	var findings domain.Findings
	if problem := aliasProblem(f.Alias); problem != nil {
		findings.Say("alias", problem)
	}
	err := f.normalize(findings, zone)
	return f, err
}

// FieldPatch changes a definition. What is nil stays; the alias always does.
type FieldPatch struct {
	Label               *string
	Type                *FieldType
	Group               *FieldGroup
	Hint                *string
	Options             *[]FieldOption
	Settings            *FieldSettings
	Default             *any // a pointer to nil removes it
	IsRequired          *bool
	IsUnique            *bool
	IsPubliclyUpdatable *bool
	IsIndexed           *bool
	IsPublished         *bool
}

func (p FieldPatch) apply(f Field, zone *time.Location) (Field, error) {
	set(&f.Label, p.Label)
	set(&f.Type, p.Type)
	set(&f.Group, p.Group)
	set(&f.Hint, p.Hint)
	set(&f.Options, p.Options)
	set(&f.Settings, p.Settings)
	set(&f.Default, p.Default)
	set(&f.IsRequired, p.IsRequired)
	set(&f.IsUnique, p.IsUnique)
	set(&f.IsPubliclyUpdatable, p.IsPubliclyUpdatable)
	set(&f.IsIndexed, p.IsIndexed)
	set(&f.IsPublished, p.IsPublished)
	err := f.normalize(nil, zone)
	return f, err
}

func set[T any](target, value *T) {
	if value != nil {
		*target = *value
	}
}

// normalize brings a definition into its normal form and says what is wrong with it, besides what
// was found already. What its type does not know is dropped.
func (f *Field) normalize(findings domain.Findings, zone *time.Location) error {
	f.Label, f.Hint = strings.TrimSpace(f.Label), strings.TrimSpace(f.Hint)
	if f.Label == "" {
		findings.Add("label", "Give the field a label.")
	} else if problem := textProblem(f.Label, maxLabel); problem != nil {
		findings.Say("label", problem)
	}
	if problem := textProblem(f.Hint, maxHint); problem != nil {
		findings.Say("hint", problem)
	}
	if !slices.Contains(FieldGroups, f.Group) {
		findings.Add("group", "There is no group %.40q of fields.", f.Group)
	}
	if !slices.Contains(FieldTypes, f.Type) {
		findings.Add("type", "There is no type %.40q of fields.", f.Type)
		return findings.Err()
	}
	f.normalizeOptions(&findings)
	f.normalizeSettings(&findings)
	f.checkIndexes(&findings)
	if len(findings) == 0 {
		value, problem := f.normal(f.Default, zone)
		if problem != nil {
			findings.Say("default", problem)
		}
		f.Default = value
	}
	if f.Default != nil && f.IsUnique {
		findings.Add("default", "A field that identifies contacts has no default: they would all have the same value.")
	}
	return findings.Err()
}

func (f *Field) normalizeOptions(findings *domain.Findings) {
	options := make([]FieldOption, 0, len(f.Options))
	if !f.Type.HasOptions() {
		f.Options = options
		return
	}
	seen := map[string]bool{}
	for _, option := range f.Options {
		option.Value, option.Label = strings.TrimSpace(option.Value), strings.TrimSpace(option.Label)
		if option.Value == "" {
			option.Value = option.Label
		}
		if option.Label == "" {
			option.Label = option.Value
		}
		key := strings.ToLower(option.Value)
		switch problem := textProblem(option.Value+option.Label, 2*maxLabel); {
		case option.Value == "":
			findings.Add("options", "An option needs a value.")
		case problem != nil:
			findings.Add("options", "“%s”: %s", shorten(option.Value, 60), problem)
		case strings.ContainsAny(option.Value, "|"):
			findings.Add("options", "“%s”: a value can't contain the sign |, which stands between several.", shorten(option.Value, 60))
		case seen[key]:
			findings.Add("options", "The option “%s” is there twice.", shorten(option.Value, 60))
		}
		seen[key] = true
		options = append(options, option)
	}
	switch {
	case len(options) > maxOptions:
		findings.Add("options", "At most %d options are possible, and these are %s.", maxOptions, domain.Number(len(options)))
	case len(options) == 0 && f.Type != FieldLookup:
		findings.Add("options", "Add at least one option to choose from.")
	}
	f.Options = options
}

func (f *Field) normalizeSettings(findings *domain.Findings) {
	var kept FieldSettings
	switch {
	case f.Type == FieldBoolean:
		kept.Yes, kept.No = strings.TrimSpace(f.Settings.Yes), strings.TrimSpace(f.Settings.No)
		if problem := textProblem(kept.Yes+kept.No, maxLabel); problem != nil {
			findings.Say("settings.yes", problem)
		}
		labelled := Field{Settings: kept}
		yes, no := labelled.yesNo()
		if strings.EqualFold(yes, no) || slices.Contains(noWords, strings.ToLower(yes)) || slices.Contains(yesWords, strings.ToLower(no)) {
			findings.Add("settings.yes", "The words for yes and no must be different and mean what they say.")
		}
	case f.Type == FieldNumber:
		kept.Decimals = f.Settings.Decimals
		if kept.Decimals < 0 || kept.Decimals > maxDecimals {
			findings.Add("settings.decimals", "A number has between 0 and %d decimals.", maxDecimals)
		}
	case f.Type.isText() || f.Type == FieldURL:
		kept.Length = f.Settings.Length
		most := f.Type.bound()
		if f.Type.isText() && !f.Type.ManyLines() {
			most = maxIndexed
		}
		if kept.Length < 0 || kept.Length > most {
			findings.Add("settings.length", "The longest value has between 1 and %s characters.", domain.Number(most))
		}
	}
	f.Settings = kept
}

// identifying types are those whose values can tell contacts apart.
var identifying = []FieldType{FieldText, FieldLookup, FieldNumber, FieldEmail, FieldTel, FieldURL}

func (f *Field) checkIndexes(findings *domain.Findings) {
	if f.IsUnique && !slices.Contains(identifying, f.Type) {
		findings.Add("isUnique", "Only texts of one line, numbers, email addresses, phone numbers and web addresses can identify contacts.")
		return
	}
	if f.IsIndexed && (f.Type.ManyLines() || f.Type == FieldMultiselect) {
		findings.Add("isIndexed", "Long texts and multiple choices can't be indexed.")
		return
	}
	if (f.IsUnique || f.IsIndexed) && f.longest() > maxIndexed {
		findings.Add("settings.length", "Values that identify contacts or are indexed have at most %d characters: set the longest value.", maxIndexed)
	}
}

// distinct refuses a field that people or programs would mistake for one that is there.
func (s FieldSet) distinct(f Field) error {
	for _, other := range s.fields {
		if other.Alias == f.Alias {
			conflict := domain.Conflict("The field “%s” has the alias %s already.", other.Label, other.Alias)
			conflict.Field = "alias"
			return conflict
		}
	}
	return nil
}
