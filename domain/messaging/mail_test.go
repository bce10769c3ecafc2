package messaging_test

import (
	"bytes"
	"mime"
	"net/mail"
	"regexp"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// sendTo delivers an email to a contact and returns the mail, taken apart.
func (b *bench) sendTo(contact crm.Contact, in messaging.EmailInput) (messaging.Outgoing, *mail.Message, messaging.MailParts) {
	b.t.Helper()
	message := b.decide(contact.ID, b.email(in).ID)
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	if delivery.State != messaging.StateSent {
		b.t.Fatalf("not sent: %+v", delivery)
	}
	out := b.provider.mails[len(b.provider.mails)-1]
	parsed, err := mail.ReadMessage(bytes.NewReader(out.Raw))
	b.must(err)
	parts, err := messaging.Captured{Raw: out.Raw}.Parts()
	b.must(err)
	return out, parsed, parts
}

func TestAMailHasWhatMailboxProvidersAskFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.FromName, in.FromEmail, in.ReplyTo, in.Preheader = "Grüße & Co", "Hi@Bücher.example", "answers@example.com", "Good to see you, {{ firstname }}"
	out, parsed, parts := b.sendTo(b.anna(), in)
	for name, want := range map[string]string{
		"From":                  "=?utf-8?b?R3LDvMOfZSAmIENv?= <Hi@xn--bcher-kva.example>",
		"To":                    "<anna@example.com>",
		"Reply-To":              "<answers@example.com>",
		"Subject":               "Hello Anna",
		"Message-Id":            "<" + out.Sid + "@xn--bcher-kva.example>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted":        "",
		"User-Agent":            "",
	} {
		if got := parsed.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	unsubscribe := strings.Trim(parsed.Header.Get("List-Unsubscribe"), "<>")
	if !strings.HasPrefix(unsubscribe, "https://mail.example.com/u/") {
		t.Errorf("List-Unsubscribe: %s", unsubscribe)
	}
	if !regexp.MustCompile(`^5:\d+:marketing:mauntic$`).MatchString(parsed.Header.Get("Feedback-ID")) {
		t.Errorf("Feedback-ID: %s", parsed.Header.Get("Feedback-ID"))
	}
	kind, _, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Errorf("%s, %v", kind, err)
	}
	for _, want := range []string{"Hi Anna, <a href=\"https://mail.example.com/t/c/", "Good to see you, Anna", "/t/o/", unsubscribe, "Acme"} {
		if !strings.Contains(parts.HTML, want) {
			t.Errorf("HTML lacks %q: %s", want, parts.HTML)
		}
	}
	for _, want := range []string{"Hi Anna", "https://mail.example.com/t/c/", unsubscribe} {
		if !strings.Contains(parts.Text, want) {
			t.Errorf("text lacks %q: %s", want, parts.Text)
		}
	}
	if strings.Contains(parts.HTML, "https://example.com") || strings.Contains(parts.Text, "https://example.com") {
		t.Error("a link is not tracked")
	}
	for line := range strings.SplitSeq(string(out.Raw), "\r\n") {
		if len(line) > 200 {
			t.Errorf("a line of %d characters: %.80s", len(line), line)
		}
	}
}

func TestTheMarketersUnsubscribeLinkNeedsNoFooter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.HTML = `<p>{{ firstname }}</p><a href="{{ unsubscribe_url }}">bye</a> <a href="{{ view_url }}">view</a> <a href="mailto:x@example.com">mail</a>`
	in.Text = "Bye: {{ unsubscribe_url }}"
	_, parsed, parts := b.sendTo(b.anna(), in)
	unsubscribe := strings.Trim(parsed.Header.Get("List-Unsubscribe"), "<>")
	if strings.Count(parts.HTML, unsubscribe) != 1 || strings.TrimSpace(parts.Text) != "Bye: "+unsubscribe {
		t.Errorf("HTML %s\ntext %s", parts.HTML, parts.Text)
	}
	if !strings.Contains(parts.HTML, `href="https://mail.example.com/v/`) || !strings.Contains(parts.HTML, `href="mailto:x@example.com"`) {
		t.Errorf("HTML %s", parts.HTML)
	}
}

func TestMergeTagsCannotBreakOutOfHeadersOrMarkup(t *testing.T) {
	t.Parallel()
	b := setup(t)
	// Written past the rules of contacts, as an import of another program might have done.
	anna := b.anna()
	evil := "Anna\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>\x00\u2028"
	_, err := b.db.Pool().Exec(b.ctx, "update crm.contacts set firstname = $1 where id = $2", strings.ReplaceAll(evil, "\x00", "\x01"), anna.ID)
	b.must(err)
	in := welcome()
	in.FromName = "{{ contact.firstname }}"
	in.Preheader = "{{ contact.firstname }}"
	_, parsed, parts := b.sendTo(anna, in)
	if bcc := parsed.Header.Get("Bcc"); bcc != "" {
		t.Errorf("Bcc: %s", bcc)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil || subject != "Hello Anna Bcc: victim@example.com <script>alert(1)</script>" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if strings.Contains(parts.HTML, "<script>") {
		t.Errorf("HTML %s", parts.HTML)
	}
	from, err := parsed.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "hello@example.com" {
		t.Errorf("from %+v, %v", from, err)
	}
}

func TestATextOnlyEmailHasNoHTML(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, parsed, parts := b.sendTo(b.anna(), messaging.EmailInput{Name: "Plain", Subject: "Hi", Text: "Hello {{ firstname }} <b>"})
	if kind := parsed.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("Content-Type %s", kind)
	}
	if !strings.HasPrefix(parts.Text, "Hello Anna <b>") || !strings.Contains(parts.Text, "Unsubscribe: https://mail.example.com/u/") {
		t.Errorf("text %q", parts.Text)
	}
}

func TestUnsafeTargetsAreNotTracked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.HTML = `<a href="javascript:alert(1)">a</a><a href="https://user:pw@example.com/">b</a><a href="data:text/html,x">c</a><a href="{{ contact.company }}">d</a><a href="https://exa&#10;mple.com">e</a>`
	_, _, parts := b.sendTo(b.contact(crm.ContactInput{Email: new("x@example.com"), Company: new("javascript:alert(2)")}), in)
	if strings.Contains(parts.HTML, "/t/c/") {
		t.Errorf("HTML %s", parts.HTML)
	}
}

func TestAPreviewShowsTheMailWithoutTracking(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	in := welcome()
	in.HTML += "{{ contact.nosuch }}"
	in.Preheader = "Soon"
	got, err := b.Preview(b.ctx, b.org, in, &anna.ID)
	b.must(err)
	if got.Subject != "Hello Anna" || got.From != "Acme <hello@example.com>" || got.Preheader != "Soon" ||
		!strings.Contains(got.HTML, "https://example.com/start") || strings.Contains(got.HTML, "/t/") || !strings.Contains(got.HTML, "#unsubscribe") {
		t.Errorf("%+v", got)
	}
	if len(got.Warnings) != 1 || got.Warnings[0] != "HTML, line 1: there is no {{ contact.nosuch }}, so it stays empty." {
		t.Errorf("warnings %q", got.Warnings)
	}
	if got, err = b.Preview(b.ctx, b.org, in, nil); err != nil || got.Subject != "Hello Anna" {
		t.Errorf("invented contact: %+v, %v", got, err)
	}
}

func BenchmarkDeliver(b *testing.B) {
	bench := setup(b)
	anna, email := bench.anna(), bench.email(welcome())
	ids := make([]messaging.MessageID, b.N)
	for i := range ids {
		ids[i] = bench.decide(anna.ID, email.ID).ID
	}
	ctx := identity.WithActor(b.Context(), identity.System(bench.org))
	b.ResetTimer()
	for _, id := range ids {
		if _, err := bench.Deliver(ctx, bench.org, id); err != nil {
			b.Fatal(err)
		}
	}
}
