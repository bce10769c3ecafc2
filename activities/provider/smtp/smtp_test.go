package smtp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"github.com/mauntic/mauntic/activities/provider/smtp"
	"github.com/mauntic/mauntic/domain/messaging"
)

// server is a mail server that answers as a test wishes.
type server struct {
	mu         sync.Mutex
	mails      []string
	sessions   int
	onRcpt     error
	onData     error
	hangUpData bool // close the connection instead of answering the mail
}

func (s *server) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &session{server: s, conn: c}, nil
}

type session struct {
	*server
	conn     *gosmtp.Conn
	from, to string
}

func (s *session) Mail(from string, _ *gosmtp.MailOptions) error { s.from = from; return nil }
func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error   { s.to = to; return s.onRcpt }
func (s *session) Reset()                                        {}
func (s *session) Logout() error                                 { return nil }

func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.hangUpData {
		s.conn.Conn().Close()
		return errors.New("gone")
	}
	if s.onData != nil {
		return s.onData
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, s.from+" "+s.to+"\n"+string(body))
	return nil
}

func start(t *testing.T, s *server) *smtp.Provider {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running := gosmtp.NewServer(s)
	go running.Serve(listener)
	t.Cleanup(func() { running.Close() })
	return provider(t, "smtp://"+listener.Addr().String())
}

func provider(t *testing.T, address string) *smtp.Provider {
	t.Helper()
	p, err := smtp.New(address)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var mail = messaging.Outgoing{Sid: "s1", From: "us@example.com", To: "anna@example.com", Raw: []byte("Subject: Hi\r\n\r\nHello\r\n.dot\r\n")}

func send(t *testing.T, p *smtp.Provider) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), messaging.CallTime)
	defer cancel()
	return p.Send(ctx, mail)
}

func TestMailsArriveOverOneConnection(t *testing.T) {
	t.Parallel()
	s := &server{}
	p := start(t, s)
	for range 3 {
		if _, err := send(t, p); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.mails) != 3 || s.sessions != 1 {
		t.Errorf("%d mails over %d connections", len(s.mails), s.sessions)
	}
	if want := "us@example.com anna@example.com\nSubject: Hi\r\n\r\nHello\r\n.dot\r\n"; s.mails[0] != want {
		t.Errorf("arrived: %q", s.mails[0])
	}
}

func TestRefusalsAreSortedByTheirCode(t *testing.T) {
	t.Parallel()
	no := func(code int) error { return &gosmtp.SMTPError{Code: code, Message: "no anna@example.com here"} }
	for name, test := range map[string]struct {
		server    *server
		permanent bool
	}{
		"recipient for now":  {&server{onRcpt: no(451)}, false},
		"recipient for good": {&server{onRcpt: no(550)}, true},
		"content for now":    {&server{onData: no(452)}, false},
		"content for good":   {&server{onData: no(554)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := send(t, start(t, test.server))
			refused, ok := messaging.AsRefused(err)
			if !ok || refused.Permanent != test.permanent {
				t.Fatalf("err = %#v", err)
			}
			if strings.Contains(refused.Reason.English(), "anna") || !strings.Contains(refused.Detail, "anna") {
				t.Errorf("the recipient belongs into the detail only: %+v", refused)
			}
		})
	}
}

func TestAServerThatIsAwayRefusesForNow(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	_, err = send(t, provider(t, "smtp://"+listener.Addr().String()))
	if refused, ok := messaging.AsRefused(err); !ok || refused.Permanent {
		t.Errorf("err = %#v", err)
	}
}

func TestALostAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	_, err := send(t, start(t, &server{hangUpData: true}))
	if _, ok := messaging.AsRefused(err); ok || err == nil {
		t.Errorf("err = %#v", err)
	}
}

func TestAddressesOfServersAreChecked(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://h?tls=maybe"} {
		if _, err := smtp.New(address); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}
