package api

import (
	"bytes"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// The largest body that is read before its handler runs, and how long it may take to arrive.
const (
	maxReadAhead  = 1 << 20
	readAheadTime = 15 * time.Second
)

// What is left of a refused body is taken in up to here, so that a caller that reads only after it
// has sent everything gets to its answer.
const (
	maxDrained = 32 << 20
	drainTime  = 5 * time.Second
)

// settleBody sees to it that nothing of a body is left on the connection, where the server would
// take it for the next request: bodies are streamed, and the server drains none that a handler
// leaves unread. What is small is read ahead; where something may be left, the caller closes the
// connection after the answer.
func settleBody(c *fiber.Ctx) (left bool, err error) {
	request := c.Request()
	if !request.IsBodyStream() {
		return false, nil
	}
	length := request.Header.ContentLength()
	if length < 0 || length > maxReadAhead { // below zero: chunked
		return true, nil
	}
	// Huma's deadline comes too late for what is read here.
	conn := c.Context().Conn()
	_ = conn.SetReadDeadline(time.Now().Add(readAheadTime)) // without one it is as slow as the server allows
	defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	body := make([]byte, length)
	if _, err := io.ReadFull(request.BodyStream(), body); err != nil {
		return true, problem(fiber.StatusBadRequest, domain.KindInvalid, "The body was cut off.")
	}
	request.SetBodyStream(bytes.NewReader(body), length)
	return false, nil
}

// drain takes in the rest of a body that says how long it is: only there a second reading past the
// end is harmless.
func drain(c *fiber.Ctx) {
	request := c.Request()
	if !request.IsBodyStream() || request.Header.ContentLength() < 0 {
		return
	}
	conn := c.Context().Conn()
	_ = conn.SetReadDeadline(time.Now().Add(drainTime))
	defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	_, _ = io.CopyN(io.Discard, request.BodyStream(), maxDrained) // whoever sends more is cut off
}
