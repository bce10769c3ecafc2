package identity

import (
	"net/mail"
	"strings"
	"unicode"
)

// maxAddress is the longest address that mail servers have to accept.
const maxAddress = 254

// ValidAddress says whether text is one bare email address that is safe to put into a header: no
// display name, no comment, no space, no control character.
func ValidAddress(text string) bool {
	if text == "" || len(text) > maxAddress || strings.ContainsFunc(text, unsafeInAddress) {
		return false
	}
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Name == "" && parsed.Address == text
}

// CanSend says whether mail can come from address on the Internet: its domain has a dot.
func CanSend(address string) bool {
	_, host, _ := strings.Cut(address, "@")
	return ValidAddress(address) && strings.Contains(strings.Trim(host, "."), ".")
}

func unsafeInAddress(r rune) bool {
	return isControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>(),;:"\`, r)
}

func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
