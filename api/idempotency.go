package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Answers remembers for 24 hours what requests with an Idempotency-Key were answered.
type Answers interface {
	// Claim takes the key for a request that begins now, or tells what became of the one that has it.
	Claim(ctx context.Context, org domain.OrgID, k domain.RepeatKey) (domain.Claim, error)
	// Keep stores the answer of a request that was claimed.
	Keep(ctx context.Context, org domain.OrgID, key string, answer domain.Answer) error
	// Forget gives a claimed key back.
	Forget(ctx context.Context, org domain.OrgID, key string) error
}

const (
	repeatHeader   = "Idempotency-Key"
	replayedHeader = "Idempotent-Replayed"
	secretAnswer   = "secretAnswer"
)

// SecretAnswer is the Metadata of operations whose answer holds a secret: it is shown once and
// not kept, so a repeat is told that the work was done.
func SecretAnswer() map[string]any { return map[string]any{secretAnswer: true} }

// repeatable makes a POST with an Idempotency-Key safe to repeat: the work is done once, and the
// repeat gets the first answer. Answers of 429 and from 500 on are not kept: they invite a retry.
type repeatable struct {
	api     huma.API
	answers Answers
	log     *slog.Logger
}

func (r repeatable) handle(ctx huma.Context, next func(huma.Context)) {
	key := ctx.Header(repeatHeader)
	org := identity.ActorFrom(ctx.Context()).Org
	if key == "" || ctx.Method() != http.MethodPost || org == 0 {
		next(ctx)
		return
	}
	if len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		fail(r.api, ctx, domain.Invalid(repeatHeader, "An Idempotency-Key may have 255 characters, all of them visible ASCII."))
		return
	}
	body, err := readBody(ctx)
	if err != nil {
		fail(r.api, ctx, err)
		return
	}
	hash := sha256.Sum256(body)
	path := ctx.URL()
	claim, err := r.answers.Claim(ctx.Context(), org, domain.RepeatKey{
		Key: key, Operation: ctx.Method() + " " + path.RequestURI(), Hash: hash[:],
	})
	switch {
	case err != nil:
		fail(r.api, ctx, err)
	case claim.Ours:
		r.run(ctx, org, key, next)
	case !claim.Same:
		fail(r.api, ctx, domain.Invalid(repeatHeader, "This Idempotency-Key was used for another request. Use a new one."))
	case claim.Answer == nil:
		fail(r.api, ctx, domain.Conflict("The first request with this Idempotency-Key has not been answered yet, or was cut off. Look whether it took effect before you try again with another key."))
	default:
		replay(ctx, *claim.Answer)
	}
}

// run does the work and keeps the answer. The caller may have gone meanwhile: the answer is kept
// all the same.
func (r repeatable) run(ctx huma.Context, org domain.OrgID, key string, next func(huma.Context)) {
	after := context.WithoutCancel(ctx.Context())
	done := false
	defer func() {
		if done {
			return
		}
		if err := r.answers.Forget(after, org, key); err != nil {
			r.log.ErrorContext(after, "idempotency key stays claimed", "error", err)
		}
	}()
	next(ctx)
	response := humafiber.UnwrapV2(ctx).Response()
	answer := domain.Answer{
		Status: response.StatusCode(), ContentType: string(response.Header.ContentType()), Body: bytes.Clone(response.Body()),
	}
	if answer.Status >= http.StatusInternalServerError || answer.Status == http.StatusTooManyRequests {
		return
	}
	if secret, _ := ctx.Operation().Metadata[secretAnswer].(bool); secret && answer.Status < http.StatusBadRequest {
		answer = shownOnce()
	}
	if err := r.answers.Keep(after, org, key, answer); err != nil {
		r.log.ErrorContext(after, "answer not kept", "error", err)
		return
	}
	done = true
}

func shownOnce() domain.Answer {
	p := problem(http.StatusConflict, domain.KindConflict, "This was done already. Its answer held a secret, which is shown only once.")
	var body bytes.Buffer
	_ = huma.DefaultJSONFormat.Marshal(&body, p) // a struct of strings and numbers: it can't fail
	return domain.Answer{Status: p.Status, ContentType: p.ContentType(""), Body: body.Bytes()}
}

func replay(ctx huma.Context, answer domain.Answer) {
	ctx.SetHeader(replayedHeader, "true")
	if answer.ContentType != "" {
		ctx.SetHeader(fiber.HeaderContentType, answer.ContentType)
	}
	ctx.SetStatus(answer.Status)
	_, _ = ctx.BodyWriter().Write(answer.Body) // into memory: it can't fail
}

// readBody reads the body up to the operation's limit and leaves it to be read again.
func readBody(ctx huma.Context) ([]byte, error) {
	stream := ctx.BodyReader()
	if stream == nil {
		return nil, nil
	}
	most := ctx.Operation().MaxBodyBytes
	if most <= 0 {
		most = 1 << 20
	}
	body, err := io.ReadAll(io.LimitReader(stream, most+1))
	if err != nil {
		return nil, problem(http.StatusBadRequest, domain.KindInvalid, "The body was cut off.")
	}
	if int64(len(body)) > most {
		return nil, domain.TooLarge("", "The body may have %d bytes.", most)
	}
	humafiber.UnwrapV2(ctx).Request().SetBodyStream(bytes.NewReader(body), len(body))
	return body, nil
}
