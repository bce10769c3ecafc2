package messaging

import (
	"html"
	"maps"
	"net/mail"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
)

// Rendered is an email filled in for one contact.
type Rendered struct {
	From      string // as mailboxes show it: Acme <hello@example.com>
	ReplyTo   string
	Subject   string
	Preheader string
	HTML      string
	Text      string
	Warnings  []string // what a person should look at, in previews

	from mail.Address
}

// parts are the parsed texts of an email.
type parts struct {
	fromName, subject, preheader, html, text *content.Template
}

func parse(in EmailInput) (parts, error) {
	var p parts
	for _, part := range []struct {
		field, source string
		mode          content.Mode
		into          **content.Template
	}{
		{"fromName", in.FromName, content.Text, &p.fromName},
		{"subject", in.Subject, content.Text, &p.subject},
		{"preheader", in.Preheader, content.Text, &p.preheader},
		{"html", in.HTML, content.HTML, &p.html},
		{"text", in.Text, content.Text, &p.text},
	} {
		template, err := content.Parse(part.source, part.mode)
		if err != nil {
			return parts{}, domain.Refuse(domain.KindInvalid, part.field, domain.PhraseOf(err))
		}
		*part.into = template
	}
	return p, nil
}

// revisionKey names the texts of an email as they were at a revision.
type revisionKey struct {
	id       EmailID
	revision int
}

func (s *Service) parsed(e Email) (parts, error) {
	key := revisionKey{e.ID, e.Revision}
	if p, ok := s.templates.get(key); ok {
		return p, nil
	}
	p, err := parse(e.Input())
	if err == nil {
		s.templates.put(key, p)
	}
	return p, err
}

// publicLinks are the addresses in one message that lead back to us.
type publicLinks struct {
	unsubscribe     string
	unsubscribeMail string // an address; "": none
	view            string
	footer          bool // add the unsubscribe link where the marketer left it out
}

// mergeVars returns what merge tags may name. The contact's fields are also there without
// "contact.", unless one is called like something of ours.
func mergeVars(fields map[string]any, sender Sender, links publicLinks) map[string]any {
	vars := maps.Clone(fields)
	vars["contact"] = fields
	vars["organization"] = map[string]any{"name": sender.Organization, "address": sender.PostalAddress}
	vars["unsubscribe_url"] = links.unsubscribe
	vars["view_url"] = links.view
	vars[journeyTag] = "" // known, also where there is no journey
	return vars
}

// fill renders the texts. Errors are domain errors with the field.
func (p parts) fill(vars map[string]any) (Rendered, error) {
	var r Rendered
	for _, part := range []struct {
		field    string
		template *content.Template
		into     *string
		line     bool
	}{
		{"fromName", p.fromName, &r.From, true},
		{"subject", p.subject, &r.Subject, true},
		{"preheader", p.preheader, &r.Preheader, true},
		{"html", p.html, &r.HTML, false},
		{"text", p.text, &r.Text, false},
	} {
		filled, err := part.template.Render(vars)
		if err != nil {
			return Rendered{}, domain.Refuse(domain.KindInvalid, part.field, domain.PhraseOf(err))
		}
		if part.line {
			filled = oneLine(filled)
		}
		*part.into = filled
	}
	return r, nil
}

// warnings lists the merge tags that vars knows nothing about.
func (p parts) warnings(vars map[string]any) []string {
	var found []string
	for _, part := range []struct {
		label    string
		template *content.Template
	}{{"Sender name", p.fromName}, {"Subject", p.subject}, {"Preheader", p.preheader}, {"HTML", p.html}, {"Text", p.text}} {
		for _, warning := range part.template.Unknown(vars) {
			found = append(found, part.label+", l"+strings.TrimPrefix(warning, "L"))
		}
	}
	return found
}

// finish adds what every mail has: the sender, the preheader, the footer that marketing needs, and
// a text part. It does not touch the links.
func (r *Rendered) finish(e EmailInput, sender Sender, links publicLinks) error {
	r.from = mail.Address{Name: first(r.From, oneLine(sender.FromName)), Address: first(e.FromEmail, sender.FromEmail)}
	r.From = display(r.from)
	r.ReplyTo = first(e.ReplyTo, sender.ReplyTo)
	if links.footer {
		r.addFooter(sender, links.unsubscribe)
	}
	if strings.TrimSpace(r.HTML) == "" {
		r.HTML = ""
		return nil
	}
	if strings.TrimSpace(r.Text) == "" {
		text, err := content.TextPart(r.HTML)
		if err != nil {
			return domain.Invalid("html", "No text can be made from this HTML. Write the text part yourself.")
		}
		r.Text = text
	}
	r.HTML = content.Preheader(r.HTML, r.Preheader)
	return nil
}

// addFooter adds the unsubscribe link where the marketer left it out, with the postal address that
// laws ask for.
func (r *Rendered) addFooter(sender Sender, unsubscribe string) {
	if strings.TrimSpace(r.HTML) != "" && !strings.Contains(r.HTML, unsubscribe) {
		address := strings.ReplaceAll(html.EscapeString(strings.TrimSpace(sender.PostalAddress)), "\n", "<br>")
		if address != "" {
			address = "<br>" + address
		}
		r.HTML = content.AppendBody(r.HTML, `<div style="margin:24px 0;text-align:center;font:12px/1.5 sans-serif;color:#6b7280">`+
			html.EscapeString(sender.Organization)+address+
			`<br><a href="`+html.EscapeString(unsubscribe)+`" style="color:#6b7280">Unsubscribe</a></div>`)
	}
	if strings.TrimSpace(r.Text) != "" && !strings.Contains(r.Text, unsubscribe) {
		lines := []string{strings.TrimRight(r.Text, "\n"), "", "-- ", sender.Organization}
		if sender.PostalAddress != "" {
			lines = append(lines, strings.TrimSpace(sender.PostalAddress))
		}
		r.Text = strings.Join(append(lines, "Unsubscribe: "+unsubscribe, ""), "\n")
	}
}

// display writes an address for people; the wire form is made by the MIME builder.
func display(a mail.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
