package egress

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/mauntic/mauntic/domain"
)

// guard decides what may be called.
type guard struct{ allow []Allowed }

// control is asked by the dialer between the look-up of a name and the connection: no answer of a
// name server comes in between.
func (g guard) control(network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") {
		return refuse(domain.Keep("Only web addresses are called."))
	}
	return g.dial(to)
}

// dial judges an IP and a port.
func (g guard) dial(to netip.AddrPort) error {
	to = netip.AddrPortFrom(to.Addr().WithZone("").Unmap(), to.Port())
	switch {
	case slices.ContainsFunc(g.allow, func(a Allowed) bool { return a.covers(to) }):
		return nil
	case !public(to.Addr()):
		return refuse(domain.Keep("The address leads into a private network. Whoever runs Mauntic can allow it with MAUNTIC_EGRESS_ALLOW."))
	case to.Port() != 80 && to.Port() != 443:
		return refuse(domain.Keep("Only the ports 80 and 443 are called. Whoever runs Mauntic can allow another one with MAUNTIC_EGRESS_ALLOW."))
	}
	return nil
}

// check judges an address as it is written, before anything is looked up.
func (g guard) check(address *url.URL) error {
	switch {
	case address.Scheme != "https" && address.Scheme != "http":
		return refuse(domain.Keep("Only addresses that begin with https:// or http:// are called."))
	case address.User != nil:
		return refuse(domain.Keep("An address holds no user name or password. Put them into a header."))
	}
	host := asciiHost(address.Hostname())
	if literal, err := netip.ParseAddr(host); err == nil {
		return g.dial(netip.AddrPortFrom(literal, port(address)))
	}
	if host == "" || endsInNumber(host) {
		return refuse(domain.Keep("The address names no host. An IP address is written like 192.0.2.1."))
	}
	return nil
}

// asciiHost writes a host as it is looked up, where digits of other scripts have become digits.
// It is "" when that can't be done.
func asciiHost(host string) string {
	if strings.IndexFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return host
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return ""
	}
	return ascii
}

// endsInNumber finds what some resolvers take for an IP: 127.1, 2130706433, 0x7f.1, 0177.0.0.1.
// It is the rule of the URL standard (url.spec.whatwg.org, "ends in a number checker").
func endsInNumber(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	if last != "" && strings.Trim(last, "0123456789") == "" {
		return true
	}
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil || strings.EqualFold(last, "0x")
}

func port(address *url.URL) uint16 {
	if digits := address.Port(); digits != "" {
		n, _ := strconv.ParseUint(digits, 10, 16) // 0, which nobody allows, when it is out of range
		return uint16(n)
	}
	if address.Scheme == "https" {
		return 443
	}
	return 80
}
