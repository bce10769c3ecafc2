package messaging

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// dmarcFound is the DMARC policy that holds for a domain (RFC 7489): its own record, else the one of
// the organizational domain.
type dmarcFound struct {
	record DNSRecord
	tags   map[string]string // nil: none
}

func (s *Service) examineDMARC(ctx context.Context, name string) dmarcFound {
	found := dmarcFound{record: DNSRecord{Purpose: PurposeDMARC, Type: "TXT", Name: "_dmarc." + name, Value: "v=DMARC1; p=none"}}
	record := &found.record
	places := []string{name}
	if parent := organizational(name); parent != name {
		places = append(places, parent)
	}
	for _, place := range places {
		texts, err := s.dns.TXT(ctx, "_dmarc."+place)
		if err != nil {
			record.Status, record.Message = RecordUnknown, noAnswer
			return found
		}
		policies := withVersion(texts, "v=dmarc1")
		if len(policies) == 0 {
			continue
		}
		record.Found = policies
		found.judge(policies, place != name)
		return found
	}
	record.Status = RecordMissing
	record.Message = domain.Keep("There is no DMARC record. Gmail, Yahoo and Microsoft want one of everybody who sends much mail; this one changes nothing else.")
	return found
}

func (f *dmarcFound) judge(policies []string, inherited bool) {
	record := &f.record
	if len(policies) > 1 {
		record.Status, record.Message = RecordWrong, domain.Keep("There are several DMARC records, so mailboxes heed none of them. Keep one.")
		return
	}
	tags := tagsOf(policies[0])
	policy := strings.ToLower(tags["p"])
	if sub := strings.ToLower(tags["sp"]); inherited && sub != "" {
		policy = sub
	}
	switch policy {
	case "none":
		record.Status = RecordOK
		record.Message = domain.Keep("Mailboxes find a policy. With p=none they let forged mail through all the same: once all your mail passes, change it to p=quarantine.")
	case "quarantine", "reject":
		record.Status, record.Message = RecordOK, domain.Keep("Mailboxes find a policy that stops forged mail.")
	default:
		record.Status, record.Message = RecordWrong, domain.Keep("The DMARC record has no policy that mailboxes understand: p must be none, quarantine or reject.")
		return
	}
	f.tags = tags
	if inherited {
		record.add(domain.Say("It is the one of %s.", organizational(strings.TrimPrefix(record.Name, "_dmarc."))))
	}
}

// spfAligns says whether a pass of SPF for the return address counts for the From domain.
func (f dmarcFound) spfAligns(name, bounce string) bool {
	if bounce == "" {
		bounce = name
	}
	if strings.EqualFold(f.tags["aspf"], "s") {
		return bounce == name
	}
	return organizational(bounce) == organizational(name)
}

// advise says what a strict policy means for the return address.
func (f *dmarcFound) advise(name, bounce string) {
	if bounce != "" && !f.spfAligns(name, bounce) {
		f.record.add(domain.Say("With aspf=s the return address at %s does not count, so everything depends on DKIM.", bounce))
	}
}

// withVersion returns the texts that begin with a version, in whatever case.
func withVersion(texts []string, version string) []string {
	var found []string
	for _, text := range texts {
		begin := strings.ToLower(strings.Join(strings.Fields(text), " "))
		if rest, ok := strings.CutPrefix(begin, version); ok && (rest == "" || rest[0] == ' ' || rest[0] == ';') {
			found = append(found, text)
		}
	}
	return found
}
