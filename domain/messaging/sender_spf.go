package messaging

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// maxSPFLookups is how many mechanisms that ask DNS mailboxes follow (RFC 7208 §4.6.4).
const maxSPFLookups = 10

var errNoDNS = errors.New("DNS did not answer")

// spfError is an error that says what is wrong with a policy, within a sentence.
type spfError struct{ said *domain.Phrase }

func (f spfError) Error() string          { return f.said.String() }
func (f spfError) Phrase() *domain.Phrase { return f.said }

var (
	errManySPF    = spfError{domain.Say("there are several SPF records, so mailboxes heed none of them. Keep one")}
	errSPFLookups = spfError{domain.Say("the record leads to more than %d look-ups, which is the most that mailboxes follow. Remove what you don't use", maxSPFLookups)}
)

// spfPolicy is the SPF record of a domain.
type spfPolicy struct {
	domain string
	text   string
	terms  []spfTerm
}

// spfTerm is a mechanism or the redirect.
type spfTerm struct {
	qualifier byte // + - ~ ?
	name      string
	value     string // after the colon or equals sign, without the CIDR lengths
	four, six int    // lengths of the CIDR prefixes
}

// lookUpSPF returns the policy of a domain, nil when there is none.
func lookUpSPF(ctx context.Context, dns DNS, name string) (*spfPolicy, error) {
	texts, err := dns.TXT(ctx, name)
	if err != nil {
		return nil, errNoDNS
	}
	policies := withVersion(texts, "v=spf1")
	switch len(policies) {
	case 0:
		return nil, nil
	case 1:
		return parseSPF(name, policies[0])
	}
	return nil, errManySPF
}

func parseSPF(name, text string) (*spfPolicy, error) {
	p := &spfPolicy{domain: name, text: text}
	for _, word := range strings.Fields(text)[1:] {
		term, err := parseSPFTerm(word)
		if err != nil {
			return nil, err
		}
		if term.name != "" {
			p.terms = append(p.terms, term)
		}
	}
	return p, nil
}

func parseSPFTerm(word string) (spfTerm, error) {
	term := spfTerm{qualifier: '+', four: 32, six: 128}
	rest := word
	if strings.ContainsRune("+-~?", rune(rest[0])) {
		term.qualifier, rest = rest[0], rest[1:]
	}
	if at := strings.IndexAny(rest, ":="); at >= 0 {
		term.name, term.value = strings.ToLower(rest[:at]), rest[at+1:]
	} else {
		term.name = strings.ToLower(rest)
	}
	if term.name == "ip4" || term.name == "ip6" {
		return term, nil
	}
	if !term.cutLengths() {
		return term, spfError{domain.Say("the part “%s” has no valid network length", word)}
	}
	switch term.name {
	case "all", "a", "mx", "ptr":
		return term, nil
	case "include", "exists", "redirect":
		if term.value == "" {
			return term, spfError{domain.Say("the part “%s” names no domain", word)}
		}
		return term, nil
	}
	if strings.Contains(rest, "=") {
		return spfTerm{}, nil // a modifier that nobody knows is passed over
	}
	return term, spfError{domain.Say("mailboxes don't understand the part “%s”", word)}
}

// cutLengths takes "/24" and "//64" off the end of an a or mx.
func (t *spfTerm) cutLengths() bool {
	target := &t.value
	if t.value == "" {
		target = &t.name
	}
	text, six, hasSix := strings.Cut(*target, "//")
	text, four, hasFour := strings.Cut(text, "/")
	*target = text
	for _, length := range []struct {
		text string
		set  bool
		into *int
		most int
	}{{four, hasFour, &t.four, 32}, {six, hasSix, &t.six, 128}} {
		if !length.set {
			continue
		}
		n, err := strconv.Atoi(length.text)
		if err != nil || n < 0 || n > length.most {
			return false
		}
		*length.into = n
	}
	return true
}

// includes says whether the policy has a mechanism as it is written.
func (p *spfPolicy) includes(mechanism string) bool {
	for _, term := range p.terms {
		if strings.EqualFold(term.name+":"+term.value, mechanism) && term.qualifier == '+' {
			return true
		}
	}
	return false
}

// allows says whether a server at addr may send. An error says what is wrong with the policy.
func (p *spfPolicy) allows(ctx context.Context, dns DNS, addr netip.Addr) (bool, error) {
	walk := spfWalk{ctx: ctx, dns: dns, addr: addr.Unmap()}
	result, err := walk.policy(p)
	return result == '+', err
}

// spfWalk evaluates policies for one address, or counts look-ups when the address is invalid.
type spfWalk struct {
	ctx     context.Context
	dns     DNS
	addr    netip.Addr
	lookups int
}

// policy returns the qualifier of the first mechanism that matches; 0 when none does.
func (w *spfWalk) policy(p *spfPolicy) (byte, error) {
	redirect := ""
	for _, term := range p.terms {
		if term.name == "redirect" {
			redirect = term.value
			continue
		}
		matches, err := w.matches(p, term)
		if err != nil {
			return 0, err
		}
		if matches {
			return term.qualifier, nil
		}
	}
	if redirect == "" {
		return 0, nil
	}
	return w.follow(redirect)
}

func (w *spfWalk) follow(name string) (byte, error) {
	if err := w.count(); err != nil {
		return 0, err
	}
	next, err := lookUpSPF(w.ctx, w.dns, name)
	switch {
	case err != nil:
		return 0, err
	case next == nil:
		return 0, spfError{domain.Say("it refers to %s, which has no SPF record", name)}
	}
	return w.policy(next)
}

func (w *spfWalk) count() error {
	if w.lookups++; w.lookups > maxSPFLookups {
		return errSPFLookups
	}
	return nil
}

func (w *spfWalk) matches(p *spfPolicy, term spfTerm) (bool, error) {
	switch term.name {
	case "all":
		return w.addr.IsValid(), nil // when counting, go on to what follows
	case "ip4", "ip6":
		return w.inside(term.value)
	case "include":
		result, err := w.follow(term.value)
		return result == '+', err
	case "a":
		if err := w.count(); err != nil {
			return false, err
		}
		return w.among(term, first(term.value, p.domain))
	case "mx":
		return w.amongMX(term, first(term.value, p.domain))
	}
	return false, w.count() // exists and ptr ask DNS in ways that say nothing about our server
}

func (w *spfWalk) inside(network string) (bool, error) {
	prefix, err := netip.ParsePrefix(network)
	if err != nil {
		addr, err := netip.ParseAddr(network)
		if err != nil {
			return false, spfError{domain.Say("“%s” is not a network", network)}
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	return prefix.Contains(w.addr), nil
}

func (w *spfWalk) among(term spfTerm, host string) (bool, error) {
	if !w.addr.IsValid() {
		return false, nil
	}
	addrs, err := w.dns.Addrs(w.ctx, host)
	if err != nil {
		return false, errNoDNS
	}
	for _, addr := range addrs {
		length := term.six
		if addr = addr.Unmap(); addr.Is4() {
			length = term.four
		}
		if netip.PrefixFrom(addr, length).Contains(w.addr) {
			return true, nil
		}
	}
	return false, nil
}

func (w *spfWalk) amongMX(term spfTerm, name string) (bool, error) {
	if err := w.count(); err != nil || !w.addr.IsValid() {
		return false, err
	}
	hosts, err := w.dns.MX(w.ctx, name)
	if err != nil {
		return false, errNoDNS
	}
	for _, host := range hosts {
		if matches, err := w.among(term, host); matches || err != nil {
			return matches, err
		}
	}
	return false, nil
}

// judgeSPF fills in what a policy, or its absence, means.
func (r *DNSRecord) judgeSPF(ctx context.Context, dns DNS, policy *spfPolicy, err error) {
	if err == nil && policy != nil {
		r.Found = []string{policy.text}
		_, err = (&spfWalk{ctx: ctx, dns: dns}).policy(policy) // only counts
	}
	switch {
	case errors.Is(err, errNoDNS):
		r.Status, r.Message = RecordUnknown, noAnswer
	case err != nil:
		r.Status, r.Message = RecordWrong, domain.Keep("The SPF record does not work: %s.", err)
	case policy == nil:
		r.Status, r.Message = RecordMissing, domain.Keep("There is no SPF record, which says who may send in the name of this domain.")
	case policy.allowsAll():
		r.Status, r.Message = RecordWrong, domain.Keep("The SPF record allows the whole world to send in the name of this domain. End it with ~all.")
	default:
		r.Status, r.Message = RecordOK, domain.Keep("The SPF record is well formed.")
	}
}

func (p *spfPolicy) allowsAll() bool {
	for _, term := range p.terms {
		if term.name == "all" && term.qualifier == '+' {
			return true
		}
	}
	return false
}
