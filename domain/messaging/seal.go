package messaging

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// sealVersion begins what is sealed: AES-256-GCM under a key that is derived from a signing key.
const sealVersion = 1

// seal encrypts a secret for the database. about names the place where it is kept: elsewhere it
// can't be opened.
func (s *Signer) seal(about string, secret []byte) ([]byte, error) {
	lock, err := s.current.lock()
	if err != nil {
		return nil, err
	}
	head := append([]byte{sealVersion, s.current.ID}, make([]byte, lock.NonceSize())...)
	_, _ = rand.Read(head[2:]) // never fails: the program stops instead
	return lock.Seal(head, head[2:], secret, []byte(about)), nil
}

var errSealed = errors.New("it was sealed with another MAUNTIC_SIGNING_KEY, or for another place")

// open decrypts what seal made, with whichever of the keys it was made with.
func (s *Signer) unseal(about string, sealed []byte) ([]byte, error) {
	if len(sealed) < 2 || sealed[0] != sealVersion {
		return nil, errSealed
	}
	key, known := s.keys[sealed[1]]
	if !known {
		return nil, errSealed
	}
	lock, err := key.lock()
	if err != nil {
		return nil, err
	}
	rest := sealed[2:]
	if len(rest) < lock.NonceSize() {
		return nil, errSealed
	}
	secret, err := lock.Open(nil, rest[:lock.NonceSize()], rest[lock.NonceSize():], []byte(about))
	if err != nil {
		return nil, errSealed
	}
	return secret, nil
}

// lock derives the key for sealing, so that it is another one than that of the tokens.
func (k Key) lock() (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, k.Secret, nil, "mauntic sealed secrets 1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive sealing key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("make sealing cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
