package mailbox_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/mauntic/mauntic/activities/provider/mailbox"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// bench is a mailbox on a mail server in memory.
type bench struct {
	*mailbox.Mailbox

	t       *testing.T
	user    *imapmemserver.User
	address string // of the server

	mu           sync.Mutex
	taken        []messaging.Feedback
	unsubscribed []string
	err          error
}

func setup(t *testing.T, caps ...imap.Cap) *bench {
	t.Helper()
	b := &bench{t: t, user: imapmemserver.NewUser("user@example.com", "p/ss")}
	must(t, b.user.Create("INBOX", nil))
	backend := imapmemserver.New()
	backend.AddUser(b.user)
	set := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		set[c] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return backend.NewSession(), nil, nil
		},
		Caps: set, InsecureAuth: true, Logger: silent{},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	b.address = listener.Addr().String()
	b.Mailbox, err = mailbox.New("imap://user%40example.com:p%2Fss@"+b.address+"/INBOX?tls=off", addresses(t, "a"), b, slog.New(slog.DiscardHandler))
	must(t, err)
	return b
}

type silent struct{}

func (silent) Printf(string, ...any) {}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) TakeFeedback(_ context.Context, list []messaging.Feedback) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.taken = append(b.taken, list...)
	}
	return b.err
}

func (b *bench) Unsubscribe(_ context.Context, token string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unsubscribed = append(b.unsubscribed, token)
	return b.err
}

func (b *bench) arrive(names ...string) {
	b.t.Helper()
	for _, name := range names {
		raw := file(b.t, name, "a")
		_, err := b.user.Append("INBOX", literal{bytes.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{})
		must(b.t, err)
	}
}

type literal struct {
	io.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

func (b *bench) visit(want int) {
	b.t.Helper()
	told, err := b.Visit(b.t.Context())
	if err != nil || told != want {
		b.t.Errorf("%d mails told something, %v; want %d", told, err, want)
	}
}

// flags returns the flags of the mails in a folder, as a person with another program sees them.
func (b *bench) flags(folder string) []string {
	b.t.Helper()
	client, err := imapclient.DialInsecure(b.address, nil)
	must(b.t, err)
	defer client.Close()
	must(b.t, client.Login("user@example.com", "p/ss").Wait())
	selected, err := client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil || selected.NumMessages == 0 {
		return nil
	}
	mails, err := client.Fetch(imap.SeqSetNum(numbers(selected.NumMessages)...), &imap.FetchOptions{Flags: true}).Collect()
	must(b.t, err)
	var all []string
	for _, mail := range mails {
		var flags []string
		for _, flag := range mail.Flags {
			flags = append(flags, strings.ToLower(string(flag)))
		}
		all = append(all, strings.Join(flags, " "))
	}
	return all
}

func numbers(n uint32) []uint32 {
	var list []uint32
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func TestMailsThatTellSomethingAreMovedAway(t *testing.T) {
	t.Parallel()
	b := setup(t, imap.CapMove)
	b.arrive("dsn-postfix.eml", "person.eml", "unsubscribe.eml", "auto-reply.eml", "arf-abuse.eml")
	b.visit(3)
	if len(b.taken) != 2 || b.taken[0].Sid != sid || len(b.unsubscribed) != 1 {
		t.Errorf("taken %+v, unsubscribed %v", b.taken, b.unsubscribed)
	}
	if moved := b.flags("Mauntic"); len(moved) != 3 {
		t.Errorf("moved %v", moved)
	}
	if left := b.flags("INBOX"); len(left) != 2 || strings.Contains(strings.Join(left, " "), "seen") {
		t.Errorf("left %v: they stay, and unread", left)
	}
	b.visit(0)
	b.arrive("dsn-mailbox.eml")
	b.visit(1)
	if moved := b.flags("Mauntic"); len(moved) != 4 || len(b.taken) != 3 {
		t.Errorf("moved %v, taken %d", moved, len(b.taken))
	}
}

func TestWithoutAWayToMoveMailsAreMarkedAsRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.arrive("dsn-postfix.eml", "person.eml")
	b.visit(1)
	if left := b.flags("INBOX"); len(left) != 2 || !strings.Contains(left[0], `\seen`) {
		t.Errorf("left %v", left)
	}
	b.visit(0)
	if len(b.taken) != 1 {
		t.Errorf("taken %+v", b.taken)
	}
}

func TestMailsStayUntilTheyAreKept(t *testing.T) {
	t.Parallel()
	b := setup(t, imap.CapMove)
	b.arrive("dsn-postfix.eml", "dsn-mailbox.eml", "unsubscribe.eml", "dsn-policy.eml", "arf-abuse.eml")
	b.err = errors.New("the database is away")
	if told, err := b.Visit(t.Context()); err == nil || told != 0 {
		t.Errorf("%d, %v", told, err)
	}
	if left := b.flags("INBOX"); len(left) != 5 || len(b.flags("Mauntic")) != 0 {
		t.Errorf("left %v", left)
	}
	b.err = nil
	b.visit(5)
	if left := b.flags("INBOX"); len(left) != 0 || len(b.taken) != 4 {
		t.Errorf("left %v, taken %d", left, len(b.taken))
	}
}

func TestUnsubscribingFromAMessageThatIsGoneIsDone(t *testing.T) {
	t.Parallel()
	b := setup(t, imap.CapMove)
	b.arrive("unsubscribe.eml")
	b.err = domain.NotFound("Gone.")
	b.visit(1)
	if left := b.flags("INBOX"); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestAMailboxThatCannotBeOpenedIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, address := range []string{
		"imap://user%40example.com:wrong@" + b.address + "/INBOX?tls=off",
		"imap://user%40example.com:p%2Fss@" + b.address + "/Nowhere?tls=off",
		"imap://user%40example.com:p%2Fss@" + b.address + "/INBOX", // it has no TLS
		"imaps://user%40example.com:p%2Fss@" + b.address + "/INBOX",
		"imaps://user:password@127.0.0.1:1/INBOX",
	} {
		box, err := mailbox.New(address, addresses(t, "a"), b, slog.New(slog.DiscardHandler))
		must(t, err)
		if _, err := box.Visit(t.Context()); err == nil {
			t.Errorf("%s was visited", address)
		}
		if _, err := box.Check(t.Context()); err == nil {
			t.Errorf("%s is all right", address)
		}
	}
	b.arrive("person.eml")
	if mails, err := b.Check(t.Context()); err != nil || mails != 1 {
		t.Errorf("%d, %v", mails, err)
	}
	for _, address := range []string{"", "imaps://host/INBOX", "pop3://u:p@host", "imaps://u:p@/INBOX", "imap://u:p@host?tls=maybe", "://"} {
		if _, err := mailbox.New(address, nil, nil, nil); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}
