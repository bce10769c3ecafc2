package mailbox_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/mauntic/mauntic/activities/provider/mailbox"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// mailServer takes every mail and remembers the last one.
type mailServer struct{ last messaging.Outgoing }

func (*mailServer) Name() string { return "smtp" }

func (m *mailServer) Send(_ context.Context, out messaging.Outgoing) (string, error) {
	m.last = out
	return "queued", nil
}

// TestAMailThatComesBackSuppressesTheAddressItWentTo sends a mail and lets it come back to the very
// address that it was sent from, with a report that names somebody else.
func TestAMailThatComesBackSuppressesTheAddressItWentTo(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	ctx := identity.WithActor(context.Background(), identity.System(org))
	contacts := crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	server := &mailServer{}
	service := messaging.New(messaging.Deps{
		Store: messagingstore.New(db), Tx: db, Contacts: contacts, Provider: server, Signer: signer(t, "a"),
		BaseURL: "https://mail.example.com", Return: addresses(t, "a"), Log: slog.New(slog.DiscardHandler),
	})
	email, err := service.CreateEmail(ctx, org, messaging.EmailInput{Name: "Hello", Subject: "Hello", HTML: "<p>Hello</p>"})
	must(t, err)
	send := func(to, key string) (crm.ContactID, messaging.Message) {
		t.Helper()
		contact, err := contacts.CreateContact(ctx, org, crm.ContactInput{Email: &to})
		must(t, err)
		message, err := service.Decide(ctx, org, messaging.Decision{
			Key: key, Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: contact.ID, Email: email.ID,
		})
		must(t, err)
		_, err = service.Deliver(ctx, org, message.ID)
		must(t, err)
		return contact.ID, message
	}
	b := setup(t, imap.CapMove)
	b.Mailbox, err = mailbox.New("imap://user%40example.com:p%2Fss@"+b.address+"/INBOX?tls=off", addresses(t, "a"), service, slog.New(slog.DiscardHandler))
	must(t, err)
	arrive := func(name, from, to string) {
		t.Helper()
		raw := bytes.ReplaceAll(file(t, name, "a"), []byte(from), []byte(to))
		_, err := b.user.Append("INBOX", literal{bytes.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{})
		must(t, err)
	}

	_, bounced := send("anna@example.com", "1")
	arrive("dsn-postfix.eml", addresses(t, "a").Return(sid), server.last.From)
	left, _ := send("bert@example.com", "2")
	asked, _ := send("carl@example.com", "3")
	found := addresses(t, "a").Find(server.last.From)
	arrive("unsubscribe.eml", addresses(t, "a").Unsubscribe(sid), addresses(t, "a").Unsubscribe(found[0].Sid))
	b.visit(2)

	after, err := service.Message(ctx, org, bounced.ID)
	must(t, err)
	if after.Delivery != messaging.DeliveryBounced {
		t.Errorf("%+v", after)
	}
	page, err := service.Suppressions(ctx, org, messaging.SuppressionQuery{})
	must(t, err)
	if len(page.Items) != 1 || page.Items[0].Address != "anna@example.com" {
		t.Errorf("suppressed %+v", page.Items)
	}
	for id, subscribed := range map[crm.ContactID]bool{left: true, asked: false} {
		contact, err := contacts.Contact(ctx, org, id)
		must(t, err)
		if contact.MayReceive(crm.Email) != subscribed {
			t.Errorf("contact %d: %+v", id, contact.DoNotContact)
		}
	}
}
