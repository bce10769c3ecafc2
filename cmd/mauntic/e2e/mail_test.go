//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"time"
)

// received is a mail as its reader has it.
type received struct {
	header mail.Header
	html   string
	text   string
}

// readMail takes a MIME message apart.
func readMail(raw []byte) (received, error) {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return received{}, err
	}
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return received{}, fmt.Errorf("the mail is %q, not multipart/alternative: %w", kind, err)
	}
	mail := received{header: message.Header}
	parts := multipart.NewReader(message.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return mail, nil
		}
		if err != nil {
			return received{}, err
		}
		body, err := io.ReadAll(decoded(part, part.Header.Get("Content-Transfer-Encoding")))
		if err != nil {
			return received{}, err
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "text/html":
			mail.html = string(body)
		case "text/plain":
			mail.text = string(body)
		}
	}
}

func decoded(r io.Reader, encoding string) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}

var (
	pixelPattern = regexp.MustCompile(`src="([^"]+/t/o/[^"]+)"`)
	clickPattern = regexp.MustCompile(`href="([^"]+/t/c/[^"]+)"`)
)

// visitor is a reader's mail program or browser: it does not follow redirects by itself.
var visitor = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// open loads the mail's images, as reading it does.
func (m received) open() error {
	_, err := m.visit(pixelPattern, http.StatusOK)
	return err
}

// click follows the mail's first link and returns where it leads. Without an error the click was
// acknowledged: it must be counted, whatever happens to the program next.
func (m received) click() (target string, err error) { return m.visit(clickPattern, http.StatusFound) }

func (m received) visit(pattern *regexp.Regexp, want int) (location string, err error) {
	found := pattern.FindStringSubmatch(m.html)
	if found == nil {
		return "", fmt.Errorf("the mail has nothing that matches %s: %s", pattern, m.html)
	}
	response, err := visitor.Get(html.UnescapeString(found[1]))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != want {
		return "", fmt.Errorf("GET %s: %s", found[1], response.Status)
	}
	return response.Header.Get("Location"), nil
}
