package hookapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// maxSES is the largest notification of Amazon SNS, with room for how JSON may write it.
const maxSES = 512 << 10

// Receiver takes a notification of Amazon SNS. Nil means that it is kept. Errors of a kind say that
// it will not be better another time, except for KindUnavailable.
type Receiver interface {
	Receive(ctx context.Context, body []byte) error
}

// RegisterSES serves /hooks/ses/{key}, to which Amazon SNS brings the events of SES.
func RegisterSES(r fiber.Router, keys Keys, receiver Receiver, log *slog.Logger) {
	h := sesHandler{keys: keys, receiver: receiver, log: log}
	r.Post("/hooks/ses/:key", h.receive)
}

type sesHandler struct {
	keys     Keys
	receiver Receiver
	log      *slog.Logger
}

// receive answers 200 once everything is kept. SNS brings a notification again after a 5xx, and
// gives it to the dead-letter queue after a 4xx.
func (h sesHandler) receive(c *fiber.Ctx) error {
	if !h.keys.IsHookKey("ses", c.Params("key")) {
		return answer(c, http.StatusForbidden)
	}
	body, err := readBody(c, maxSES)
	if err == nil {
		err = h.receiver.Receive(c.UserContext(), body)
	}
	switch domain.KindOf(err) {
	case "":
		if err == nil {
			return answer(c, http.StatusOK)
		}
	case domain.KindForbidden:
		h.log.WarnContext(c.UserContext(), "notification of SNS refused", slog.Any("reason", err))
		return answer(c, http.StatusForbidden)
	case domain.KindTooLarge:
		return answer(c, http.StatusRequestEntityTooLarge)
	case domain.KindInvalid:
		h.log.ErrorContext(c.UserContext(), "notification of SNS can't be read", slog.Any("error", err))
		return answer(c, http.StatusUnprocessableEntity)
	}
	h.log.WarnContext(c.UserContext(), "notification of SNS can't be kept; SNS will bring it again", slog.Any("error", err))
	c.Set(fiber.HeaderRetryAfter, "20")
	return answer(c, http.StatusServiceUnavailable)
}

// answer tells a provider the status and nothing else: forgers learn nothing from it.
func answer(c *fiber.Ctx, status int) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Status(status).SendString(http.StatusText(status) + "\n")
}
