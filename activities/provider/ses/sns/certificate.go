package sns

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Fetcher gets what lies at an address: at most limit bytes, and only with status 200.
type Fetcher interface {
	Get(ctx context.Context, address string, limit int64) ([]byte, error)
}

const (
	maxCertificate = 32 << 10
	// keepTime is how long a certificate is believed without looking again.
	keepTime = 24 * time.Hour
	// sulkTime is how long an address without a usable certificate is left alone, so that
	// forgers can't make us call SNS all day.
	sulkTime = time.Minute
	// maxKept bounds the memory. SNS has one certificate a region, and changes it once a year.
	maxKept = 64
)

// certificates are the ones that SNS signs with, by their address.
type certificates struct {
	fetch Fetcher
	roots *x509.CertPool

	mu   sync.Mutex
	kept map[string]certificate
}

type certificate struct {
	key   *rsa.PublicKey
	err   error // why there is no key
	from  time.Time
	until time.Time
}

// key returns the public key of a certificate that the authorities vouch for at this time.
func (c *certificates) key(ctx context.Context, address string, now time.Time) (*rsa.PublicKey, error) {
	c.mu.Lock()
	known, ok := c.kept[address]
	c.mu.Unlock()
	if ok && now.Before(known.until) && !now.Before(known.from) {
		return known.key, known.err
	}
	found, err := c.load(ctx, address, now)
	if ctx.Err() != nil {
		return nil, ctx.Err() // says nothing about the address
	}
	if err != nil {
		found = certificate{err: err, from: now, until: now.Add(sulkTime)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= maxKept {
		clear(c.kept)
	}
	c.kept[address] = found
	return found.key, found.err
}

func (c *certificates) load(ctx context.Context, address string, now time.Time) (certificate, error) {
	body, err := c.fetch.Get(ctx, address, maxCertificate)
	if err != nil {
		return certificate{}, fmt.Errorf("fetch certificate of SNS: %w", err)
	}
	leaf, others := parseChain(body)
	if leaf == nil {
		return certificate{}, forged("there is no certificate at its address")
	}
	if err := c.verify(ctx, leaf, others, now); err != nil {
		return certificate{}, err
	}
	key, ok := leaf.PublicKey.(*rsa.PublicKey)
	if !ok {
		return certificate{}, forged("its certificate has no RSA key")
	}
	until := now.Add(keepTime)
	if leaf.NotAfter.Before(until) {
		until = leaf.NotAfter
	}
	return certificate{key: key, from: leaf.NotBefore, until: until}, nil
}

// verify checks name, time and chain. SNS publishes its certificate without the intermediate one;
// who issued it stands in the certificate.
func (c *certificates) verify(ctx context.Context, leaf *x509.Certificate, others *x509.CertPool, now time.Time) error {
	if !namesSNS(leaf) {
		return forged("its certificate is not SNS's")
	}
	options := x509.VerifyOptions{
		Roots: c.roots, Intermediates: others, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	_, err := leaf.Verify(options)
	if unknown := (x509.UnknownAuthorityError{}); errors.As(err, &unknown) {
		if err := c.addIssuer(ctx, leaf, others); err != nil {
			return err
		}
		_, err = leaf.Verify(options)
	}
	if err != nil {
		return forged("its certificate does not hold: " + err.Error())
	}
	return nil
}

// addIssuer fetches the certificate that vouches for leaf. What it says is checked like all others.
func (c *certificates) addIssuer(ctx context.Context, leaf *x509.Certificate, others *x509.CertPool) error {
	for _, address := range leaf.IssuingCertificateURL[:min(len(leaf.IssuingCertificateURL), 2)] {
		body, err := c.fetch.Get(ctx, address, maxCertificate)
		if err != nil {
			return fmt.Errorf("fetch certificate of SNS's issuer: %w", err)
		}
		if issuer, err := x509.ParseCertificate(body); err == nil {
			others.AddCert(issuer)
		}
	}
	return nil
}

func namesSNS(leaf *x509.Certificate) bool {
	names := append([]string{leaf.Subject.CommonName}, leaf.DNSNames...)
	for _, name := range names {
		if name == "sns.amazonaws.com" || signerHost.MatchString(name) {
			return true
		}
	}
	return false
}

// parseChain reads a PEM file: the first certificate, and those that follow.
func parseChain(body []byte) (leaf *x509.Certificate, others *x509.CertPool) {
	others = x509.NewCertPool()
	for block, rest := pem.Decode(body); block != nil; block, rest = pem.Decode(rest) {
		parsed, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil || block.Type != "CERTIFICATE":
			continue
		case leaf == nil:
			leaf = parsed
		default:
			others.AddCert(parsed)
		}
	}
	return leaf, others
}
