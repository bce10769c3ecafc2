package messaging

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// Purpose is what a public token may be used for. A token of one purpose is worthless for another.
type Purpose byte

// The purposes.
const (
	PurposeOpen        Purpose = 'o'
	PurposeClick       Purpose = 'c'
	PurposeUnsubscribe Purpose = 'u'
	PurposeView        Purpose = 'v'
	PurposeStatus      Purpose = 's' // a provider's report about a message
)

// LinkKey names the target of a click link: the first bytes of the SHA-256 of its address.
type LinkKey [8]byte

func linkKey(url string) LinkKey {
	sum := sha256.Sum256([]byte(url))
	return LinkKey(sum[:8])
}

// Key signs tokens. Old keys stay in use for reading, because old mail must keep working.
type Key struct {
	ID     byte
	Secret []byte // 32 random bytes
}

// Signer makes and reads the tokens of public links: version, key id, sid, link key of clicks, and
// a 128-bit HMAC over them and the purpose, in URL-safe base64.
type Signer struct {
	current Key
	keys    map[byte]Key
}

const (
	tokenVersion = 1
	macBytes     = 16
)

// NewSigner signs with the first key and reads tokens of all keys.
func NewSigner(keys []Key) (*Signer, error) {
	if len(keys) == 0 {
		return nil, errors.New("make signer: there is no key")
	}
	s := &Signer{current: keys[0], keys: map[byte]Key{}}
	for _, key := range keys {
		if len(key.Secret) < sha256.Size/2 {
			return nil, errors.New("make signer: a key is shorter than 16 bytes")
		}
		if _, twice := s.keys[key.ID]; twice {
			return nil, errors.New("make signer: two keys have the same id")
		}
		s.keys[key.ID] = key
	}
	return s, nil
}

// Token returns the token of a message for a purpose other than clicks.
func (s *Signer) Token(purpose Purpose, sid string) string {
	return s.sign(purpose, sid, nil)
}

// ClickToken returns the token of a link in a message.
func (s *Signer) ClickToken(sid string, link LinkKey) string {
	return s.sign(PurposeClick, sid, link[:])
}

// AddressHashes returns the hashes under which an erased address is known: by the key that signs
// first, then by the older ones. Without the key nobody can try addresses against them.
func (s *Signer) AddressHashes(org domain.OrgID, channel Channel, address string) [][]byte {
	hashes := make([][]byte, 0, len(s.keys))
	add := func(key Key) {
		mac := hmac.New(sha256.New, key.Secret)
		fmt.Fprintf(mac, "suppressed\x00%d\x00%s\x00%s", org, channel, address)
		hashes = append(hashes, mac.Sum(nil))
	}
	add(s.current)
	for _, id := range slices.Sorted(maps.Keys(s.keys)) {
		if id != s.current.ID {
			add(s.keys[id])
		}
	}
	return hashes
}

func (s *Signer) sign(purpose Purpose, sid string, extra []byte) string {
	id, err := hex.DecodeString(sid)
	if err != nil || len(id) != sidBytes {
		panic("sid " + sid + " was not made by newSid")
	}
	body := append([]byte{tokenVersion, s.current.ID}, id...)
	body = append(body, extra...)
	return base64.RawURLEncoding.EncodeToString(append(body, s.current.mac(purpose, body)...))
}

// Read returns the sid that a token names, if we made the token for this purpose.
func (s *Signer) Read(purpose Purpose, token string) (sid string, ok bool) {
	body, ok := s.open(purpose, token)
	if !ok || len(body) != sidBytes {
		return "", false
	}
	return hex.EncodeToString(body), true
}

// ReadClick returns the sid and the link that a click token names, if we made it.
func (s *Signer) ReadClick(token string) (sid string, link LinkKey, ok bool) {
	body, ok := s.open(PurposeClick, token)
	if !ok || len(body) != sidBytes+len(link) {
		return "", LinkKey{}, false
	}
	return hex.EncodeToString(body[:sidBytes]), LinkKey(body[sidBytes:]), true
}

// open verifies a token and returns what it says, without version, key id and HMAC.
func (s *Signer) open(purpose Purpose, token string) ([]byte, bool) {
	const longest = 100
	if len(token) > longest {
		return nil, false
	}
	// Strict: without it, several spellings of the last character would be the same token.
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < 2+macBytes || raw[0] != tokenVersion {
		return nil, false
	}
	key, known := s.keys[raw[1]]
	if !known {
		return nil, false
	}
	body, mac := raw[:len(raw)-macBytes], raw[len(raw)-macBytes:]
	if !hmac.Equal(mac, key.mac(purpose, body)) {
		return nil, false
	}
	return body[2:], true
}

func (k Key) mac(purpose Purpose, body []byte) []byte {
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte{byte(purpose)})
	h.Write(body)
	return h.Sum(nil)[:macBytes]
}
