package messaging

import (
	"regexp"
	"slices"
	"strings"
)

// bounceRule is a row of the table that sorts bounces. Empty fields match everything.
type bounceRule struct {
	types    []string // small letters
	subTypes []string // small letters
	status   []string // beginnings of enhanced status codes
	text     *regexp.Regexp
	class    BounceClass
}

// bounceRules are tried from the top. The words are those of Amazon SES, to which others are
// translated; the codes are those of RFC 3463. What speaks of authentication, reputation or policy is
// never held against the recipient: one broken DKIM key would suppress a whole list.
var bounceRules = []bounceRule{
	{subTypes: []string{"unsubscribedrecipient"}, class: BounceOptOut},
	{subTypes: []string{"suppressed", "onaccountsuppressionlist", "ontenantsuppressionlist"}, class: BounceSuppressed},
	{types: []string{"transient"}, subTypes: []string{"messagetoolarge", "contentrejected", "attachmentrejected"}, class: BounceMessage},
	{status: []string{"5.7.", "4.7."}, class: BounceSender},
	{types: []string{"permanent", ""}, text: senderWords, class: BounceSender},
	{status: []string{"5.3.4", "5.2.3", "5.6."}, class: BounceMessage},
	{types: []string{"transient", "undetermined"}, class: BounceSoft},
	{status: []string{"4.", "5.2.2"}, class: BounceSoft},
	{types: []string{"permanent"}, class: BounceHard},
	{status: []string{"5."}, class: BounceHard},
	{class: BounceSoft}, // nobody sorted it: give the address another chance
}

var (
	senderWords = regexp.MustCompile(`(?i)\b(?:dmarc|spf|dkim|polic(?:y|ies)|blocked|block ?list(?:ed)?|black ?list(?:ed)?|spam\w*)\b`)
	// addressText is an email address in a diagnostic: its words are not the provider's.
	addressText    = regexp.MustCompile(`[^\s<>]+@[^\s<>]+`)
	enhancedStatus = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
)

// Sort returns what the bounce means: what the provider says, or what follows from its words and from
// the diagnostic text.
func (b Bounce) Sort(detail string) BounceClass {
	if b.Class != "" {
		return b.Class
	}
	status, text := b.EnhancedStatus(detail), addressText.ReplaceAllString(detail, " ")
	kind, sub := strings.ToLower(b.Type), strings.ToLower(b.SubType)
	for _, rule := range bounceRules {
		if rule.matches(kind, sub, status, text) {
			return rule.class
		}
	}
	return BounceSoft
}

func (r bounceRule) matches(kind, sub, status, text string) bool {
	begins := func(prefix string) bool { return status != "" && strings.HasPrefix(status+".", prefix) }
	return (r.types == nil || slices.Contains(r.types, kind)) &&
		(r.subTypes == nil || slices.Contains(r.subTypes, sub)) &&
		(r.status == nil || slices.ContainsFunc(r.status, begins)) &&
		(r.text == nil || r.text.MatchString(text))
}

// EnhancedStatus returns the enhanced status code (RFC 3463): the provider's, or the first one in the
// diagnostic text, or "".
func (b Bounce) EnhancedStatus(detail string) string {
	for _, text := range []string{b.Status, detail} {
		for _, at := range enhancedStatus.FindAllStringIndex(text, -1) {
			if !insideNumber(text, at[0], at[1]) {
				return text[at[0]:at[1]]
			}
		}
	}
	return ""
}

// insideNumber says whether text[from:to] is a part of an IP address or another longer number.
func insideNumber(text string, from, to int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	before := from > 0 && text[from-1] == '.' && digit(from-2)
	after := to < len(text) && text[to] == '.' && digit(to+1)
	return before || after
}
