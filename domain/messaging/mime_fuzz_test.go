package messaging

import (
	"bytes"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzAMailIsReadAsItWasWritten(f *testing.F) {
	f.Add("Acme", "Hello Anna", "<p>Hi</p>", "Hi")
	f.Add("Grüße, \"Quoted\" <x@y.z>", strings.Repeat("sehr länglich ", 40), strings.Repeat("<p>ä</p>", 1000), ".\n..\n\nFrom here\n")
	f.Add("a\r\nBcc: b@example.com", "=?utf-8?q?x?=\r\n\r\nbody", "\x00", strings.Repeat("x", 5000))
	s := &Service{now: time.Now}
	f.Fuzz(func(t *testing.T, name, subject, html, text string) {
		for _, field := range []string{name, subject, html, text} {
			if !utf8.ValidString(field) {
				t.Skip()
			}
		}
		r := Rendered{Subject: oneLine(subject), HTML: html, Text: text, from: mail.Address{Name: oneLine(name), Address: "us@example.com"}}
		draft := Draft{Message: Message{Sid: "00112233445566778899aabbccddeeff", Class: ClassMarketing}}
		raw, err := s.mime(1, draft, r, publicLinks{unsubscribe: "https://example.com/u/x", unsubscribeMail: "b+u-x@example.com"}, "anna@example.com")
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(raw) {
			if len(line) > 1000 {
				t.Fatalf("a line of %d bytes", len(line))
			}
		}
		message, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if len(message.Header["To"]) != 1 || len(message.Header["Bcc"]) != 0 || len(message.Header["Subject"]) > 1 {
			t.Fatalf("headers %v", message.Header)
		}
		from, err := message.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "us@example.com" || from[0].Name != r.from.Name {
			t.Fatalf("From: %v, %v; want %q", from, err, r.from.Name)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil || got != r.Subject {
			t.Fatalf("Subject: %q, %v; want %q", got, err, r.Subject)
		}
		parts, err := Captured{Raw: raw}.Parts()
		if err != nil || unix(parts.HTML) != unix(html) || unix(parts.Text) != unix(text) {
			t.Fatalf("%q, %q, %v; want %q, %q", parts.HTML, parts.Text, err, html, text)
		}
	})
}

// unix makes line ends comparable: mails have CRLF, and a lone CR is one too.
func unix(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
