// Package dnstest is a DNS server in the test's own process.
package dnstest

import (
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Server answers with the records that a test gave it.
type Server struct {
	conn net.PacketConn

	mu      sync.Mutex
	records map[string][]dnsmessage.Resource
	silent  bool
}

// New starts a server on a free port; it ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen for DNS: %v", err)
	}
	s := &Server{conn: conn, records: map[string][]dnsmessage.Resource{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.serve()
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return s
}

// Address is where the server listens.
func (s *Server) Address() string { return s.conn.LocalAddr().String() }

// TXT adds a text; long ones are cut into strings of 255 bytes, as in real zones.
func (s *Server) TXT(name, text string) {
	var parts []string
	for len(text) > 255 {
		parts, text = append(parts, text[:255]), text[255:]
	}
	s.add(name, dnsmessage.TypeTXT, &dnsmessage.TXTResource{TXT: append(parts, text)})
}

// CNAME adds an alias.
func (s *Server) CNAME(name, target string) {
	s.add(name, dnsmessage.TypeCNAME, &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(target + ".")})
}

// MX adds a mail server.
func (s *Server) MX(name string, preference uint16, host string) {
	s.add(name, dnsmessage.TypeMX, &dnsmessage.MXResource{Pref: preference, MX: dnsmessage.MustNewName(host + ".")})
}

// A adds an IPv4 address.
func (s *Server) A(name string, ip [4]byte) {
	s.add(name, dnsmessage.TypeA, &dnsmessage.AResource{A: ip})
}

// Remove takes all records of a name away.
func (s *Server) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, strings.ToLower(name)+".")
}

// Fail makes the server answer that it failed, or stop doing so.
func (s *Server) Fail(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = on
}

func (s *Server) add(name string, kind dnsmessage.Type, body dnsmessage.ResourceBody) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(name) + "."
	header := dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(key), Type: kind, Class: dnsmessage.ClassINET, TTL: 1}
	s.records[key] = append(s.records[key], dnsmessage.Resource{Header: header, Body: body})
}

func (s *Server) serve() {
	buffer := make([]byte, 4096)
	for {
		n, from, err := s.conn.ReadFrom(buffer)
		if err != nil {
			return // closed
		}
		var query dnsmessage.Message
		if query.Unpack(buffer[:n]) != nil || len(query.Questions) != 1 {
			continue
		}
		if packed, err := s.answer(query).Pack(); err == nil {
			_, _ = s.conn.WriteTo(packed, from)
		}
	}
}

func (s *Server) answer(query dnsmessage.Message) *dnsmessage.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	question := query.Questions[0]
	reply := &dnsmessage.Message{
		Header:    dnsmessage.Header{ID: query.ID, Response: true, Authoritative: true, RecursionDesired: true, RecursionAvailable: true},
		Questions: query.Questions,
	}
	records, exists := s.records[strings.ToLower(question.Name.String())]
	switch {
	case s.silent:
		reply.RCode = dnsmessage.RCodeServerFailure
	case !exists:
		reply.RCode = dnsmessage.RCodeNameError
	}
	if reply.RCode != dnsmessage.RCodeSuccess {
		return reply
	}
	for _, record := range records {
		if record.Header.Type == question.Type || record.Header.Type == dnsmessage.TypeCNAME {
			reply.Answers = append(reply.Answers, record)
		}
	}
	return reply
}
