package hookapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// maxTwilio is far above the largest form of Twilio.
const maxTwilio = 64 << 10

// TwilioReceiver takes what Twilio posted to a path of ours, with its query. Nil means that it is kept;
// an error of KindForbidden that it is forged.
type TwilioReceiver interface {
	Status(ctx context.Context, path string, body []byte, signature string) error
	Inbound(ctx context.Context, path string, body []byte, signature string) error
}

// RegisterTwilio serves /hooks/twilio/{key}/status, to which Twilio reports what became of SMS, and
// /hooks/twilio/{key}/inbound, to which it brings what people write.
func RegisterTwilio(r fiber.Router, keys Keys, receiver TwilioReceiver, log *slog.Logger) {
	h := twilioHandler{keys: keys, log: log}
	r.Post("/hooks/twilio/:key/status", h.take(receiver.Status))
	r.Post("/hooks/twilio/:key/inbound", h.take(receiver.Inbound))
}

type twilioHandler struct {
	keys Keys
	log  *slog.Logger
}

// take answers 200 once everything is kept. Twilio posts again after a 5xx, if its settings say so.
func (h twilioHandler) take(receive func(ctx context.Context, path string, body []byte, signature string) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if !h.keys.IsHookKey("twilio", c.Params("key")) {
			return answer(c, http.StatusForbidden)
		}
		body, err := readBody(c, maxTwilio)
		if err == nil {
			err = receive(c.UserContext(), c.OriginalURL(), body, c.Get("X-Twilio-Signature"))
		}
		switch domain.KindOf(err) {
		case "":
			if err == nil {
				return noReply(c)
			}
		case domain.KindForbidden:
			h.log.WarnContext(c.UserContext(), "post of Twilio refused", slog.Any("reason", err))
			return answer(c, http.StatusForbidden)
		case domain.KindTooLarge:
			return answer(c, http.StatusRequestEntityTooLarge)
		case domain.KindInvalid:
			h.log.ErrorContext(c.UserContext(), "post of Twilio can't be read", slog.Any("error", err))
			return answer(c, http.StatusUnprocessableEntity)
		}
		h.log.WarnContext(c.UserContext(), "post of Twilio can't be kept", slog.Any("error", err))
		return answer(c, http.StatusServiceUnavailable)
	}
}

// noReply has Twilio send nothing in answer.
func noReply(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "text/xml")
	return c.SendString("<Response/>")
}
