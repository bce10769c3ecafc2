// Package smtp sends mails through a mail server.
package smtp

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	maxIdle  = 8                // connections kept open between mails
	idleTime = 20 * time.Second // servers close idle connections after 30 s or more
)

// Provider sends through one server. It keeps a few connections open.
type Provider struct {
	host   string
	client *gomail.Client
	idle   chan connection
}

type connection struct {
	*gosmtp.Client
	since time.Time // idle since
}

var (
	_ messaging.Provider = (*Provider)(nil)
	_ messaging.Relay    = (*Provider)(nil)
)

// New reads the address of a server: smtp://user:password@host:587 with STARTTLS where the server
// offers it, smtp://host?tls=required or ?tls=off to insist on it or do without, smtps://host:465
// for TLS from the first byte.
func New(address string) (*Provider, error) {
	server, err := url.Parse(address)
	if err != nil || server.Hostname() == "" || (server.Scheme != "smtp" && server.Scheme != "smtps") {
		return nil, errors.New("the address of the mail server must look like smtp://user:password@host:587")
	}
	options, err := options(server)
	if err != nil {
		return nil, err
	}
	client, err := gomail.NewClient(server.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("make mail client: %w", err)
	}
	return &Provider{host: server.Hostname(), client: client, idle: make(chan connection, maxIdle)}, nil
}

func options(server *url.URL) ([]gomail.Option, error) {
	list := []gomail.Option{gomail.WithTimeout(messaging.CallTime), gomail.WithoutSMTPUTF8()}
	port := 587
	switch tls := server.Query().Get("tls"); {
	case server.Scheme == "smtps":
		port = 465
		list = append(list, gomail.WithSSL())
	case tls == "required":
		list = append(list, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case tls == "off":
		list = append(list, gomail.WithTLSPolicy(gomail.NoTLS))
	case tls == "":
		list = append(list, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		return nil, fmt.Errorf("the address of the mail server has tls=%s; only required and off are known", tls)
	}
	if server.Port() != "" {
		port, _ = strconv.Atoi(server.Port()) // url.Parse admits digits only
	}
	list = append(list, gomail.WithPort(port))
	if password, ok := server.User.Password(); ok {
		list = append(list, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(server.User.Username()), gomail.WithPassword(password))
	}
	return list, nil
}

// Name implements messaging.Provider.
func (p *Provider) Name() string { return "smtp" }

// Host implements messaging.Relay.
func (p *Provider) Host() string { return p.host }

// Check connects and signs in, and sends nothing. The error is what was in the way.
func (p *Provider) Check(ctx context.Context) error {
	conn, err := p.connect(ctx)
	if err != nil {
		return err
	}
	p.keep(conn)
	return nil
}

// Send implements messaging.Provider. Until the final dot is on its way, the server has not taken
// the mail; afterwards only its answer tells.
func (p *Provider) Send(ctx context.Context, m messaging.Outgoing) (string, error) {
	conn, err := p.connect(ctx)
	if err != nil {
		return "", unreachable(err)
	}
	answer, err := transmit(conn.Client, m)
	if refused := (*textproto.Error)(nil); err != nil && !errors.As(err, &refused) {
		conn.Close()
		if errors.Is(err, errNotTaken) {
			return "", unreachable(err)
		}
		return "", fmt.Errorf("send mail: %w", err)
	}
	p.keep(conn)
	if err != nil {
		return "", refusal(err)
	}
	return answer, nil
}

var errNotTaken = errors.New("the connection broke before the mail was complete")

// transmit sends one mail over an open connection and returns the server's last words.
func transmit(client *gosmtp.Client, m messaging.Outgoing) (string, error) {
	if err := client.Mail("<" + m.From + ">"); err != nil {
		return "", notTaken(err)
	}
	if err := client.Rcpt("<" + m.To + ">"); err != nil {
		return "", notTaken(err)
	}
	body, err := client.Data()
	if err != nil {
		return "", notTaken(err)
	}
	if _, err := body.Write(m.Raw); err != nil {
		return "", notTaken(err)
	}
	if err := body.Close(); err != nil {
		return "", err
	}
	if closer, ok := body.(*gosmtp.DataCloser); ok {
		return closer.ServerResponse(), nil
	}
	return "", nil
}

// notTaken marks errors that are not the server's answer.
func notTaken(err error) error {
	if answer := (*textproto.Error)(nil); errors.As(err, &answer) {
		return err
	}
	return fmt.Errorf("%w: %w", errNotTaken, err)
}

// connect returns an open connection: a kept one that still answers, or a new one.
func (p *Provider) connect(ctx context.Context) (connection, error) {
	left := messaging.CallTime
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline)
	}
	for {
		select {
		case kept := <-p.idle:
			if time.Since(kept.since) < idleTime && kept.UpdateDeadline(left) == nil && kept.Reset() == nil {
				return kept, nil
			}
			kept.Close()
			continue
		default:
		}
		client, err := p.client.DialToSMTPClientWithContext(ctx)
		if err != nil {
			return connection{}, err
		}
		return connection{Client: client}, client.UpdateDeadline(left)
	}
}

func (p *Provider) keep(conn connection) {
	conn.since = time.Now()
	select {
	case p.idle <- conn:
	default:
		conn.Close()
	}
}

// unreachable says that no mail was handed over.
func unreachable(err error) *messaging.Refused {
	return &messaging.Refused{Reason: domain.Keep("The mail server can't be reached or does not let us in."), Detail: err.Error()}
}

// refusal sorts the server's no: 4xx may pass, 5xx will not.
func refusal(err error) *messaging.Refused {
	var answer *textproto.Error
	errors.As(err, &answer)
	detail := fmt.Sprintf("%d %s", answer.Code, answer.Msg)
	if answer.Code >= 500 {
		return &messaging.Refused{Permanent: true, Reason: domain.Keep("The mail server refused the mail."), Detail: detail}
	}
	return &messaging.Refused{Reason: domain.Keep("The mail server refused the mail for now."), Detail: detail}
}
