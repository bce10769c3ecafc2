package messaging_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

// zone is a DNS of a test's own.
type zone struct {
	txt   map[string][]string
	cname map[string]string
	mx    map[string][]string
	addrs map[string][]netip.Addr
	away  bool
}

func newZone() *zone {
	return &zone{txt: map[string][]string{}, cname: map[string]string{}, mx: map[string][]string{}, addrs: map[string][]netip.Addr{}}
}

func (z *zone) err() error {
	if z.away {
		return errors.New("the server failed")
	}
	return nil
}

func (z *zone) TXT(_ context.Context, name string) ([]string, error) { return z.txt[name], z.err() }
func (z *zone) CNAME(_ context.Context, name string) (string, error) { return z.cname[name], z.err() }
func (z *zone) MX(_ context.Context, name string) ([]string, error)  { return z.mx[name], z.err() }
func (z *zone) Addrs(_ context.Context, name string) ([]netip.Addr, error) {
	return z.addrs[name], z.err()
}

// publish puts the key of a domain into the zone.
func (z *zone) publish(d messaging.SenderDomain) {
	z.txt[d.Selector+"._domainkey."+d.Name] = []string{"v=DKIM1; k=rsa; p=" + d.PublicKey}
}

func withDNS(t *testing.T) (*bench, *zone) {
	t.Helper()
	b := setup(t)
	z := newZone()
	b.dns, b.verify = z, true
	b.Service = b.another()
	return b, z
}

func (b *bench) domain(name string) messaging.SenderDomain {
	b.t.Helper()
	d, err := b.AddSenderDomain(b.ctx, b.org, name, "")
	b.must(err)
	return d
}

func record(t *testing.T, d messaging.SenderDomain, purpose messaging.RecordPurpose) messaging.DNSRecord {
	t.Helper()
	for _, r := range d.Records {
		if r.Purpose == purpose {
			return r
		}
	}
	t.Fatalf("%s has no %s record: %+v", d.Name, purpose, d.Records)
	return messaging.DNSRecord{}
}

func TestAnotherOrganizationsSenderDomainIsNotFound(t *testing.T) {
	t.Parallel()
	b, z := withDNS(t)
	mine := b.domain("example.com")
	other := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(other))
	_, read := b.SenderDomain(ctx, other, mine.ID)
	_, checked := b.CheckSenderDomain(ctx, other, mine.ID)
	for doing, err := range map[string]error{"read": read, "check": checked, "delete": b.DeleteSenderDomain(ctx, other, mine.ID)} {
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: %v", doing, err)
		}
	}
	if _, err := b.AddSenderDomain(ctx, other, "example.com", ""); err != nil {
		t.Errorf("nobody has proved that it is theirs: %v", err)
	}
	z.publish(mine)
	_, err := b.CheckSenderDomain(b.ctx, b.org, mine.ID)
	b.must(err)
	third := storetest.Org(t, b.db, "Third")
	if _, err := b.AddSenderDomain(identity.WithActor(t.Context(), identity.System(third)), third, "example.com", ""); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("a domain of another organization was added: %v", err)
	}
}

func TestOnlyThoseWhoChangeSettingsChangeSenderDomains(t *testing.T) {
	t.Parallel()
	b, _ := withDNS(t)
	mine := b.domain("example.com")
	marketer := identity.WithActor(t.Context(), identity.Actor{Org: b.org, User: 1, Role: identity.RoleUser})
	_, added := b.AddSenderDomain(marketer, b.org, "example.org", "")
	_, checked := b.CheckSenderDomain(marketer, b.org, mine.ID)
	for doing, err := range map[string]error{"add": added, "check": checked, "delete": b.DeleteSenderDomain(marketer, b.org, mine.ID)} {
		if !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("%s: %v", doing, err)
		}
	}
	if list, err := b.SenderDomains(marketer, b.org); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestSenderDomainsAreWrittenAsDNSKnowsThem(t *testing.T) {
	t.Parallel()
	b, _ := withDNS(t)
	for typed, want := range map[string]string{"Bücher.example": "xn--bcher-kva.example", "hello@Shop.Example.com ": "shop.example.com"} {
		if d := b.domain(typed); d.Name != want {
			t.Errorf("%s became %s", typed, d.Name)
		}
	}
	for _, typed := range []string{"", "nonsense", "a b.com", "-.com", "exa\r\nmple.com"} {
		if _, err := b.AddSenderDomain(b.ctx, b.org, typed, ""); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if _, err := b.AddSenderDomain(b.ctx, b.org, "shop.example.com", ""); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	if _, err := b.AddSenderDomain(b.ctx, b.org, "example.org", "bounce.example.net"); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("a bounce domain of somebody else: %v", err)
	}
}

func TestADomainIsReadyOnceItsKeyIsInDNS(t *testing.T) {
	t.Parallel()
	b, z := withDNS(t)
	d := b.domain("example.com")
	if d.Ready() || d.CheckedAt == nil || record(t, d, messaging.PurposeDKIM).Status != messaging.RecordMissing {
		t.Errorf("%+v", d)
	}
	check := func() messaging.SenderDomain {
		t.Helper()
		checked, err := b.CheckSenderDomain(b.ctx, b.org, d.ID)
		b.must(err)
		return checked
	}
	key := d.Selector + "._domainkey.example.com"
	z.txt[key] = []string{"v=DKIM1; k=rsa; p=" + d.PublicKey[:200]}
	if now := check(); now.Ready() || record(t, now, messaging.PurposeDKIM).Status != messaging.RecordWrong {
		t.Errorf("a key that was cut off: %+v", now)
	}
	z.txt[key] = []string{"v=DKIM1;k=rsa;p=" + d.PublicKey[:200] + " " + d.PublicKey[200:]}
	if now := check(); !now.Ready() || record(t, now, messaging.PurposeDKIM).Status != messaging.RecordOK {
		t.Errorf("%+v", now)
	}
	z.away = true
	if now := check(); now.Ready() || record(t, now, messaging.PurposeDKIM).Status != messaging.RecordUnknown {
		t.Errorf("DNS is away: %+v", now)
	}
}

func TestDMARCIsJudged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		own, parent []string
		want        messaging.RecordStatus
		says        string
	}{
		"none":           {nil, nil, messaging.RecordMissing, "no DMARC record"},
		"p=none":         {[]string{"v=DMARC1; p=none"}, nil, messaging.RecordOK, "p=quarantine"},
		"p=reject":       {[]string{"V=DMARC1;P=Reject"}, nil, messaging.RecordOK, "stops forged mail"},
		"two":            {[]string{"v=DMARC1; p=none", "v=DMARC1; p=reject"}, nil, messaging.RecordWrong, "several"},
		"no policy":      {[]string{"v=DMARC1; rua=mailto:a@b.c"}, nil, messaging.RecordWrong, "no policy"},
		"of the parent":  {nil, []string{"v=DMARC1; p=none; sp=reject"}, messaging.RecordOK, "stops forged mail. It is the one of example.co.uk."},
		"something else": {[]string{"v=DMARC12; p=none", "hello"}, nil, messaging.RecordMissing, "no DMARC record"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, z := withDNS(t)
			z.txt["_dmarc.news.example.co.uk"], z.txt["_dmarc.example.co.uk"] = test.own, test.parent
			if got := record(t, b.domain("news.example.co.uk"), messaging.PurposeDMARC); got.Status != test.want || !strings.Contains(got.Message.English(), test.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestSPFIsJudged(t *testing.T) {
	t.Parallel()
	loop := "v=spf1"
	for range 11 {
		loop += " include:one.example"
	}
	for name, test := range map[string]struct {
		policies []string
		want     messaging.RecordStatus
		says     string
	}{
		"none":                {nil, messaging.RecordMissing, "no SPF record"},
		"by address":          {[]string{"v=spf1 ip4:192.0.2.0/24 -all"}, messaging.RecordOK, "relay.example may send"},
		"by name":             {[]string{"v=spf1 a:relay.example ~all"}, messaging.RecordOK, "relay.example may send"},
		"by mail servers":     {[]string{"v=spf1 mx/24 -all"}, messaging.RecordOK, "relay.example may send"},
		"by include":          {[]string{"v=spf1 include:one.example -all"}, messaging.RecordOK, "relay.example may send"},
		"by redirect":         {[]string{"v=spf1 redirect=one.example"}, messaging.RecordOK, "relay.example may send"},
		"others only":         {[]string{"v=spf1 ip4:198.51.100.1 -all"}, messaging.RecordAdvice, "does not name the mail server relay.example"},
		"two":                 {[]string{"v=spf1 -all", "v=spf1 ~all"}, messaging.RecordWrong, "several SPF records"},
		"everybody":           {[]string{"v=spf1 +all"}, messaging.RecordWrong, "whole world"},
		"too many":            {[]string{loop + " -all"}, messaging.RecordWrong, "more than 10 look-ups"},
		"an include of none":  {[]string{"v=spf1 include:absent.example -all"}, messaging.RecordWrong, "absent.example, which has no SPF record"},
		"a typing error":      {[]string{"v=spf1 inclde:one.example -all"}, messaging.RecordWrong, "don't understand the part “inclde:one.example”"},
		"no network":          {[]string{"v=spf1 ip4:300.1.1.1 -all"}, messaging.RecordWrong, "not a network"},
		"unknown modifier":    {[]string{"v=spf1 exp=why.example ip4:192.0.2.9 -all"}, messaging.RecordOK, "relay.example may send"},
		"something else, too": {[]string{"google-site-verification=1", "v=spf1 ip4:192.0.2.9 -all"}, messaging.RecordOK, "relay.example may send"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, z := withDNS(t)
			b.mail = relay{b.provider}
			b.Service = b.another()
			z.addrs["relay.example"] = []netip.Addr{netip.MustParseAddr("192.0.2.9")}
			z.addrs["mx.example.com"] = []netip.Addr{netip.MustParseAddr("192.0.2.200")}
			z.mx["example.com"] = []string{"mx.example.com"}
			z.txt["one.example"] = []string{"v=spf1 ip4:192.0.2.9 -all"}
			z.txt["example.com"] = test.policies
			if got := record(t, b.domain("example.com"), messaging.PurposeSPF); got.Status != test.want || !strings.Contains(got.Message.English(), test.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}

type relay struct{ *provider }

func (relay) Host() string { return "relay.example" }

// signing is a provider that signs itself.
type signing struct {
	*provider
	known   messaging.DomainIdentity
	refuses error
}

func (s *signing) RegisterDomain(context.Context, string, string) error { return s.refuses }

func (s *signing) DomainIdentity(context.Context, string) (messaging.DomainIdentity, error) {
	return s.known, nil
}

func TestAProviderThatSignsNamesItsOwnRecords(t *testing.T) {
	t.Parallel()
	b, z := withDNS(t)
	host := &signing{provider: b.provider, known: messaging.DomainIdentity{
		Known: true, Keys: []messaging.DNSRecord{{Name: "t1._domainkey.example.com", Value: "t1.dkim.example"}},
		BounceDomain: "bounce.example.com", BounceHost: "feedback.example", BounceSPF: "include:senders.example",
	}}
	b.mail = host
	b.Service = b.another()
	d := b.domain("example.com")
	if key := record(t, d, messaging.PurposeDKIM); d.Ready() || key.Type != "CNAME" || key.Status != messaging.RecordMissing {
		t.Errorf("%+v", d)
	}
	z.cname["t1._domainkey.example.com"] = "t1.dkim.example"
	z.mx["bounce.example.com"] = []string{"feedback.example"}
	z.txt["bounce.example.com"] = []string{"v=spf1 include:senders.example ~all"}
	z.txt["senders.example"] = []string{"v=spf1 ip4:192.0.2.0/24 -all"}
	host.known.Signs = true
	d, err := b.CheckSenderDomain(b.ctx, b.org, d.ID)
	b.must(err)
	if !d.Ready() || d.BounceDomain != "bounce.example.com" {
		t.Errorf("%+v", d)
	}
	for _, purpose := range []messaging.RecordPurpose{messaging.PurposeDKIM, messaging.PurposeMX, messaging.PurposeSPF} {
		if r := record(t, d, purpose); r.Status != messaging.RecordOK {
			t.Errorf("%+v", r)
		}
	}
	z.mx["bounce.example.com"] = []string{"mail.example.com", "feedback.example"}
	z.txt["bounce.example.com"] = []string{"v=spf1 ip4:192.0.2.1 ~all"}
	z.txt["_dmarc.example.com"] = []string{"v=DMARC1; p=none; aspf=s"}
	d, err = b.CheckSenderDomain(b.ctx, b.org, d.ID)
	b.must(err)
	if record(t, d, messaging.PurposeMX).Status != messaging.RecordWrong || record(t, d, messaging.PurposeSPF).Status != messaging.RecordWrong ||
		!strings.Contains(record(t, d, messaging.PurposeDMARC).Message.English(), "With aspf=s") || !d.Ready() {
		t.Errorf("%+v", d)
	}
	host.refuses = domain.Conflict("Amazon SES refused: no.")
	if _, err := b.AddSenderDomain(b.ctx, b.org, "example.org", ""); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("%v", err)
	}
	if list, err := b.SenderDomains(b.ctx, b.org); err != nil || len(list) != 1 {
		t.Errorf("a domain that the provider refused was kept: %+v, %v", list, err)
	}
}

func TestMailOfADomainWithAKeyIsSigned(t *testing.T) {
	t.Parallel()
	b, z := withDNS(t)
	email := b.email(welcome())
	_, err := b.Deliver(b.ctx, b.org, b.decide(b.anna().ID, email.ID).ID)
	b.must(err)
	if bytes.Contains(b.provider.mails[0].Raw, []byte("DKIM-Signature")) {
		t.Error("signed without a key")
	}
	d := b.domain("example.com")
	z.publish(d)
	anna, err := b.crm.Contact(b.ctx, b.org, 1)
	b.must(err)
	_, err = b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID)
	b.must(err)
	raw := b.provider.mails[1].Raw
	verify := func(raw []byte) *dkim.Verification {
		t.Helper()
		found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
			LookupTXT: func(name string) ([]string, error) { return z.txt[name], nil },
		})
		if err != nil || len(found) != 1 {
			t.Fatalf("%+v, %v", found, err)
		}
		return found[0]
	}
	found := verify(raw)
	if found.Err != nil || found.Domain != "example.com" {
		t.Errorf("%+v", found)
	}
	covered := strings.ToLower(strings.Join(found.HeaderKeys, ":"))
	for _, name := range []string{"From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "MIME-Version", "Content-Type"} {
		if !strings.Contains(":"+covered+":", ":"+strings.ToLower(name)+":") {
			t.Errorf("%s is not covered by %s", name, covered)
		}
	}
	for name, change := range map[string]func([]byte) []byte{
		"another subject": func(raw []byte) []byte {
			return bytes.Replace(raw, []byte("Subject: Hello"), []byte("Subject: Help"), 1)
		},
		"another From": func(raw []byte) []byte { return append([]byte("From: evil@example.net\r\n"), raw...) },
		"another body": func(raw []byte) []byte { return bytes.Replace(raw, []byte("Hi Anna"), []byte("Hi Otto"), 1) },
	} {
		changed := change(bytes.Clone(raw))
		if bytes.Equal(changed, raw) || verify(changed).Err == nil {
			t.Errorf("%s does not break the signature", name)
		}
	}
}

func TestPrivateKeysAreSealedAndStayInTheirPlace(t *testing.T) {
	t.Parallel()
	b, _ := withDNS(t)
	b.domain("example.com")
	b.domain("example.org")
	_, err := b.db.Pool().Exec(b.ctx, `update messaging.sender_domains a set private_key = b.private_key from messaging.sender_domains b
		where a.name = 'example.com' and b.name = 'example.org'`)
	b.must(err)
	b.Service = b.another()
	_, err = b.Deliver(b.ctx, b.org, b.decide(b.anna().ID, b.email(welcome()).ID).ID)
	b.must(err)
	if bytes.Contains(b.provider.mails[0].Raw, []byte("DKIM-Signature")) {
		t.Error("a key that was moved from another domain still signs")
	}
	var sealed []byte
	b.must(b.db.Pool().QueryRow(b.ctx, "select private_key from messaging.sender_domains limit 1").Scan(&sealed))
	if bytes.Contains(sealed, []byte{0x30, 0x82}) && bytes.Contains(sealed, []byte("\x2a\x86\x48\x86\xf7\x0d")) {
		t.Error("the key is kept in the open")
	}
}

func TestDomainsInUseThatWereNotAddedAreListed(t *testing.T) {
	t.Parallel()
	b, _ := withDNS(t)
	in := welcome()
	in.FromEmail = "news@Bücher.example"
	b.email(in)
	b.domain("example.com")
	if got, err := b.DomainsToAdd(b.ctx, b.org); err != nil || len(got) != 1 || got[0] != "xn--bcher-kva.example" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestSenderProblemsAreTold(t *testing.T) {
	t.Parallel()
	b, z := withDNS(t)
	email := b.email(welcome())
	problem := func() string {
		t.Helper()
		got, err := b.SenderProblem(b.ctx, b.org, email.ID)
		b.must(err)
		return got.String()
	}
	if got := problem(); !strings.Contains(got, "example.com is not set up") {
		t.Error(got)
	}
	d := b.domain("example.com")
	if got := problem(); !strings.Contains(got, "DKIM record is missing or wrong") {
		t.Error(got)
	}
	z.publish(d)
	_, err := b.CheckSenderDomain(b.ctx, b.org, d.ID)
	b.must(err)
	if got := problem(); got != "" {
		t.Error(got)
	}
	b.verify = false
	b.Service = b.another()
	b.must(b.DeleteSenderDomain(b.ctx, b.org, d.ID))
	if got := problem(); got != "" {
		t.Errorf("nobody asks: %s", got)
	}
}

func TestDomainsAreCheckedAgainInTheirTime(t *testing.T) {
	t.Parallel()
	b, z := withDNS(t)
	ready, unready := b.domain("example.com"), b.domain("example.org")
	z.publish(ready)
	_, err := b.CheckSenderDomain(b.ctx, b.org, ready.ID)
	b.must(err)
	checkedAt := func(id messaging.SenderDomainID) time.Time {
		t.Helper()
		d, err := b.SenderDomain(b.ctx, b.org, id)
		b.must(err)
		return *d.CheckedAt
	}
	_, err = b.db.Pool().Exec(b.ctx, "update messaging.sender_domains set checked_at = now() - interval '2 hours'")
	b.must(err)
	b.must(b.RecheckSenderDomains(b.ctx))
	if time.Since(checkedAt(ready.ID)) < time.Hour || time.Since(checkedAt(unready.ID)) > time.Hour {
		t.Errorf("ready %s, unready %s", checkedAt(ready.ID), checkedAt(unready.ID))
	}
	_, err = b.db.Pool().Exec(b.ctx, "update messaging.sender_domains set checked_at = now() - interval '25 hours'")
	b.must(err)
	z.txt = map[string][]string{} // the record is gone
	b.must(b.RecheckSenderDomains(b.ctx))
	if d, err := b.SenderDomain(b.ctx, b.org, ready.ID); err != nil || d.Ready() {
		t.Errorf("%+v, %v", d, err)
	}
}
