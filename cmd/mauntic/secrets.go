package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

// signingKeyLength is the least that is safe against guessing.
const signingKeyLength = 32

// anyKey stands in where no public link is made.
var anyKey = make([]byte, signingKeyLength)

// signingKey returns the secret that signs public links: the one that is set, or the data
// folder's own.
func (c *Config) signingKey(dir *dataDir) ([]byte, error) {
	if c.SigningKey != "" || dir == nil {
		return []byte(c.SigningKey), nil
	}
	key, err := dir.secret("signing.key")
	return []byte(key), err
}

// fingerprint names a signing key without giving it away.
func fingerprint(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("fingerprint of the signing key"))
	return hex.EncodeToString(mac.Sum(nil))[:16]
}

// settleSigningKey has the database remember the key at the first start, and refuses another one
// later: links in mails that were sent would stop working, and processes with different keys would
// not know each other's.
func settleSigningKey(ctx context.Context, db *store.DB, key []byte) error {
	known, err := db.SettleFact(ctx, store.FactSigningKey, fingerprint(key))
	if err != nil {
		return err
	}
	if known != fingerprint(key) {
		return errOtherKey
	}
	return nil
}

var errOtherKey = domain.Unavailable("The signing key is not the one that this database was used with, so links in mails that were sent would stop working. " +
	"Set MAUNTIC_SIGNING_KEY to the same key for all processes, or bring back secrets/signing.key in the data folder. " +
	"If the old key is lost, or must not be used any more, accept the new one with `mauntic admin accept-signing-key`.")

type acceptSigningKeyCommand struct{}

// Run has the database accept the key that is set now.
func (acceptSigningKeyCommand) Run(cfg *Config) error {
	path, err := cfg.dataDirPath()
	if err != nil {
		return err
	}
	key, err := cfg.signingKey(&dataDir{path: path})
	if err != nil {
		return err
	}
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		if err := db.SetFact(ctx, store.FactSigningKey, fingerprint(key)); err != nil {
			return err
		}
		say("The signing key that is set now is accepted. Links in mails that were signed with another one no longer work.")
		return nil
	})
}
