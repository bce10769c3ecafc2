package messaging_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

func TestEmailsAreCheckedWhenTheyAreSaved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for field, spoil := range map[string]func(*messaging.EmailInput){
		"name":      func(in *messaging.EmailInput) { in.Name = strings.Repeat("x", 10_000) },
		"fromName":  func(in *messaging.EmailInput) { in.FromName = "Acme\r\nBcc: victim@example.com" },
		"fromEmail": func(in *messaging.EmailInput) { in.FromEmail = "a@example.com\nBcc: b@example.com" },
		"replyTo":   func(in *messaging.EmailInput) { in.ReplyTo = "Anna <anna@example.com>" },
		"subject":   func(in *messaging.EmailInput) { in.Subject = "Hi\x00" },
		"preheader": func(in *messaging.EmailInput) { in.Preheader = "{{ x" },
		"html":      func(in *messaging.EmailInput) { in.HTML = "a\nb\n{% for i in (1..2000000000) %}{% endfor %}" },
		"text":      func(in *messaging.EmailInput) { in.Text = "{% include 'etc/passwd' %}" },
	} {
		in := welcome()
		spoil(&in)
		_, err := b.CreateEmail(b.ctx, b.org, in)
		var ours *domain.Error
		if !errors.As(err, &ours) || ours.Kind != domain.KindInvalid || ours.Field != field || !strings.HasSuffix(ours.Message, ".") {
			t.Errorf("%s: %v", field, err)
		}
	}
	var ours *domain.Error
	_, err := b.CreateEmail(b.ctx, b.org, messaging.EmailInput{FromEmail: "nonsense", HTML: "\n\n{{ a | b }}"})
	if !errors.As(err, &ours) || ours.Field != "name" || len(ours.More) != 2 || ours.More[1].Message != `Line 3: there is no filter "b".` {
		t.Errorf("all findings at once: %+v", ours)
	}
	if page, err := b.Emails(b.ctx, b.org, domain.PageQuery{}); err != nil || page.Total != 0 {
		t.Errorf("%d emails were written, %v", page.Total, err)
	}
}

func TestTwoPeopleDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.email(welcome())
	first := welcome()
	first.Subject = "First"
	changed, err := b.UpdateEmail(b.ctx, b.org, email.ID, email.Revision, first)
	if err != nil || changed.Revision != 2 || changed.Subject != "First" {
		t.Fatalf("%+v, %v", changed, err)
	}
	if _, err := b.UpdateEmail(b.ctx, b.org, email.ID, email.Revision, welcome()); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("err = %v", err)
	}
	if now, err := b.Email(b.ctx, b.org, email.ID); err != nil || now.Subject != "First" {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestAChangedEmailIsSentAsItIsNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, email := b.anna(), b.email(welcome())
	_, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID)
	b.must(err)
	in := welcome()
	in.Subject = "Changed"
	_, err = b.UpdateEmail(b.ctx, b.org, email.ID, 1, in)
	b.must(err)
	_, err = b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID)
	b.must(err)
	if got := b.provider.mails[1].Subject; got != "Changed" {
		t.Errorf("subject %q", got)
	}
}

func TestASentEmailCannotBeDeleted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sent, unsent := b.email(welcome()), b.email(welcome())
	b.decide(b.anna().ID, sent.ID)
	if err := b.DeleteEmail(b.ctx, b.org, sent.ID); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("err = %v", err)
	}
	b.must(b.DeleteEmail(b.ctx, b.org, unsent.ID))
	if err := b.DeleteEmail(b.ctx, b.org, unsent.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
}

func TestEmailsAreListedSearchedAndOrdered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"Beta", "alpha", "100%_\\"} {
		in := welcome()
		in.Name = name
		b.email(in)
	}
	for _, test := range []struct {
		q    domain.PageQuery
		want string
	}{
		{domain.PageQuery{OrderBy: "name", OrderDir: "asc"}, "100%_\\ alpha Beta"},
		{domain.PageQuery{Search: "BET"}, "Beta"},
		{domain.PageQuery{Search: "%_\\"}, "100%_\\"},
		{domain.PageQuery{Search: "hello"}, "100%_\\ alpha Beta"},
	} {
		page, err := b.Emails(b.ctx, b.org, test.q)
		b.must(err)
		var names []string
		for _, email := range page.Items {
			names = append(names, email.Name)
			if email.HTML != "" {
				t.Error("a list carries HTML")
			}
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%+v: %s", test.q, got)
		}
	}
	if _, err := b.Emails(b.ctx, b.org, domain.PageQuery{OrderBy: "html; drop table"}); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("err = %v", err)
	}
}

func TestSendableSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.Sendable(b.ctx, b.org, b.email(welcome()).ID))
	_, err := b.db.Pool().Exec(b.ctx, "update identity.organizations set from_email = ''")
	b.must(err)
	err = b.Sendable(b.ctx, b.org, b.email(messaging.EmailInput{Name: "Draft"}).ID)
	var ours *domain.Error
	if !errors.As(err, &ours) || ours.Field != "fromEmail" || len(ours.More) != 2 {
		t.Errorf("err = %+v", err)
	}
}

func TestNobodyWithoutPermissionTouchesEmails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.email(welcome())
	nobody := t.Context()
	roleless := identity.WithActor(nobody, identity.Actor{Org: b.org, User: 1})
	for ctx, want := range map[string]error{"nobody": domain.ErrUnauthorized, "roleless": domain.ErrForbidden} {
		caller := map[string]func() error{
			"read":   func() error { _, err := b.Email(pick(ctx, nobody, roleless), b.org, email.ID); return err },
			"create": func() error { _, err := b.CreateEmail(pick(ctx, nobody, roleless), b.org, welcome()); return err },
			"delete": func() error { return b.DeleteEmail(pick(ctx, nobody, roleless), b.org, email.ID) },
			"preview": func() error {
				_, err := b.Preview(pick(ctx, nobody, roleless), b.org, welcome(), nil)
				return err
			},
			"inbox": func() error {
				_, err := b.InboxPage(pick(ctx, nobody, roleless), b.org, domain.PageQuery{})
				return err
			},
		}
		for name, call := range caller {
			if err := call(); !errors.Is(err, want) {
				t.Errorf("%s may %s: %v", ctx, name, err)
			}
		}
	}
}

func pick[T any](name string, nobody, other T) T {
	if name == "nobody" {
		return nobody
	}
	return other
}

func TestRemovingSamplesKeepsWhatIsReal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sample := welcome()
	sample.IsSample = true
	loaded, own := b.email(sample), b.email(welcome())
	anna := b.anna()
	for _, id := range []messaging.EmailID{loaded.ID, own.ID} {
		_, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, id).ID)
		b.must(err)
	}
	for range 2 {
		b.must(b.DeleteSamples(b.ctx, b.org))
	}
	emails, err := b.Emails(b.ctx, b.org, domain.PageQuery{})
	b.must(err)
	messages, err := b.Messages(b.ctx, b.org, messaging.MessageQuery{})
	b.must(err)
	if emails.Total != 1 || emails.Items[0].ID != own.ID || messages.Total != 1 || *messages.Items[0].Email != own.ID {
		t.Errorf("%+v, %+v", emails.Items, messages.Items)
	}
}
