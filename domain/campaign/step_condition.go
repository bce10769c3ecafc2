package campaign

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain/crm"
)

// Condition asks what is known of the contact: the value of a field, or a tag.
type Condition struct {
	Tag      string `json:"tag,omitempty"`   // has this tag; field is empty then
	Field    string `json:"field,omitempty"` // core or custom field
	Operator string `json:"operator,omitempty"`
	Value    string `json:"value,omitempty"`
}

// operator is one way to compare. Texts are compared without regard to case, as Mautic does.
type operator struct {
	name    string
	words   string
	unary   bool // needs no value
	numeric bool
	holds   func(have, want string) bool
}

var operators = []operator{
	{name: "equals", words: "is", holds: func(have, want string) bool { return have == want }},
	{name: "not_equals", words: "is not", holds: func(have, want string) bool { return have != want }},
	{name: "contains", words: "contains", holds: strings.Contains},
	{name: "not_contains", words: "does not contain", holds: func(have, want string) bool { return !strings.Contains(have, want) }},
	{name: "starts_with", words: "starts with", holds: strings.HasPrefix},
	{name: "ends_with", words: "ends with", holds: strings.HasSuffix},
	{name: "greater", words: "is greater than", numeric: true, holds: numbers(func(a, b float64) bool { return a > b })},
	{name: "less", words: "is less than", numeric: true, holds: numbers(func(a, b float64) bool { return a < b })},
	{name: "empty", words: "is empty", unary: true, holds: func(have, _ string) bool { return have == "" }},
	{name: "not_empty", words: "is not empty", unary: true, holds: func(have, _ string) bool { return have != "" }},
}

func numbers(holds func(a, b float64) bool) func(string, string) bool {
	return func(have, want string) bool {
		a, errA := strconv.ParseFloat(have, 64)
		b, errB := strconv.ParseFloat(want, 64)
		return errA == nil && errB == nil && holds(a, b)
	}
}

func (s Condition) operator() (operator, bool) {
	i := slices.IndexFunc(operators, func(o operator) bool { return o.name == s.Operator })
	if i < 0 {
		return operator{}, false
	}
	return operators[i], true
}

// Describe implements Settings.
func (s Condition) Describe() string {
	if s.Tag != "" {
		return fmt.Sprintf("Has the tag “%s”?", s.Tag)
	}
	op, ok := s.operator()
	switch {
	case !ok || s.Field == "":
		return "Condition"
	case op.unary:
		return fmt.Sprintf("%s %s?", s.Field, op.words)
	}
	return fmt.Sprintf("%s %s “%s”?", s.Field, op.words, s.Value)
}

// Validate implements Settings.
func (s Condition) Validate(v *Validation) {
	op, ok := s.operator()
	_, parseErr := strconv.ParseFloat(s.Value, 64)
	switch {
	case s.Tag != "" && s.Field != "":
		v.Problem("field", "Ask about a tag or about a field, not both.")
	case s.Tag != "":
	case s.Field == "":
		v.Problem("field", "Choose the field or the tag to ask about.")
	case !ok:
		v.Problem("operator", "Choose how to compare the field.")
	case !op.unary && s.Value == "":
		v.Problem("value", "Say what to compare the field with.")
	case op.numeric && parseErr != nil:
		v.Problem("value", "Compare with a number.")
	case !crm.KnownField(s.Field):
		v.Problem("field", "No contact can have a field named “%s”.", s.Field)
	}
}

// Walk implements Settings.
func (s Condition) Walk(ctx context.Context, w *Walker) (Move, error) {
	contact, err := w.Contact(ctx)
	if err != nil {
		return Move{}, err
	}
	if s.holds(contact) {
		return Take(Yes, "Yes."), nil
	}
	return Take(No, "No."), nil
}

func (s Condition) holds(contact crm.Contact) bool {
	if s.Tag != "" {
		return slices.ContainsFunc(contact.Tags, func(tag string) bool { return strings.EqualFold(tag, s.Tag) })
	}
	op, ok := s.operator()
	if !ok {
		return false
	}
	have := ""
	if value, known := contact.Field(s.Field); known && value != nil {
		have = fmt.Sprint(value)
	}
	return op.holds(strings.ToLower(have), strings.ToLower(s.Value))
}
