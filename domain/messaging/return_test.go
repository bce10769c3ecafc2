package messaging_test

import (
	"context"
	"log/slog"
	"net/mail"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/messagingstore"
)

// mailServer is a provider whose mail comes back to the envelope sender.
type mailServer struct{ *provider }

func (mailServer) Name() string { return "smtp" }

func TestMailByServerComesBackToAnAddressThatNamesIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys := signer(t, key(1))
	returns, err := messaging.NewReturnAddress(keys, "bounces@example.com")
	b.must(err)
	for _, p := range []messaging.Provider{mailServer{b.provider}, b.provider} {
		service := messaging.New(messaging.Deps{
			Store: messagingstore.New(b.db), Tx: b.db, Contacts: b.crm, Provider: p, Signer: keys,
			BaseURL: "https://mail.example.com", Return: returns, Log: slog.New(slog.DiscardHandler),
		})
		address := strings.ToLower(p.Name()) + "@example.org"
		contact := b.contact(crm.ContactInput{Email: &address})
		message := b.decide(contact.ID, b.email(welcome()).ID)
		_, err := service.Deliver(b.ctx, b.org, message.ID)
		b.must(err)
		sent := b.provider.mails[len(b.provider.mails)-1]
		want := "hello@example.com"
		if p.Name() == "smtp" {
			want = returns.Return(message.Sid)
		}
		if sent.From != want {
			t.Errorf("%s: envelope sender %s, want %s", p.Name(), sent.From, want)
		}
		parsed, err := mail.ReadMessage(strings.NewReader(string(sent.Raw)))
		b.must(err)
		list := parsed.Header["List-Unsubscribe"]
		if len(list) != 1 || !strings.HasPrefix(list[0], "<https://mail.example.com/u/") || !strings.HasSuffix(list[0], ", <mailto:"+returns.Unsubscribe(message.Sid)+"?subject=unsubscribe>") {
			t.Errorf("%s: List-Unsubscribe %q", p.Name(), list)
		}
		found := returns.Find(list[0])
		if len(found) != 2 || found[0] != found[1] {
			t.Fatalf("%+v", found)
		}
		b.must(service.Unsubscribe(context.Background(), found[0].Token))
		after, err := b.crm.Contact(b.ctx, b.org, contact.ID)
		b.must(err)
		if after.MayReceive(crm.Email) {
			t.Error("still subscribed")
		}
	}
}
