package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/domain"
)

// ProblemDetails is the body of every error: RFC 9457, with the error's kind and its sentence
// under the names that callers of the first hour know.
type ProblemDetails struct {
	Type      string              `json:"type" example:"about:blank"`
	Title     string              `json:"title" example:"Unprocessable Entity"`
	Status    int                 `json:"status" example:"422"`
	Detail    string              `json:"detail" doc:"A sentence for people." example:"This is not a valid email address."`
	Kind      string              `json:"error" doc:"The kind of error, for programs." example:"invalid"`
	Message   string              `json:"message" doc:"The same as detail." example:"This is not a valid email address."`
	Errors    []domain.FieldError `json:"errors,omitempty" doc:"What is wrong, and where."`
	RequestID string              `json:"requestId,omitempty" doc:"Names this request in the log." example:"0199c8f2-6a3e-7c11-9d4b-2f6b8a5d1e07"`

	cause error // of what is not ours to explain: logged, never sent
}

var _ huma.StatusError = (*ProblemDetails)(nil)

func (p *ProblemDetails) Error() string { return p.Detail }

// Unwrap leads to what is logged.
func (p *ProblemDetails) Unwrap() error { return p.cause }

// GetStatus implements huma.StatusError.
func (p *ProblemDetails) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *ProblemDetails) ContentType(string) string { return "application/problem+json" }

// statuses says how each kind of error is answered.
var statuses = map[domain.Kind]int{
	domain.KindInvalid:      http.StatusUnprocessableEntity,
	domain.KindNotFound:     http.StatusNotFound,
	domain.KindConflict:     http.StatusConflict,
	domain.KindUnauthorized: http.StatusUnauthorized,
	domain.KindForbidden:    http.StatusForbidden,
	domain.KindTooMany:      http.StatusTooManyRequests,
	domain.KindTooLarge:     http.StatusRequestEntityTooLarge,
	domain.KindUnavailable:  http.StatusServiceUnavailable,
}

const kindInternal domain.Kind = "internal"

// Problem turns an error into its answer; nil stays nil. An error that is not a domain error is
// logged with the request's id and answered without detail.
func Problem(err error) error {
	if err == nil {
		return nil
	}
	return problemOf(err)
}

func problemOf(err error) *ProblemDetails {
	if known, ok := errors.AsType[*ProblemDetails](err); ok {
		return known
	}
	if away(err) {
		p := problem(http.StatusServiceUnavailable, domain.KindUnavailable, "The database can't be reached just now. Try again in a moment.")
		p.cause = err
		return p
	}
	var ours *domain.Error
	if !errors.As(err, &ours) {
		return internal(http.StatusInternalServerError, err)
	}
	status, ok := statuses[ours.Kind]
	if !ok {
		return internal(http.StatusInternalServerError, err)
	}
	p := problem(status, ours.Kind, ours.Message)
	if ours.Field != "" || len(ours.More) > 0 {
		p.Errors = append([]domain.FieldError{{Field: ours.Field, Message: ours.Message}}, ours.More...)
	}
	return p
}

// away says whether the same request may succeed when the database is back, or less busy.
func away(err error) bool {
	return errors.Is(err, domain.ErrAway) || errors.Is(err, context.DeadlineExceeded)
}

func problem(status int, kind domain.Kind, sentence string) *ProblemDetails {
	return &ProblemDetails{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: sentence, Kind: string(kind), Message: sentence,
	}
}

func internal(status int, cause error) *ProblemDetails {
	p := problem(status, kindInternal, "Something went wrong on our side. Try again; if it happens again, tell us the request id.")
	p.cause = cmp.Or(cause, errors.New(http.StatusText(status)))
	return p
}

// newProblem is how huma makes its own errors: of validation, media types and so on.
func newProblem(status int, message string, details ...error) huma.StatusError {
	if len(details) == 1 {
		if known, ok := errors.AsType[*ProblemDetails](details[0]); ok {
			return known
		}
	}
	if len(details) == 1 && (domain.KindOf(details[0]) != "" || status >= http.StatusInternalServerError) {
		return problemOf(details[0])
	}
	if status >= http.StatusInternalServerError {
		return internal(status, errors.Join(append(details, errors.New(message))...))
	}
	p := problem(status, kindOf(status), "")
	for _, err := range details {
		p.Errors = append(p.Errors, finding(err))
	}
	p.Message = sentence(status, message, p.Errors)
	p.Detail = p.Message
	return p
}

// finding says in our shape what huma found; it never repeats the value.
func finding(err error) domain.FieldError {
	var detailer huma.ErrorDetailer
	if !errors.As(err, &detailer) {
		return domain.FieldError{Message: err.Error()}
	}
	detail := detailer.ErrorDetail()
	place, field, _ := strings.Cut(detail.Location, ".")
	if field == "" && place != "body" {
		field = place
	}
	return domain.FieldError{Field: field, Message: whole(detail.Message)}
}

func sentence(status int, message string, found []domain.FieldError) string {
	switch {
	case status == http.StatusUnsupportedMediaType:
		return "Send the body as application/json."
	case status == http.StatusNotAcceptable:
		return "This API answers in application/json only."
	case status == http.StatusRequestEntityTooLarge:
		_, limit, _ := strings.Cut(message, "limit=")
		return "The body is too large. It may have " + cmp.Or(limit, "fewer bytes") + "."
	case status == http.StatusBadRequest && len(found) == 1 && found[0].Field == "":
		return "The body is not valid JSON. " + found[0].Message
	case len(found) == 0:
		return whole(message)
	case found[0].Field == "":
		return "The request is not valid. " + found[0].Message
	default:
		return fmt.Sprintf("The request is not valid. At %s: %s", found[0].Field, found[0].Message)
	}
}

// whole makes a sentence of huma's messages.
func whole(message string) string {
	if message == "" {
		return "The request is not valid."
	}
	return strings.ToUpper(message[:1]) + strings.TrimSuffix(message[1:], ".") + "."
}

// kindOf is the kind of an error that came with its status.
func kindOf(status int) domain.Kind {
	for kind, s := range statuses {
		if s == status {
			return kind
		}
	}
	if status >= http.StatusInternalServerError {
		return kindInternal
	}
	return domain.KindInvalid
}

// reporter completes problems with the request's id, and logs those that are not ours to explain.
func reporter(log *slog.Logger) huma.Transformer {
	return func(ctx huma.Context, _ string, body any) (any, error) {
		p, ok := body.(*ProblemDetails)
		if !ok {
			return body, nil
		}
		answer := *p
		answer.RequestID = RequestID(ctx.Context())
		if p.cause != nil {
			log.ErrorContext(ctx.Context(), "request failed",
				"method", ctx.Method(), "route", ctx.Operation().Path, "error", p.cause)
		}
		return &answer, nil
	}
}

// fail answers a huma request with err.
func fail(a huma.API, ctx huma.Context, err error) {
	p := problemOf(err)
	huma.WriteErr(a, ctx, p.Status, p.Message, p) //nolint:errcheck // it has reported its failure itself
}
