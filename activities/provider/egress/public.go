package egress

import (
	"net/netip"
	"slices"
)

// notPublic are the networks that are no part of the public internet, by IANA's registries of
// special-purpose addresses (RFC 6890 and what came after it), and the address of one cloud's
// platform that looks public.
var notPublic = networks(
	"0.0.0.0/8",         // this host, RFC 791
	"10.0.0.0/8",        // private, RFC 1918
	"100.64.0.0/10",     // carrier-grade NAT, RFC 6598
	"127.0.0.0/8",       // loopback
	"168.63.129.16/32",  // Azure's platform, seen from each of its machines
	"169.254.0.0/16",    // link-local, and the metadata of most clouds
	"172.16.0.0/12",     // private
	"192.0.0.0/24",      // protocol assignments, RFC 6890
	"192.0.2.0/24",      // documentation, RFC 5737
	"192.31.196.0/24",   // AS112, RFC 7535
	"192.52.193.0/24",   // AMT, RFC 7450
	"192.88.99.0/24",    // 6to4 relays, RFC 7526
	"192.168.0.0/16",    // private
	"192.175.48.0/24",   // AS112, RFC 7534
	"198.18.0.0/15",     // benchmarks, RFC 2544
	"198.51.100.0/24",   // documentation
	"203.0.113.0/24",    // documentation
	"224.0.0.0/4",       // multicast
	"240.0.0.0/4",       // reserved, and broadcast
	"2001::/23",         // protocol assignments: Teredo, benchmarks, ORCHID
	"2001:db8::/32",     // documentation, RFC 3849
	"2002::/16",         // 6to4, which embeds IPv4
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation, RFC 9637
)

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")     // all that is assigned of IPv6; RFC 4291
	nat64         = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
)

// public says whether an address without zone is one of the public internet.
func public(ip netip.Addr) bool {
	if nat64.Contains(ip) {
		// Networks without IPv4 reach it by these addresses, the public ones and the others.
		bytes := ip.As16()
		ip = netip.AddrFrom4([4]byte(bytes[12:]))
	}
	if ip.Is6() && !globalUnicast.Contains(ip) {
		return false // loopback, link-local, unique local, multicast, mapped, NAT64 of a network's own
	}
	return ip.IsValid() && !slices.ContainsFunc(notPublic, func(n netip.Prefix) bool { return n.Contains(ip) })
}

func networks(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}
