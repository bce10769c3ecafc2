package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// keyPrefix makes leaked keys easy to search for.
const keyPrefix = "mk_"

// APIKey lets a program act in an organization. The secret itself is never kept.
type APIKey struct {
	ID         APIKeyID
	Name       string
	Prefix     string // the first characters of the secret, to recognise it by
	Role       Role
	CreatedBy  *UserID
	CreatedAt  time.Time
	LastUsedAt *time.Time // to the minute
	RevokedAt  *time.Time
}

// APIKeyInput describes a new key.
type APIKeyInput struct {
	Name string
	Role Role // RoleUser when empty; RoleSuperadmin only by the program itself, on its console
}

// NewAPIKey is a checked APIKeyInput, as the store keeps it.
type NewAPIKey struct {
	Name      string
	Role      Role
	Prefix    string
	Hash      []byte
	CreatedBy *UserID
}

// KeyOwner is the key that a secret belongs to, and its organization.
type KeyOwner struct {
	Org  domain.OrgID
	ID   APIKeyID
	Name string
	Role Role
}

// APIKeys is the part of the store that keeps API keys.
type APIKeys interface {
	// APIKeys lists the keys of org, revoked ones too.
	APIKeys(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[APIKey], error)
	// InsertAPIKey adds a key.
	InsertAPIKey(ctx context.Context, org domain.OrgID, k NewAPIKey) (APIKey, error)
	// RevokeAPIKey ends a key, or is NotFound. Revoking twice keeps the first time.
	RevokeAPIKey(ctx context.Context, org domain.OrgID, id APIKeyID) error
	// KeyOwner finds a key by the hash of its secret and notes that it was used; ok is false when
	// there is none or it was revoked.
	KeyOwner(ctx context.Context, hash []byte) (k KeyOwner, ok bool, err error)
}

// APIKeys lists the keys of org, newest first.
func (s *Service) APIKeys(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[APIKey], error) {
	if err := Require(ctx, org, ManageKeys); err != nil {
		return domain.Page[APIKey]{}, err
	}
	return s.store.APIKeys(ctx, org, q)
}

// CreateAPIKey makes a key and returns its secret, which can't be had again.
func (s *Service) CreateAPIKey(ctx context.Context, org domain.OrgID, in APIKeyInput) (k APIKey, secret string, err error) {
	if err := Require(ctx, org, ManageKeys); err != nil {
		return APIKey{}, "", err
	}
	in.Name = strings.TrimSpace(in.Name)
	if in.Role == "" {
		in.Role = RoleUser
	}
	if err := in.validate(ActorFrom(ctx)); err != nil {
		return APIKey{}, "", err
	}
	secret = makeSecret()
	created := NewAPIKey{Name: in.Name, Role: in.Role, Prefix: secret[:len(keyPrefix)+6], Hash: hashSecret(secret)}
	created.CreatedBy = ActorFrom(ctx).Author()
	k, err = s.store.InsertAPIKey(ctx, org, created)
	return k, secret, err
}

// RevokeAPIKey ends a key at once.
func (s *Service) RevokeAPIKey(ctx context.Context, org domain.OrgID, id APIKeyID) error {
	if err := Require(ctx, org, ManageKeys); err != nil {
		return err
	}
	return s.store.RevokeAPIKey(ctx, org, id)
}

// Authenticate returns whom the secret of a key speaks for. Unknown and revoked are Unauthorized.
func (s *Service) Authenticate(ctx context.Context, secret string) (Actor, error) {
	refused := domain.Unauthorized("This API key is not valid.")
	if !strings.HasPrefix(secret, keyPrefix) || len(secret) > maxPassword {
		return Actor{}, refused
	}
	key, ok, err := s.store.KeyOwner(ctx, hashSecret(secret))
	switch {
	case err != nil:
		return Actor{}, err
	case !ok:
		return Actor{}, refused
	}
	return Actor{Org: key.Org, APIKey: key.ID, Name: key.Name, Role: key.Role}, nil
}

func (in APIKeyInput) validate(by Actor) error {
	var found domain.Findings
	if in.Name == "" {
		found.Add("name", "Give the key a name that says what uses it.")
	}
	checkLine(&found, "name", domain.Say("The name of the key"), in.Name)
	if !slices.Contains([]Role{RoleViewer, RoleUser, RoleAdmin}, in.Role) && (in.Role != RoleSuperadmin || !by.system) {
		found.Add("role", "A key can have the role viewer, user or admin. One that operates the installation is made on its console.")
	}
	return found.Err()
}

// makeSecret returns the prefix and 256 random bits.
func makeSecret() string {
	secret := make([]byte, 32)
	rand.Read(secret)
	return keyPrefix + base64.RawURLEncoding.EncodeToString(secret)
}

// hashSecret needs no slow hash: the secret is random.
func hashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
