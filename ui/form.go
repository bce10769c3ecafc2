package ui

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/mauntic/mauntic/domain"
)

const (
	// maxForm has room for a flow document of 1 MB with most of its characters escaped.
	maxForm  = 4 << 20
	formTime = 30 * time.Second
)

// checkInput reads a form before its handler does, because Fiber would read one of any size into
// memory, and refuses what is not text in it and in the query. Forms with files go on unread to the
// routes of uploads, and nowhere else.
func checkInput(uploads []string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := checkText(c.Context().QueryArgs()); err != nil {
			return err
		}
		// Fiber looks no further than the prefix, either.
		switch media := strings.ToLower(c.Get(fiber.HeaderContentType)); {
		case strings.HasPrefix(media, fiber.MIMEApplicationForm):
			if err := readForm(c); err != nil {
				return err
			}
			if err := checkText(c.Request().PostArgs()); err != nil {
				return err
			}
		case strings.HasPrefix(media, fiber.MIMEMultipartForm) && !takesFiles(uploads, c.Path()):
			return domain.Invalid("", "This form takes no files. Send it as %s.", fiber.MIMEApplicationForm)
		}
		return c.Next()
	}
}

// takesFiles says whether a path is one of the routes of uploads: "/app/contacts/:id<int>/files".
func takesFiles(routes []string, path string) bool {
	return slices.ContainsFunc(routes, func(route string) bool { return fiber.RoutePatternMatch(path, route) })
}

// readForm replaces a streamed body by what it holds.
func readForm(c *fiber.Ctx) error {
	request := c.Request()
	if !request.IsBodyStream() {
		return nil
	}
	conn := c.Context().Conn()
	_ = conn.SetReadDeadline(time.Now().Add(formTime)) // without one it is as slow as the server allows
	defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	body, err := io.ReadAll(io.LimitReader(request.BodyStream(), maxForm+1))
	switch {
	case err != nil, len(body) < min(request.Header.ContentLength(), maxForm): // hanging up is no error to the server
		return domain.Invalid("", "The form was cut off.")
	case len(body) > maxForm:
		return domain.TooLarge("", "A form may have %d MB at most.", maxForm>>20)
	}
	request.SetBody(body)
	return nil
}

func checkText(values *fasthttp.Args) error {
	for name, value := range values.All() {
		if err := domain.CheckText(string(name), string(value)); err != nil {
			return err
		}
	}
	return nil
}
