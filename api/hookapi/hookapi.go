// Package hookapi answers the addresses to which providers post what became of messages. It takes no
// session: a key in the address keeps strangers out, and the provider's signature forgers.
package hookapi

import (
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// Keys knows the keys in the addresses that we gave out.
type Keys interface {
	IsHookKey(provider, key string) bool
}

// bodyTime is how long a body may take to arrive.
const bodyTime = 15 * time.Second

// readBody reads what a provider posted, whether it says how long it is or not.
func readBody(c *fiber.Ctx, most int) ([]byte, error) {
	request := c.Request()
	if !request.IsBodyStream() {
		return limited(request.Body(), most)
	}
	if conn := c.Context().Conn(); conn != nil {
		_ = conn.SetReadDeadline(time.Now().Add(bodyTime)) // without one it is as slow as the server allows
		defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	}
	body, err := io.ReadAll(io.LimitReader(request.BodyStream(), int64(most)+1))
	if err != nil {
		return nil, domain.Unavailable("The body was cut off.") // it may be whole another time
	}
	return limited(body, most)
}

func limited(body []byte, most int) ([]byte, error) {
	if len(body) > most {
		return nil, domain.TooLarge("", "At most %d KiB are taken.", most>>10)
	}
	return body, nil
}
