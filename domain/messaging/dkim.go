package messaging

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/mauntic/mauntic/domain"
)

// keyBits is what mailboxes ask for and DNS providers can still store.
const keyBits = 2048

// newDomainKey makes the DKIM key of a domain. Its selector is new each time, so that the record of
// an older key does not stand in its way.
func (s *Service) newDomainKey(org domain.OrgID, name string) (NewSenderDomain, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return NewSenderDomain{}, fmt.Errorf("make DKIM key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return NewSenderDomain{}, fmt.Errorf("write DKIM key: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return NewSenderDomain{}, fmt.Errorf("write DKIM key: %w", err)
	}
	sealed, err := s.signer.seal(keyPlace(org, name), secret)
	if err != nil {
		return NewSenderDomain{}, err
	}
	var random [3]byte
	_, _ = rand.Read(random[:])
	return NewSenderDomain{
		Name: name, Selector: "mauntic-" + hex.EncodeToString(random[:]),
		PublicKey: base64.StdEncoding.EncodeToString(public), PrivateKey: sealed,
	}, nil
}

// keyPlace is where the private key of a domain is kept.
func keyPlace(org domain.OrgID, name string) string {
	return fmt.Sprintf("messaging.sender_domains.private_key/%d/%s", org, name)
}

// signedHeaders are covered by our signature, where a mail has them. From is named once more than
// it may stand there, so that nobody can add another one.
var signedHeaders = []string{
	"From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
	"Feedback-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
}

// sign puts our DKIM signature before a mail, when the From domain has a key and the provider does
// not sign by itself (RFC 6376, relaxed/relaxed).
func (s *Service) sign(ctx context.Context, org domain.OrgID, from string, raw []byte) ([]byte, error) {
	if s.SignsItself() {
		return raw, nil
	}
	name := asciiDomain(from)
	key, err := s.keys.of(ctx, s, org, name)
	if err != nil || key.signer == nil {
		return raw, err
	}
	signed := bytes.NewBuffer(make([]byte, 0, len(raw)+1024))
	err = dkim.Sign(signed, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: name, Selector: key.selector, Signer: key.signer, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: append(headersIn(raw), "From"),
	})
	if err != nil {
		return nil, fmt.Errorf("sign mail: %w", err)
	}
	return signed.Bytes(), nil
}

// headersIn returns which of the headers to sign a mail has.
func headersIn(raw []byte) []string {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	present := map[string]bool{}
	for line := range bytes.Lines(head) {
		if name, _, ok := strings.Cut(string(line), ":"); ok {
			present[textproto.CanonicalMIMEHeaderKey(name)] = true
		}
	}
	var names []string
	for _, name := range signedHeaders {
		if present[textproto.CanonicalMIMEHeaderKey(name)] {
			names = append(names, name)
		}
	}
	return names
}

// keyTime is how long a process uses a key that it has read, or believes that there is none.
const keyTime = time.Minute

// keyRing remembers the keys of domains, opened.
type keyRing struct {
	mu   sync.Mutex
	keys map[orgDomain]domainKey
}

type orgDomain struct {
	org  domain.OrgID
	name string
}

type domainKey struct {
	selector string
	signer   crypto.Signer // nil: the domain has none
	read     time.Time
}

func newKeyRing() *keyRing { return &keyRing{keys: map[orgDomain]domainKey{}} }

// of returns the key of a domain. One that can't be opened is as good as none: mail goes out
// unsigned rather than not at all, and the log says why.
func (r *keyRing) of(ctx context.Context, s *Service, org domain.OrgID, name string) (domainKey, error) {
	place := orgDomain{org, name}
	r.mu.Lock()
	key, ok := r.keys[place]
	r.mu.Unlock()
	if ok && time.Since(key.read) < keyTime {
		return key, nil
	}
	key = domainKey{read: time.Now()}
	selector, sealed, err := s.store.DomainKey(ctx, org, name)
	if err != nil {
		return domainKey{}, err
	}
	if selector != "" {
		key.selector = selector
		if key.signer, err = s.openKey(keyPlace(org, name), sealed); err != nil {
			s.log.ErrorContext(ctx, "open DKIM key", slog.String("domain", name), slog.Any("err", err))
		}
	}
	r.mu.Lock()
	r.keys[place] = key
	r.mu.Unlock()
	return key, nil
}

func (s *Service) openKey(place string, sealed []byte) (crypto.Signer, error) {
	secret, err := s.signer.unseal(place, sealed)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(secret)
	if err != nil {
		return nil, fmt.Errorf("read DKIM key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a %T can't sign", key)
	}
	return signer, nil
}

func (r *keyRing) forget(org domain.OrgID, name string) {
	r.mu.Lock()
	delete(r.keys, orgDomain{org, name})
	r.mu.Unlock()
}
