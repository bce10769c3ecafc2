// Package component is the kit that screens are built from. Screens use these and plain layout
// classes; only this package and layout know the class names of the CSS library.
package component

import (
	"context"
	"errors"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/words"
)

// Tone colours badges, alerts and icons by meaning.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Primary Tone = "primary"
	Info    Tone = "info"
	Good    Tone = "good"
	Caution Tone = "caution"
	Bad     Tone = "bad"
)

// Errors are the findings of a refused form, in order.
type Errors []domain.FieldError

// ErrorsFrom returns what a form can show of err, in the language of the page: the findings of an
// invalid input, or the sentence of a conflict. For other errors ok is false; return them to the error
// handler.
func ErrorsFrom(ctx context.Context, err error) (found Errors, ok bool) {
	var e *domain.Error
	if !errors.As(err, &e) {
		return nil, false
	}
	switch e.Kind {
	case domain.KindInvalid, domain.KindConflict, domain.KindTooMany, domain.KindTooLarge:
		found = Errors{{Field: e.Field, Message: words.Error(ctx, e)}}
		for _, more := range e.More {
			found = append(found, domain.FieldError{Field: more.Field, Message: words.Phrase(ctx, more.Phrase())})
		}
		return found, true
	}
	return nil, false
}

// On returns the first finding about a field, "" for none.
func (e Errors) On(field string) string {
	for _, found := range e {
		if found.Field == field {
			return found.Message
		}
	}
	return ""
}
