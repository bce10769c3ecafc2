// Package mailbox reads the mails that come back: reports of mail servers that a mail could not be
// delivered (RFC 3464), complaints (RFC 5965), and requests to unsubscribe. It is for those who send
// through a mail server, which tells nothing by other ways.
package mailbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails are written in many

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Addresses finds the messages of ours that a text names, by what we signed.
type Addresses interface {
	Find(text string) []messaging.Returned
}

// Mail is what a mail tells. When it tells nothing it is none of our business.
type Mail struct {
	Feedback    []messaging.Feedback
	Unsubscribe string // the token of the unsubscribe link of a message; "": nobody unsubscribes
}

// Empty says that the mail tells nothing.
func (m Mail) Empty() bool { return len(m.Feedback) == 0 && m.Unsubscribe == "" }

// Bounds of what is looked at. Mails come from strangers.
const (
	maxDepth = 4
	maxParts = 30
	maxField = 64 << 10 // of a part that is read
	maxText  = 1000
)

// Parse reads a mail, which may be cut off, that came at a time. Which message it is about is taken
// from signed addresses and links only, and whom the message was for from nothing in it: a report can
// be written by anybody who ever got a mail.
func Parse(raw []byte, received time.Time, ours Addresses) Mail {
	entity, err := message.Read(bytes.NewReader(raw))
	if entity == nil || (err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)) {
		return Mail{}
	}
	sum := sha256.Sum256(raw)
	p := parser{ours: ours, received: received, key: "mail/" + hex.EncodeToString(sum[:16])}
	p.to = recipients(entity.Header)
	kind, params, _ := entity.Header.ContentType()
	if kind != "multipart/report" {
		return p.plain(entity.Header)
	}
	p.walk(entity, 0)
	switch strings.ToLower(params["report-type"]) {
	case "delivery-status":
		return Mail{Feedback: p.bounces()}
	case "feedback-report":
		return p.complaint()
	}
	return Mail{}
}

type parser struct {
	ours     Addresses
	received time.Time
	key      string
	to       string // the addresses that the mail came to
	parts    int

	status   []fields // of message/delivery-status: about the message, then about each recipient
	report   fields   // of message/feedback-report
	returned fields   // the header of our mail
}

// recipients are all addresses that a mail may have been delivered by.
func recipients(h message.Header) string {
	var all []string
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc"} {
		for values := h.FieldsByKey(name); values.Next(); {
			all = append(all, values.Value())
		}
	}
	return strings.Join(all, "\n")
}

// plain is a mail that a person, or a program for them, may have written: an address that
// unsubscribes is all it needs. Programs that merely answer are told by RFC 3834.
func (p *parser) plain(h message.Header) Mail {
	if auto := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); auto != "" && auto != "no" && !strings.HasPrefix(auto, "no;") {
		return Mail{}
	}
	for _, found := range p.ours.Find(p.to) {
		if found.Purpose == messaging.PurposeUnsubscribe {
			return Mail{Unsubscribe: found.Token}
		}
	}
	return Mail{}
}

// walk collects the parts that tell something. A part that ends too early, as in a mail that was cut
// off, is the last one.
func (p *parser) walk(entity *message.Entity, depth int) {
	p.parts++
	if depth > maxDepth || p.parts > maxParts {
		return
	}
	if parts := entity.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if part == nil || (err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)) {
				return
			}
			p.walk(part, depth+1)
		}
	}
	kind, _, _ := entity.Header.ContentType()
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		if p.status == nil {
			p.status = readGroups(entity.Body)
		}
	case "message/feedback-report":
		if p.report == nil {
			p.report = first(readGroups(entity.Body))
		}
	case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers":
		if p.returned == nil {
			p.returned = first(readGroups(entity.Body))
		}
	}
}

// about returns the sid of the message that the report is about: by the address that it came to, or
// else by what is left of our mail.
func (p *parser) about(also ...string) (sid string, ok bool) {
	for _, found := range p.ours.Find(p.to) {
		if found.Purpose == messaging.PurposeReturn {
			return found.Sid, true
		}
	}
	for _, name := range []string{"return-path", "list-unsubscribe", "feedback-id"} {
		also = append(also, p.returned[name])
	}
	if found := p.ours.Find(strings.Join(also, "\n")); len(found) > 0 {
		return found[0].Sid, true
	}
	return "", false
}

func (p *parser) feedback(i int, sid string, kind messaging.FeedbackKind) messaging.Feedback {
	return messaging.Feedback{
		Key: fmt.Sprintf("%s/%d", p.key, i), Provider: "smtp", Kind: kind, Sid: sid, At: p.received.UTC(),
	}
}

// fields are the fields of a header, or a group of them, by their names in small letters. The first of
// a name counts.
type fields map[string]string

// readGroups reads groups of fields with blank lines between them.
func readGroups(body io.Reader) []fields {
	text, _ := io.ReadAll(io.LimitReader(body, maxField)) // what is cut off is not needed
	var groups []fields
	group, last := fields{}, ""
	end := func() {
		if len(group) > 0 {
			groups = append(groups, group)
		}
		group, last = fields{}, ""
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		name, value, isField := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
			end()
		case line[0] == ' ' || line[0] == '\t':
			if last != "" {
				group[last] += " " + strings.TrimSpace(line)
			}
		case isField:
			last = strings.ToLower(strings.TrimSpace(name))
			if _, twice := group[last]; twice {
				last = ""
				continue
			}
			group[last] = strings.TrimSpace(value)
		}
	}
	end()
	return groups
}

func first(groups []fields) fields {
	if len(groups) == 0 {
		return nil
	}
	return groups[0]
}

// said is what stands in a field, without the type in front of it ("smtp; 550 …").
func said(value string) string {
	if kind, text, typed := strings.Cut(value, ";"); typed && !strings.ContainsAny(strings.TrimSpace(kind), " \t") {
		value = text
	}
	return domain.Storable(strings.TrimSpace(value), maxText)
}
