package egress_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a resolver that knows these names and no others.
func names(t *testing.T, known map[string][]string) *net.Resolver {
	t.Helper()
	return answers(t, func(name string, _ dnsmessage.Type) []string { return known[name] })
}

// answers is a resolver that asks a function, which is called for each kind of address.
func answers(t *testing.T, look func(name string, kind dnsmessage.Type) []string) *net.Resolver {
	t.Helper()
	server, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply, ok := answer(packet[:n], look); ok {
				server.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func answer(packet []byte, look func(name string, kind dnsmessage.Type) []string) ([]byte, bool) {
	var query dnsmessage.Message
	if query.Unpack(packet) != nil || len(query.Questions) != 1 {
		return nil, false
	}
	asked := query.Questions[0]
	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: query.ID, Response: true, RCode: dnsmessage.RCodeNameError},
		Questions: query.Questions,
	}
	for _, text := range look(strings.TrimSuffix(asked.Name.String(), "."), asked.Type) {
		reply.RCode = dnsmessage.RCodeSuccess
		ip := netip.MustParseAddr(text)
		head := dnsmessage.ResourceHeader{Name: asked.Name, Class: dnsmessage.ClassINET, Type: asked.Type}
		switch {
		case ip.Is4() && asked.Type == dnsmessage.TypeA:
			reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: ip.As4()}})
		case ip.Is6() && asked.Type == dnsmessage.TypeAAAA:
			reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	packed, err := reply.Pack()
	return packed, err == nil
}
