package page

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

// How an event stream is paced.
const (
	// streamLook is the time between two looks: the most a stream sends is two messages a second.
	streamLook = 500 * time.Millisecond
	// streamSilence is after how long a comment is sent, which finds out that nobody listens any more.
	streamSilence = 15 * time.Second
	// streamTime bounds one stream. The browser comes back by itself, and is asked again who it is.
	streamTime = 5 * time.Minute
)

// StreamEnd is the event that ends a stream for good: put it into hx-sse:close.
const StreamEnd = "end"

// Live returns a fragment as it is now, and whether it will never change again. An error ends the
// stream; the browser comes back.
type Live func(ctx context.Context) (show templ.Component, final bool, err error)

// Stream answers with an event stream that carries the whole fragment each time it has changed, until
// it is final. Its first look happens before the answer begins, so that an error of it, such as that
// there is nothing at this address, is answered like any other. The id of a message is a digest
// of the fragment: a browser that comes back with it has seen that already. Streams end when the
// server shuts down.
func Stream(c *fiber.Ctx, live Live) error {
	s := stream{live: live, ctx: context.WithoutCancel(c.UserContext()), seen: c.Get("Last-Event-ID"), stop: c.Context().Done()}
	first, final, err := s.look()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-store, no-transform")
	c.Set("X-Accel-Buffering", "no") // nginx would keep messages back
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = s.run(w, first, final)
	})
	return nil
}

type stream struct {
	live Live
	ctx  context.Context // with what the page knows; it outlives the request's handler
	seen string          // id of what the browser has
	stop <-chan struct{}
}

// look renders the fragment at the present time.
func (s *stream) look() (fragment []byte, final bool, err error) {
	now := From(s.ctx)
	now.Now = time.Now()
	ctx, cancel := context.WithTimeout(With(s.ctx, now), streamSilence)
	defer cancel()
	show, final, err := s.live(ctx)
	if err != nil {
		return nil, false, err
	}
	var out bytes.Buffer
	err = show.Render(ctx, &out)
	return out.Bytes(), final, err
}

func (s *stream) run(w *bufio.Writer, fragment []byte, final bool) error {
	looks, end := time.NewTicker(streamLook), time.After(streamTime)
	defer looks.Stop()
	for spoke := time.Now(); ; {
		sent, err := s.send(w, fragment, final)
		if err != nil || final {
			return err
		}
		if now := time.Now(); sent {
			spoke = now
		} else if now.Sub(spoke) >= streamSilence {
			spoke = now
			if err := flush(w, ": still here\n\n"); err != nil {
				return err
			}
		}
		select {
		case <-looks.C:
		case <-end:
			return nil
		case <-s.stop:
			return nil
		}
		if fragment, final, err = s.look(); err != nil {
			return err
		}
	}
}

// send sends the fragment, unless the browser has it, and the end behind a final one.
func (s *stream) send(w *bufio.Writer, fragment []byte, final bool) (bool, error) {
	var text bytes.Buffer
	sum := sha256.Sum256(fragment)
	if id := hex.EncodeToString(sum[:8]); id != s.seen {
		s.seen = id
		fmt.Fprintf(&text, "id: %s\n", id)
		for line := range bytes.Lines(fragment) {
			fmt.Fprintf(&text, "data: %s\n", bytes.TrimRight(line, "\r\n"))
		}
		text.WriteString("\n")
	}
	if final {
		fmt.Fprintf(&text, "event: %s\ndata:\n\n", StreamEnd)
	}
	if text.Len() == 0 {
		return false, nil
	}
	return true, flush(w, text.String())
}

func flush(w *bufio.Writer, text string) error {
	if _, err := w.WriteString(text); err != nil {
		return err
	}
	return w.Flush()
}
