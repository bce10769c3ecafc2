package messaging

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// MailParts is a mail taken apart for reading.
type MailParts struct {
	Headers []HeaderLine
	HTML    string
	Text    string
}

// HeaderLine is a decoded header field.
type HeaderLine struct{ Name, Value string }

// shownHeaders are the fields that people look at, in their order.
var shownHeaders = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Auto-Submitted",
}

// Parts takes the mail apart.
func (c Captured) Parts() (MailParts, error) {
	message, err := mail.ReadMessage(bytes.NewReader(c.Raw))
	if err != nil {
		return MailParts{}, fmt.Errorf("read captured mail: %w", err)
	}
	var parts MailParts
	decoder := mime.WordDecoder{}
	for _, name := range shownHeaders {
		for _, value := range message.Header[textproto.CanonicalMIMEHeaderKey(name)] {
			if decoded, err := decoder.DecodeHeader(value); err == nil {
				value = decoded
			}
			parts.Headers = append(parts.Headers, HeaderLine{name, value})
		}
	}
	err = parts.add(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body)
	return parts, err
}

// add reads one part, and the parts inside it.
func (p *MailParts) add(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return p.addAll(multipart.NewReader(body, params["boundary"]))
	}
	content, err := io.ReadAll(decoded(encoding, body))
	if err != nil {
		return fmt.Errorf("read part of captured mail: %w", err)
	}
	switch kind {
	case "text/html":
		p.HTML = string(content)
	case "text/plain":
		p.Text = string(content)
	}
	return nil
}

func (p *MailParts) addAll(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read parts of captured mail: %w", err)
		}
		if err := p.add(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
			return err
		}
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	default:
		return body
	}
}
