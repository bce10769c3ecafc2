package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
)

// account is a mailbox on a server and how to get in.
type account struct {
	scheme, host, port string
	insecure           bool
	user, password     string
	folder             string
}

// parseAddress reads imaps://user:password@host/INBOX, TLS from the first byte, or imap://…, which
// insists on STARTTLS unless ?tls=off allows to do without.
func parseAddress(address string) (account, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User == nil || (u.Scheme != "imaps" && u.Scheme != "imap") {
		return account{}, errors.New("the address of the mailbox must look like imaps://user:password@host/INBOX")
	}
	a := account{scheme: u.Scheme, host: u.Hostname(), port: u.Port(), user: u.User.Username(), folder: strings.Trim(u.Path, "/")}
	a.password, _ = u.User.Password()
	switch tls := u.Query().Get("tls"); tls {
	case "":
	case "off":
		a.insecure = u.Scheme == "imap"
	default:
		return account{}, fmt.Errorf("the address of the mailbox has tls=%s; only off is known", tls)
	}
	if a.port == "" {
		a.port = map[string]string{"imaps": "993", "imap": "143"}[a.scheme]
	}
	if a.folder == "" {
		a.folder = "INBOX"
	}
	return a, nil
}

// dialTime is how long a connection may take to be made.
const dialTime = 15 * time.Second

// dial connects and signs in. The connection breaks when the context ends.
func (a account) dial(ctx context.Context) (*imapclient.Client, error) {
	address := net.JoinHostPort(a.host, a.port)
	dialer := &net.Dialer{Timeout: dialTime}
	settings := &tls.Config{ServerName: a.host, MinVersion: tls.VersionTLS12}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("reach mail server: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	var client *imapclient.Client
	switch {
	case a.scheme == "imaps":
		client = imapclient.New(tls.Client(conn, settings), nil)
	case a.insecure:
		client = imapclient.New(conn, nil)
	default:
		if client, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: settings}); err != nil {
			return nil, errors.Join(fmt.Errorf("start TLS with mail server: %w", err), conn.Close())
		}
	}
	if err := client.Login(a.user, a.password).Wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("sign in to mailbox: %w", err), client.Close())
	}
	return client, nil
}
