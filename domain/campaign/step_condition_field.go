package campaign

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain/crm"
)

// timely are the types of fields whose values follow one another in time; as they are kept, their
// texts are in that order.
var timely = []crm.FieldType{crm.FieldDate, crm.FieldDatetime, crm.FieldTime}

// exact are the types whose values can be written in several ways: yes, true and 1 are the same.
var exact = []crm.FieldType{
	crm.FieldSelect, crm.FieldMultiselect, crm.FieldBoolean, crm.FieldNumber, crm.FieldDate, crm.FieldDatetime, crm.FieldTime,
	crm.FieldCountry, crm.FieldLocale,
}

// ordered says whether the operator compares with a value of the field, and not with any text.
func (o operator) ordered(field crm.Field) bool {
	switch o.name {
	case "equals", "not_equals":
		return slices.Contains(exact, field.Type)
	case "contains", "not_contains":
		return field.Type == crm.FieldMultiselect
	}
	return o.numeric && slices.Contains(timely, field.Type)
}

// compareField compares a custom field by its type: yes with true, days with days, and what a
// multiple choice contains with its members.
func (s Condition) compareField(set crm.FieldSet, field crm.Field, value any) bool {
	op, ok := s.operator()
	if !ok {
		return false
	}
	have, want := field.Text(value), s.Value
	if wanted, err := set.Value(field.Alias, s.Value); err == nil && op.ordered(field) {
		want = field.Text(wanted)
	}
	switch {
	case field.Type == crm.FieldMultiselect && strings.HasSuffix(op.name, "contains"):
		return chosen(have, want) != strings.HasPrefix(op.name, "not_")
	case op.numeric && op.ordered(field):
		return have != "" && (cmp.Compare(have, want) > 0) == (op.name == "greater") && have != want
	}
	return op.holds(strings.ToLower(have), strings.ToLower(want))
}

// chosen says whether all of the wanted options are among those of the contact.
func chosen(have, want string) bool {
	members := strings.Split(have, "|")
	for wanted := range strings.SplitSeq(want, "|") {
		if !slices.Contains(members, wanted) {
			return false
		}
	}
	return true
}
