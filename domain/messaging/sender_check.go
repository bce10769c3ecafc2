package messaging

import (
	"context"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/mauntic/mauntic/domain"
)

// examine makes the list of records that the domain needs with the present provider, and looks up
// each of them.
func (s *Service) examine(ctx context.Context, d SenderDomain) (DomainCheck, error) {
	found := DomainCheck{Provider: s.provider.Name()}
	dmarc := s.examineDMARC(ctx, d.Name)
	if provider, ok := Ability[Signing](s.provider); ok {
		known, err := provider.DomainIdentity(ctx, d.Name)
		if err != nil {
			return DomainCheck{}, err
		}
		found.BounceDomain = known.BounceDomain
		found.signedBy(ctx, s.dns, known)
	} else {
		key := s.examineKey(ctx, d)
		found.DKIMOK = key.Status == RecordOK
		found.BounceDomain = s.returnDomain()
		back := first(found.BounceDomain, d.Name)
		found.Records = append(found.Records, key, s.examineSPF(ctx, back), examineMX(ctx, s.dns, back, ""))
	}
	// The signature's d= is the domain of From itself, so that it is aligned whenever it verifies;
	// without it, a return address of the same organization would do.
	found.Aligned = found.DKIMOK || dmarc.spfAligns(d.Name, found.BounceDomain) && spfPasses(found.Records)
	dmarc.advise(d.Name, found.BounceDomain)
	found.Records = append(found.Records, dmarc.record)
	return found, nil
}

// returnDomain is where mail comes back that a mail server takes from us; "" when that is the sender.
func (s *Service) returnDomain() string {
	if s.returns == nil || s.provider.Name() != returnsToSender {
		return ""
	}
	return s.returns.domain
}

// signedBy adds the records that a provider asks for that signs itself.
func (c *DomainCheck) signedBy(ctx context.Context, dns DNS, known DomainIdentity) {
	c.DKIMOK = known.Known && known.Signs
	for _, key := range known.Keys {
		key.Purpose, key.Type = PurposeDKIM, "CNAME"
		target, err := dns.CNAME(ctx, key.Name)
		switch {
		case err != nil:
			key.Status, key.Message = RecordUnknown, noAnswer
		case target == "":
			key.Status, key.Message = RecordMissing, domain.Keep("This record is missing. The provider's signatures need it.")
		case !strings.EqualFold(target, strings.TrimSuffix(key.Value, ".")):
			key.Status, key.Found = RecordWrong, []string{target}
			key.Message = domain.Keep("This name leads somewhere else. Replace the record.")
		case !known.Signs:
			key.Status, key.Message = RecordOK, domain.Keep("The record is right. The provider has not noticed it yet; that can take some hours.")
		default:
			key.Status, key.Message = RecordOK, domain.Keep("The record is right.")
		}
		c.Records = append(c.Records, key)
	}
	if known.BounceDomain == "" {
		return
	}
	c.Records = append(c.Records, examineMX(ctx, dns, known.BounceDomain, known.BounceHost))
	want := "v=spf1 " + known.BounceSPF + " ~all"
	record := DNSRecord{Purpose: PurposeSPF, Type: "TXT", Name: known.BounceDomain, Value: want}
	policy, err := lookUpSPF(ctx, dns, known.BounceDomain)
	record.judgeSPF(ctx, dns, policy, err)
	if record.Status == RecordOK && !policy.includes(known.BounceSPF) {
		record.Status, record.Message = RecordWrong, domain.Keep("The SPF record does not allow the provider to send. Add %s to it.", known.BounceSPF)
	}
	c.Records = append(c.Records, record)
}

var noAnswer = domain.Keep("DNS did not answer, so we don't know. Check again in a minute.")

// examineKey looks for our own key.
func (s *Service) examineKey(ctx context.Context, d SenderDomain) DNSRecord {
	record := DNSRecord{Purpose: PurposeDKIM, Type: "TXT", Name: d.Selector + "._domainkey." + d.Name, Value: "v=DKIM1; k=rsa; p=" + d.PublicKey}
	texts, err := s.dns.TXT(ctx, record.Name)
	record.Found = texts
	switch {
	case err != nil:
		record.Status, record.Message = RecordUnknown, noAnswer
	case len(texts) == 0:
		record.Status, record.Message = RecordMissing, domain.Keep("This record is missing, so mailboxes can't verify our signature. New records can take some hours to appear.")
	case len(texts) > 1:
		record.Status, record.Message = RecordWrong, domain.Keep("There are several records under this name. Keep only the one shown here.")
	case tagsOf(texts[0])["p"] != d.PublicKey:
		record.Status, record.Message = RecordWrong, domain.Keep("There is another key under this name, or a part of it was cut off. Replace the record with the whole value.")
	default:
		record.Status, record.Message, record.Found = RecordOK, domain.Keep("Mailboxes can verify our signature."), nil
	}
	return record
}

// examineMX looks for the server that takes what comes back; "" accepts any.
func examineMX(ctx context.Context, dns DNS, name, host string) DNSRecord {
	record := DNSRecord{Purpose: PurposeMX, Type: "MX", Name: name}
	if host != "" {
		record.Value = "10 " + host
	}
	hosts, err := dns.MX(ctx, name)
	record.Found = hosts
	switch {
	case err != nil:
		record.Status, record.Message = RecordUnknown, noAnswer
	case len(hosts) == 0:
		record.Status, record.Message = RecordMissing, domain.Keep("No server takes mail for this domain, so nothing that comes back arrives.")
	case host != "" && (len(hosts) > 1 || !strings.EqualFold(hosts[0], host)):
		record.Status, record.Message = RecordWrong, domain.Keep("Another server takes mail for this domain. The provider wants to be the only one.")
	default:
		record.Status, record.Message = RecordOK, domain.Keep("Mail that comes back has somewhere to go.")
	}
	return record
}

// examineSPF looks whether the mail server may send in the name of a domain.
func (s *Service) examineSPF(ctx context.Context, name string) DNSRecord {
	record := DNSRecord{Purpose: PurposeSPF, Type: "TXT", Name: name, Value: "v=spf1 mx ~all"}
	relay, ok := Ability[Relay](s.provider)
	if ok {
		record.Value = "v=spf1 a:" + relay.Host() + " ~all"
	}
	policy, err := lookUpSPF(ctx, s.dns, name)
	record.judgeSPF(ctx, s.dns, policy, err)
	if record.Status != RecordOK || !ok {
		return record
	}
	addrs, err := relayAddrs(ctx, s.dns, relay.Host())
	if err != nil || len(addrs) == 0 {
		return record
	}
	for _, addr := range addrs {
		if passes, err := policy.allows(ctx, s.dns, addr); err == nil && passes {
			record.Message = domain.Keep("The mail server %s may send in the name of this domain.", relay.Host())
			return record
		}
	}
	record.Status = RecordAdvice
	record.Message = domain.Keep("The record does not name the mail server %s. That is right only if it hands mail on to servers that the record names: ask who runs it which “include:” to add.", relay.Host())
	return record
}

func relayAddrs(ctx context.Context, dns DNS, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	return dns.Addrs(ctx, host)
}

func spfPasses(records []DNSRecord) bool {
	for _, record := range records {
		if record.Purpose == PurposeSPF {
			return record.Status == RecordOK
		}
	}
	return false
}

// organizational is the domain that somebody registered: example.co.uk for news.example.co.uk.
func organizational(name string) string {
	registered, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return name
	}
	return registered
}

// tagsOf reads "v=DKIM1; k=rsa; p=…", without the blanks inside values.
func tagsOf(text string) map[string]string {
	tags := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		if ok {
			tags[strings.ToLower(strings.TrimSpace(name))] = strings.Join(strings.Fields(value), "")
		}
	}
	return tags
}
