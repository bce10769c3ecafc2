// Package dns looks up the records that sender domains need.
package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain/messaging"
)

// patience is how long one look-up may take.
const patience = 5 * time.Second

// Resolver asks the machine's DNS servers, or one of the operator's choice.
type Resolver struct{ net *net.Resolver }

var _ messaging.DNS = (*Resolver)(nil)

// New makes a resolver. server is host:port; "" means the servers that the machine uses.
func New(server string) *Resolver {
	r := &Resolver{net: &net.Resolver{PreferGo: true}}
	if server != "" {
		r.net.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server)
		}
	}
	return r
}

// TXT implements messaging.DNS.
func (r *Resolver) TXT(ctx context.Context, name string) ([]string, error) {
	return ask(ctx, name, r.net.LookupTXT)
}

// CNAME implements messaging.DNS.
func (r *Resolver) CNAME(ctx context.Context, name string) (string, error) {
	target, err := ask(ctx, name, r.net.LookupCNAME)
	target = plain(target)
	if strings.EqualFold(target, name) { // there is no alias, only addresses
		return "", err
	}
	return target, err
}

// MX implements messaging.DNS. A single "." says that the domain takes no mail (RFC 7505).
func (r *Resolver) MX(ctx context.Context, name string) ([]string, error) {
	found, err := ask(ctx, name, r.net.LookupMX)
	var hosts []string
	for _, mx := range found {
		if host := plain(mx.Host); host != "" {
			hosts = append(hosts, host)
		}
	}
	return hosts, err
}

// Addrs implements messaging.DNS.
func (r *Resolver) Addrs(ctx context.Context, name string) ([]netip.Addr, error) {
	return ask(ctx, name, func(ctx context.Context, name string) ([]netip.Addr, error) {
		return r.net.LookupNetIP(ctx, "ip", name)
	})
}

// ask makes one look-up. The dot at the end keeps the machine's search list out of it.
func ask[T any](ctx context.Context, name string, look func(context.Context, string) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := look(ctx, strings.TrimSuffix(name, ".")+".")
	var failed *net.DNSError
	if errors.As(err, &failed) && failed.IsNotFound {
		var none T
		return none, nil
	}
	if err != nil {
		return answer, fmt.Errorf("ask DNS for %s: %w", name, err)
	}
	return answer, nil
}

func plain(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }
