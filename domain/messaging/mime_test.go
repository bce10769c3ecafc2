package messaging_test

import (
	"bytes"
	"maps"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// attacks are what must never get into the head of a mail.
var attacks = []string{
	"x\r\nBcc: victim@example.com", "x\nBcc: victim@example.com", "x\rBcc: victim@example.com", "x\x00y", "x\x1fy", "x\u0085y",
	"x\u2028Bcc: victim@example.com", "x\u2029y",
}

func TestWhatBreaksHeadersIsRefusedAtTheEdge(t *testing.T) {
	t.Parallel()
	b := setup(t)
	fields := map[string]func(*messaging.EmailInput, string){
		"fromName":  func(in *messaging.EmailInput, s string) { in.FromName = s },
		"fromEmail": func(in *messaging.EmailInput, s string) { in.FromEmail = "a@example.com" + s },
		"replyTo":   func(in *messaging.EmailInput, s string) { in.ReplyTo = "a@example.com" + s },
		"subject":   func(in *messaging.EmailInput, s string) { in.Subject = s },
		"preheader": func(in *messaging.EmailInput, s string) { in.Preheader = s },
	}
	for field, set := range fields {
		for _, attack := range attacks {
			in := welcome()
			set(&in, attack)
			if _, err := b.CreateEmail(b.ctx, b.org, in); domain.KindOf(err) != domain.KindInvalid {
				t.Errorf("%s %q: %v", field, attack, err)
			}
		}
	}
}

// header is the exact set of fields that a marketing mail has.
var header = []string{
	"Content-Type", "Date", "Feedback-Id", "From", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "Mime-Version", "Subject", "To",
}

func TestNothingThatIsFilledInAddsToTheHead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	in := welcome()
	in.FromName, in.Subject, in.Preheader = "{{ contact.firstname }}", "Hi {{ contact.firstname }}", "{{ contact.firstname }}"
	email := b.email(in)
	for _, attack := range append(attacks, "=?utf-8?q?=0d=0aBcc:_victim@example.com?=", `"<evil@example.com>, x`, "Grüße, \"Zitat\" <a@b.c>") {
		if strings.ContainsRune(attack, 0) {
			continue // the database takes no NUL
		}
		// Written past the rules of contacts and organizations, as another program might.
		_, err := b.db.Pool().Exec(b.ctx, "update crm.contacts set firstname = $1 where id = $2", attack, anna.ID)
		b.must(err)
		_, err = b.db.Pool().Exec(b.ctx, "update identity.organizations set name = $1", attack)
		b.must(err)
		delivery, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID)
		b.must(err)
		if delivery.State != messaging.StateSent {
			t.Errorf("%q: %+v", attack, delivery)
			continue
		}
		sent, err := mail.ReadMessage(bytes.NewReader(b.provider.mails[len(b.provider.mails)-1].Raw))
		b.must(err)
		if got := slices.Sorted(maps.Keys(sent.Header)); !slices.Equal(got, header) {
			t.Errorf("%q: %v", attack, got)
		}
		for name, values := range sent.Header {
			if len(values) != 1 {
				t.Errorf("%q: %s stands there %d times", attack, name, len(values))
			}
		}
		from, err := sent.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "hello@example.com" {
			t.Errorf("%q: From %v, %v", attack, from, err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(sent.Header.Get("Subject"))
		if err != nil || strings.ContainsAny(subject, "\r\n") {
			t.Errorf("%q: Subject %q, %v", attack, subject, err)
		}
	}
}

func TestNoLineIsTooLong(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.FromName = strings.Repeat("Ünïcödé ", 20)
	in.Subject = strings.Repeat("länglich ", 40)
	in.HTML = "<p>" + strings.Repeat("x", 20_000) + strings.Repeat("äöü", 5000) + "</p>" + strings.Repeat("<br>\n.\n", 50)
	in.Text = strings.Repeat("y", 20_000) + strings.Repeat("ß", 5000)
	out, _, _ := b.sendTo(b.anna(), in)
	head, body, ok := bytes.Cut(out.Raw, []byte("\r\n\r\n"))
	if !ok {
		t.Fatal("the mail has no head")
	}
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		if len(line) > 998 {
			t.Errorf("a line of %d in the head: %.60s", len(line), line)
		}
	}
	for line := range bytes.SplitSeq(body, []byte("\r\n")) {
		if len(line) > 76 && !bytes.HasPrefix(line, []byte("--")) {
			t.Errorf("an encoded line of %d: %.60s", len(line), line)
		}
		if bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a lone line end in %.60q", line)
		}
	}
}

func TestMarketingNamesItsListAndItsSource(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, want := range map[string]string{
		"Acme": "Acme ", "Acme, Inc.": `"Acme, Inc." `, "Bücher & Co": "=?utf-8?q?B=C3=BCcher_&_Co?= ", `The "Best"`: `"The \"Best\"" `,
	} {
		_, err := b.db.Pool().Exec(b.ctx, "update identity.organizations set name = $1", name)
		b.must(err)
		contact := b.contact(crm.ContactInput{})
		_, err = b.db.Pool().Exec(b.ctx, "update crm.contacts set email = 'c' || id || '@example.com' where id = $1", contact.ID)
		b.must(err)
		_, parsed, _ := b.sendTo(contact, welcome())
		if got := parsed.Header.Get("List-Id"); got != want+"<marketing-1.example.com>" {
			t.Errorf("List-Id: %s", got)
		}
		if fields := strings.Split(parsed.Header.Get("Feedback-ID"), ":"); len(fields) != 4 || len(fields[3]) < 5 || len(fields[3]) > 15 {
			t.Errorf("Feedback-ID: %v", fields)
		}
	}
}

func TestTransactionalMailIsMarkedAsAutomatic(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: "receipt", Channel: messaging.ChannelEmail, Class: messaging.ClassTransactional, Contact: b.anna().ID, Email: b.email(welcome()).ID,
	})
	b.must(err)
	_, err = b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	sent, err := mail.ReadMessage(bytes.NewReader(b.provider.mails[0].Raw))
	b.must(err)
	if sent.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("Auto-Submitted: %q", sent.Header.Get("Auto-Submitted"))
	}
	for _, name := range []string{"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"} {
		if got := sent.Header.Get(name); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestDomainsAreSentInASCIIAndLocalPartsMustBe(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.FromEmail = "Post@Bücher.example"
	ben := b.contact(crm.ContactInput{Email: new("ben@Grüße.example")})
	out, parsed, _ := b.sendTo(ben, in)
	if out.From != "Post@xn--bcher-kva.example" || out.To != "ben@xn--gre-6ka8l.example" || parsed.Header.Get("To") != "<ben@xn--gre-6ka8l.example>" {
		t.Errorf("from %s to %s, To: %s", out.From, out.To, parsed.Header.Get("To"))
	}
	in.FromEmail = "grüße@example.com"
	if _, err := b.CreateEmail(b.ctx, b.org, in); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), "before the @ only plain letters") {
		t.Errorf("%v", err)
	}
	_, err := b.db.Pool().Exec(b.ctx, "update crm.contacts set email = 'bän@example.com' where id = $1", ben.ID)
	b.must(err)
	delivery, err := b.Deliver(b.ctx, b.org, b.decide(ben.ID, b.email(welcome()).ID).ID)
	if err != nil || delivery.State != messaging.StateSkipped || !strings.Contains(delivery.Reason.English(), "not a valid address") {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestTheTextPartIsNeverMissing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.HTML, in.Text = `<img src="https://example.com/only-a-picture.png">`, ""
	out, _, parts := b.sendTo(b.anna(), in)
	if !bytes.Contains(out.Raw, []byte("Content-Type: text/plain")) || strings.TrimSpace(parts.Text) == "" {
		t.Errorf("text part %q", parts.Text)
	}
}

func TestLargeMailsAreWarnedOfAndTooLargeOnesRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := welcome()
	in.HTML = "<p>" + strings.Repeat("word ", 22_000) + "</p>"
	preview, err := b.Preview(b.ctx, b.org, in, nil)
	b.must(err)
	if len(preview.Warnings) != 1 || !strings.Contains(preview.Warnings[0], "Gmail cuts mails off above 102 KB") {
		t.Errorf("%v", preview.Warnings)
	}
	in.HTML = "<p>short</p>"
	if preview, err := b.Preview(b.ctx, b.org, in, nil); err != nil || len(preview.Warnings) != 0 {
		t.Errorf("%v, %v", preview.Warnings, err)
	}
	email := b.email(in)
	_, err = b.db.Pool().Exec(b.ctx, "update messaging.emails set html = repeat('<p>word</p>', 1000000) where id = $1", email.ID)
	b.must(err)
	delivery, err := b.Deliver(b.ctx, b.org, b.decide(b.anna().ID, email.ID).ID)
	if err != nil || delivery.State != messaging.StateFailed || len(b.provider.mails) != 0 {
		t.Errorf("%+v, %v", delivery, err)
	}
}
