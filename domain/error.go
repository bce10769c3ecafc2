package domain

import "errors"

// ErrAway is part of the errors of a database that can't be reached just now: the same request may
// succeed in a moment.
var ErrAway = errors.New("the database is away")

// Kind sorts the errors that are ours to explain. Everything else is internal and never shown.
type Kind string

// The kinds, each of which one map per transport turns into a status.
const (
	KindInvalid      Kind = "invalid"      // the input breaks a rule: 422
	KindNotFound     Kind = "not_found"    // absent, or another organization's: 404
	KindConflict     Kind = "conflict"     // the state does not allow it, or a twin exists: 409
	KindUnauthorized Kind = "unauthorized" // nobody is signed in: 401
	KindForbidden    Kind = "forbidden"    // signed in, but not allowed: 403
	KindTooMany      Kind = "too_many"     // try again later: 429
	KindTooLarge     Kind = "too_large"    // the input is larger than allowed: 413
	KindUnavailable  Kind = "unavailable"  // something we need is away: 503
)

// Error is an error for a person: its message is a whole sentence that says what is wrong and,
// where Field is set, where.
type Error struct {
	Kind    Kind
	Field   string // dotted path of the input field, "" when the whole input is meant
	Message string
	Said    *Phrase      // the message before it was put together; nil when there is only the message
	More    []FieldError // further findings of the same check
}

// FieldError is one finding of a validation.
type FieldError struct {
	Field   string  `json:"field" example:"email"`
	Message string  `json:"message" example:"This is not a valid email address."`
	Said    *Phrase `json:"-"` // the message before it was put together; nil when there is only the message
}

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Is lets errors.Is compare with the Err… values by kind.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Kind == e.Kind && t.Message == "" && t.Field == ""
}

// Sentinels for errors.Is: they match every Error of their kind.
var (
	ErrInvalid      = &Error{Kind: KindInvalid}
	ErrNotFound     = &Error{Kind: KindNotFound}
	ErrConflict     = &Error{Kind: KindConflict}
	ErrUnauthorized = &Error{Kind: KindUnauthorized}
	ErrForbidden    = &Error{Kind: KindForbidden}
	ErrTooMany      = &Error{Kind: KindTooMany}
	ErrUnavailable  = &Error{Kind: KindUnavailable}
)

// Refuse returns an error whose sentence was put together elsewhere.
func Refuse(kind Kind, field string, said *Phrase) *Error {
	return &Error{Kind: kind, Field: field, Message: said.String(), Said: said}
}

// Invalid says that field breaks a rule. The message is a whole sentence.
func Invalid(field, format string, args ...any) *Error {
	return Refuse(KindInvalid, field, Say(format, args...))
}

// NotFound says that something is absent or belongs to another organization.
func NotFound(format string, args ...any) *Error {
	return Refuse(KindNotFound, "", Say(format, args...))
}

// Conflict says that the present state does not allow what was asked.
func Conflict(format string, args ...any) *Error {
	return Refuse(KindConflict, "", Say(format, args...))
}

// Forbidden says that the caller lacks a permission.
func Forbidden(format string, args ...any) *Error {
	return Refuse(KindForbidden, "", Say(format, args...))
}

// Unauthorized says that nobody is signed in, or the proof does not hold.
func Unauthorized(format string, args ...any) *Error {
	return Refuse(KindUnauthorized, "", Say(format, args...))
}

// TooMany says that the caller must slow down.
func TooMany(format string, args ...any) *Error {
	return Refuse(KindTooMany, "", Say(format, args...))
}

// TooLarge says that the input is larger than allowed.
func TooLarge(field, format string, args ...any) *Error {
	return Refuse(KindTooLarge, field, Say(format, args...))
}

// Unavailable says that something we need is away for the moment.
func Unavailable(format string, args ...any) *Error {
	return Refuse(KindUnavailable, "", Say(format, args...))
}

// Phrase is what the error says, without its field and further findings.
func (e *Error) Phrase() *Phrase {
	if e.Said != nil {
		return e.Said
	}
	return Quote(e.Message)
}

// Phrase is what the finding says.
func (e FieldError) Phrase() *Phrase {
	if e.Said != nil {
		return e.Said
	}
	return Quote(e.Message)
}

// KindOf returns the kind of err, or "" when it is not ours to explain.
func KindOf(err error) Kind {
	if e := own(err); e != nil {
		return e.Kind
	}
	return ""
}

// own returns the error of ours in err, nil when there is none.
func own(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}

// Findings collects what a validation found, in order.
type Findings []FieldError

// Add notes that field breaks a rule.
func (f *Findings) Add(field, format string, args ...any) { f.Say(field, Say(format, args...)) }

// Say notes that field breaks a rule, in a sentence that was put together elsewhere.
func (f *Findings) Say(field string, said *Phrase) {
	*f = append(*f, FieldError{Field: field, Message: said.String(), Said: said})
}

// Err returns nil when nothing was found, else one Invalid error that carries all findings.
func (f Findings) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Field: f[0].Field, Message: f[0].Message, Said: f[0].Said, More: f[1:]}
}
