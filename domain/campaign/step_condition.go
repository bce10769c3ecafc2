package campaign

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// Condition asks what is known of the contact: the value of a field, or a tag; or what a webhook
// has answered.
type Condition struct {
	Tag      string `json:"tag,omitempty"`   // has this tag; field is empty then
	Field    string `json:"field,omitempty"` // core or custom field, or webhook.name_of_the_step.field
	Operator string `json:"operator,omitempty"`
	Value    string `json:"value,omitempty"`
}

// operator is one way to compare. Texts are compared without regard to case, as Mautic does.
type operator struct {
	name    string
	words   *domain.Phrase
	unary   bool // needs no value
	numeric bool
	holds   func(have, want string) bool
}

var operators = []operator{
	{name: "equals", words: domain.Say("is"), holds: func(have, want string) bool { return have == want }},
	{name: "not_equals", words: domain.Say("is not"), holds: func(have, want string) bool { return have != want }},
	{name: "contains", words: domain.Say("contains"), holds: strings.Contains},
	{name: "not_contains", words: domain.Say("does not contain"), holds: func(have, want string) bool { return !strings.Contains(have, want) }},
	{name: "starts_with", words: domain.Say("starts with"), holds: strings.HasPrefix},
	{name: "ends_with", words: domain.Say("ends with"), holds: strings.HasSuffix},
	{name: "greater", words: domain.Say("is greater than"), numeric: true, holds: numbers(func(a, b float64) bool { return a > b })},
	{name: "less", words: domain.Say("is less than"), numeric: true, holds: numbers(func(a, b float64) bool { return a < b })},
	{name: "empty", words: domain.Say("is empty"), unary: true, holds: func(have, _ string) bool { return have == "" }},
	{name: "not_empty", words: domain.Say("is not empty"), unary: true, holds: func(have, _ string) bool { return have != "" }},
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
func (s Condition) Describe() *domain.Phrase {
	if s.Tag != "" {
		return domain.Say("Has the tag “%s”?", s.Tag)
	}
	op, ok := s.operator()
	switch {
	case !ok || s.Field == "":
		return domain.Say("Condition")
	case op.unary:
		return domain.Say("%s %s?", s.Field, op.words)
	}
	return domain.Say("%s %s “%s”?", s.Field, op.words, s.Value)
}

// Validate implements Settings.
func (s Condition) Validate(v *Validation) {
	op, ok := s.operator()
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
	default:
		s.validateField(v, op)
	}
}

func (s Condition) validateField(v *Validation, op operator) {
	_, notNumber := strconv.ParseFloat(s.Value, 64)
	field, custom := v.Fields.Field(s.Field)
	switch {
	case custom && op.ordered(field):
		if _, err := v.Fields.Value(s.Field, s.Value); err != nil && !op.unary {
			v.Refuse("value", domain.PhraseOf(err))
		}
	case op.numeric && notNumber != nil:
		v.Problem("value", "Compare with a number.")
	case s.asksWebhook():
		s.validateWebhook(v)
	case !v.Fields.Known(s.Field):
		v.Problem("field", "No contact can have a field named “%s”. Fields are made under Settings → Contact fields.", s.Field)
	}
}

// Walk implements Settings.
func (s Condition) Walk(ctx context.Context, w *Walker) (Move, error) {
	holds, err := s.holds(ctx, w)
	switch {
	case err != nil:
		return Move{}, err
	case holds:
		return Take(Yes, domain.Keep("Yes.")), nil
	}
	return Take(No, domain.Keep("No.")), nil
}

func (s Condition) holds(ctx context.Context, w *Walker) (bool, error) {
	if s.asksWebhook() {
		answers, err := w.answers(ctx, w.Journey.Org, w.Journey.ID)
		value, _ := answered(answers, s.Field)
		return s.compare(value), err
	}
	contact, err := w.Contact(ctx)
	switch {
	case err != nil:
		return false, err
	case s.Tag != "":
		return contact.HasTag(s.Tag), nil
	}
	set, err := w.CRM.RecentFieldSet(ctx, w.Journey.Org)
	if err != nil {
		return false, err
	}
	value, _ := contact.Field(s.Field)
	if field, custom := set.Field(s.Field); custom {
		return s.compareField(set, field, value), nil
	}
	return s.compare(value), nil
}

func (s Condition) compare(value any) bool {
	op, ok := s.operator()
	if !ok {
		return false
	}
	have := ""
	if value != nil {
		have = fmt.Sprint(value)
	}
	return op.holds(strings.ToLower(have), strings.ToLower(s.Value))
}

func (s Condition) asksWebhook() bool { return strings.HasPrefix(s.Field, "webhook.") }

// validateWebhook wants the webhook to be called before anybody asks for its answer.
func (s Condition) validateWebhook(v *Validation) {
	path := strings.Split(s.Field, ".")
	for _, step := range v.before {
		if step.Kind == "call_webhook" && (string(step.ID) == path[1] || tagName(step.Title()) == path[1]) {
			if len(path) < 3 || slices.Contains(path, "") {
				v.Problem("field", "Say what of the answer to ask about: webhook.%s.http_status, or a field of its JSON.", path[1])
			}
			return
		}
	}
	v.Problem("field", "There is no “Call webhook” step above that is called “%s”.", path[1])
}
