package egress

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Allowed is an exception: a network that is reached although it is not public, or a port that is
// reached although it is not one of the web's.
type Allowed struct {
	Network netip.Prefix
	Port    uint16 // 0: any
}

// ParseAllowed reads what operators write: 10.0.0.7, 10.0.0.0/8, 10.0.0.7:8080, 10.0.0.0/8:8080,
// fd00::/8, [fd00::7]:8080 or [fd00::/8]:8080.
func ParseAllowed(text string) (Allowed, error) {
	text = strings.TrimSpace(text)
	if network, ok := parseNetwork(text); ok {
		return Allowed{Network: network}, nil
	}
	host, digits, err := net.SplitHostPort(text)
	if err == nil {
		network, ok := parseNetwork(host)
		port, err := strconv.ParseUint(digits, 10, 16)
		if ok && err == nil && port > 0 {
			return Allowed{Network: network, Port: uint16(port)}, nil
		}
	}
	return Allowed{}, fmt.Errorf("%q is neither an address nor a network, such as 10.0.0.7, 10.0.0.0/8 or 10.0.0.7:8080", text)
}

func parseNetwork(text string) (netip.Prefix, bool) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.Masked(), true
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" {
		return netip.Prefix{}, false
	}
	ip = ip.Unmap()
	return netip.PrefixFrom(ip, ip.BitLen()), true
}

func (a Allowed) covers(to netip.AddrPort) bool {
	return a.Network.Contains(to.Addr()) && (a.Port == 0 || a.Port == to.Port())
}
