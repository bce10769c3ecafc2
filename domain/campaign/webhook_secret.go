package campaign

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// WebhookSecret is what an organization's calls are signed by. The database holds only a number
// from which, and from the installation's own key, the secret follows.
type WebhookSecret struct {
	Nonce     []byte
	Previous  []byte // nil: there was none
	ChangedAt time.Time
}

// secretOverlap is how long the secret before the present one signs, too, so that receivers can
// be told of the new one in peace.
const secretOverlap = 24 * time.Hour

// WebhookSecrets is the port for them.
type WebhookSecrets interface {
	// WebhookSecret returns the organization's secret, or nil when it has none.
	WebhookSecret(ctx context.Context, org domain.OrgID) (*WebhookSecret, error)
	// ChangeWebhookSecret makes the present one the previous one.
	ChangeWebhookSecret(ctx context.Context, org domain.OrgID, nonce []byte) error
}

// WebhookSecretChanged says since when calls are signed by the present secret; zero: they are not
// signed, because no secret was made yet.
func (s *Service) WebhookSecretChanged(ctx context.Context, org domain.OrgID) (time.Time, error) {
	if err := identity.Require(ctx, org, identity.ViewSettings); err != nil {
		return time.Time{}, err
	}
	secret, err := s.Store.WebhookSecret(ctx, org)
	if err != nil || secret == nil {
		return time.Time{}, err
	}
	return secret.ChangedAt, nil
}

// ChangeWebhookSecret makes a new secret and returns it. It is not shown again; for a day the one
// before it signs, too.
func (s *Service) ChangeWebhookSecret(ctx context.Context, org domain.OrgID) (string, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return "", err
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails: the program stops instead
	if err := s.Store.ChangeWebhookSecret(ctx, org, nonce); err != nil {
		return "", err
	}
	return s.secret(org, nonce), nil
}

func (s *Service) secret(org domain.OrgID, nonce []byte) string {
	mac := hmac.New(sha256.New, s.SigningKey)
	fmt.Fprintf(mac, "webhook secret/%d/%x", org, nonce)
	return "whsec_" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// sign returns the signature of a body: t=<seconds since 1970>,v1=<HMAC-SHA256 of t.body, in hex>.
// Within a day of a change there is a v1 for each of both secrets. "" when the organization has none.
func (s *Service) sign(ctx context.Context, org domain.OrgID, now time.Time, body []byte) (string, error) {
	secret, err := s.Store.WebhookSecret(ctx, org)
	if err != nil || secret == nil {
		return "", err
	}
	nonces := [][]byte{secret.Nonce}
	if secret.Previous != nil && now.Sub(secret.ChangedAt) < secretOverlap {
		nonces = append(nonces, secret.Previous)
	}
	signature := []string{fmt.Sprintf("t=%d", now.Unix())}
	for _, nonce := range nonces {
		mac := hmac.New(sha256.New, []byte(s.secret(org, nonce)))
		fmt.Fprintf(mac, "%d.", now.Unix())
		mac.Write(body)
		signature = append(signature, "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(signature, ","), nil
}
