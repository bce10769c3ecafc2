package messaging

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// PurposeReturn is for the envelope sender, to which reports about a mail come.
const PurposeReturn Purpose = 'r'

// ReturnAddress makes and reads the addresses to which mail about our mails comes: to the envelope
// sender (bounces+token@example.com) and from those who unsubscribe by mail (bounces+u-token@…). The
// token names the message, signed, so that nobody can report about messages they never got.
type ReturnAddress struct {
	signer        *Signer
	local, domain string
}

// Tokens in addresses hold key id, sid and a 96-bit HMAC, in base32: mail systems are known to change
// the case of letters.
const (
	mailMACBytes = 12
	longestLocal = 64 // RFC 5321, 4.5.3.1.1
)

var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewReturnAddress extends an address such as bounces@example.com, to which mail for bounces+….
// must come, too.
func NewReturnAddress(signer *Signer, address string) (*ReturnAddress, error) {
	normal, err := crm.NormalEmail(address)
	if err != nil {
		return nil, err
	}
	at := strings.LastIndexByte(normal, '@')
	a := &ReturnAddress{signer: signer, local: normal[:at], domain: normal[at:]}
	longest := longestLocal - len("+u-") - base32Lower.EncodedLen(1+sidBytes+mailMACBytes)
	if len(a.local) > longest {
		return nil, domain.Invalid("", "The part before the @ may have at most %d characters, because a token follows it.", longest)
	}
	return a, nil
}

// Return is the envelope sender of a message.
func (a *ReturnAddress) Return(sid string) string {
	return a.local + "+" + a.signer.mailToken(PurposeReturn, sid) + a.domain
}

// Unsubscribe is where a mail ends all marketing to the recipient of a message.
func (a *ReturnAddress) Unsubscribe(sid string) string {
	return a.local + "+u-" + a.signer.mailToken(PurposeUnsubscribe, sid) + a.domain
}

// Returned is a message that an address or a link of ours names.
type Returned struct {
	Purpose Purpose // PurposeReturn or PurposeUnsubscribe
	Sid     string
	Token   string // with PurposeUnsubscribe: the one that Unsubscribe takes
}

var (
	tokenInAddress = regexp.MustCompile(`(?i)\+(u-)?([a-z2-7]{47})@`)
	tokenInLink    = regexp.MustCompile(`/u/([A-Za-z0-9_-]{46})(?:[^A-Za-z0-9_-]|$)`)
)

// Find returns the messages that a text names by addresses and unsubscribe links of ours, in their
// order. What we did not sign is not among them.
func (a *ReturnAddress) Find(text string) []Returned {
	var found []Returned
	for _, match := range tokenInAddress.FindAllStringSubmatch(text, -1) {
		purpose := PurposeReturn
		if match[1] != "" {
			purpose = PurposeUnsubscribe
		}
		if sid, ok := a.signer.readMailToken(purpose, match[2]); ok {
			found = append(found, a.returned(purpose, sid))
		}
	}
	for _, match := range tokenInLink.FindAllStringSubmatch(text, -1) {
		if sid, ok := a.signer.Read(PurposeUnsubscribe, match[1]); ok {
			found = append(found, a.returned(PurposeUnsubscribe, sid))
		}
	}
	return found
}

func (a *ReturnAddress) returned(purpose Purpose, sid string) Returned {
	r := Returned{Purpose: purpose, Sid: sid}
	if purpose == PurposeUnsubscribe {
		r.Token = a.signer.Token(purpose, sid)
	}
	return r
}

// mailToken returns the token of a message for the local part of an address.
func (s *Signer) mailToken(purpose Purpose, sid string) string {
	id, err := hex.DecodeString(sid)
	if err != nil || len(id) != sidBytes {
		panic(fmt.Sprintf("sid %q was not made by newSid", sid))
	}
	body := append([]byte{s.current.ID}, id...)
	return base32Lower.EncodeToString(append(body, s.current.mailMAC(purpose, body)...))
}

func (s *Signer) readMailToken(purpose Purpose, token string) (sid string, ok bool) {
	raw, err := base32Lower.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) != 1+sidBytes+mailMACBytes {
		return "", false
	}
	body, mac := raw[:1+sidBytes], raw[1+sidBytes:]
	key, known := s.keys[body[0]]
	if !known || !hmac.Equal(mac, key.mailMAC(purpose, body)) {
		return "", false
	}
	return hex.EncodeToString(body[1:]), true
}

// mailMAC differs from mac in what it covers, so that no part of one token is good in another.
func (k Key) mailMAC(purpose Purpose, body []byte) []byte {
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte{'m', byte(purpose)})
	h.Write(body)
	return h.Sum(nil)[:mailMACBytes]
}
