package main

import "github.com/mauntic/mauntic/domain"

// signingKeyLength is the least that is safe against guessing.
const signingKeyLength = 32

// anyKey stands in where no public link is made.
var anyKey = make([]byte, signingKeyLength)

// signingKey returns the secret that signs public links: the one that is set, or the data
// folder's own.
func (c *Config) signingKey(dir *dataDir) ([]byte, error) {
	if c.SigningKey != "" && len(c.SigningKey) < signingKeyLength {
		return nil, domain.Unavailable("MAUNTIC_SIGNING_KEY is too short: it needs at least %d characters.", signingKeyLength)
	}
	if c.SigningKey != "" || dir == nil {
		return []byte(c.SigningKey), nil
	}
	key, err := dir.secret("signing.key")
	return []byte(key), err
}
