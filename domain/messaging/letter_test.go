package messaging_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/messagingstore"
)

var letter = identity.Letter{To: "uli@acme.example", Subject: "Hello\r\nBcc: x@y.example", Text: "Open https://mail.example.com/invite/secret please."}

func (b *bench) ledger() []messaging.Message {
	b.t.Helper()
	page, err := b.Messages(b.ctx, b.org, messaging.MessageQuery{})
	b.must(err)
	return page.Items
}

func TestALetterIsSentAtOnceWithItsLinkAsItIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.must(b.SendLetter(b.ctx, b.org, letter))
	if len(b.provider.mails) != 1 {
		t.Fatalf("%d mails", len(b.provider.mails))
	}
	mail := b.provider.mails[0]
	raw := string(mail.Raw)
	if mail.To != letter.To || !mail.Private || !strings.Contains(raw, "https://mail.example.com/invite/secret") || strings.Contains(raw, "\nBcc:") {
		t.Errorf("to %s, private %v: %s", mail.To, mail.Private, raw)
	}
	if all := b.ledger(); len(all) != 1 || all[0].State != messaging.StateSent || all[0].Class != messaging.ClassInternal {
		t.Errorf("the ledger: %+v", all)
	}
}

func TestALetterThatCantGoOutNowNeverDoesAndSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(b *bench)
		want  string
	}{
		"refused for now": {func(b *bench) { b.provider.err = &messaging.Refused{Reason: "Come back later."} }, "Come back later."},
		"refused for good": {func(b *bench) {
			b.provider.err = &messaging.Refused{Permanent: true, Reason: "There is no such mailbox."}
		}, "There is no such mailbox."},
		"sending is paused": {func(b *bench) {
			operator := identity.WithActor(b.t.Context(), identity.Actor{Org: b.org, Role: identity.RoleSuperadmin})
			b.must(b.PauseSending(operator, "Somebody looks at the server."))
		}, "Somebody looks at the server."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			c.spoil(b)
			err := b.SendLetter(b.ctx, b.org, letter)
			if !errors.Is(err, domain.ErrUnavailable) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("SendLetter = %v", err)
			}
			if all := b.ledger(); len(all) != 1 || all[0].State != messaging.StateFailed {
				t.Errorf("the ledger: %+v", all)
			}
		})
	}
}

func TestLettersInTheInboxAreForOperatorsOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.mail = inbox.New(messagingstore.New(b.db))
	s := b.another()
	b.must(s.SendLetter(b.ctx, b.org, letter))
	for role, want := range map[identity.Role]int{identity.RoleUser: 0, identity.RoleAdmin: 0, identity.RoleSuperadmin: 1} {
		ctx := identity.WithActor(t.Context(), identity.Actor{Org: b.org, Role: role})
		page, err := s.InboxPage(ctx, b.org, domain.PageQuery{})
		if err != nil || page.Total != want {
			t.Errorf("%s sees %d, %v", role, page.Total, err)
		}
		mail, err := s.InboxMail(ctx, b.org, 1)
		if found := err == nil && mail.Raw != nil; found != (want == 1) || err != nil && !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s opens it: %v", role, err)
		}
	}
}
