package sns

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"time"
)

// The window in which envelopes are believed. SNS may repeat a delivery for an hour, with the
// timestamp of the first.
const (
	maxAge  = time.Hour
	maxSkew = 5 * time.Minute
)

// Options make a verifier.
type Options struct {
	// Topics are the ones that we listen to. A true signature of SNS only says that some customer
	// of Amazon sent something.
	Topics []Topic
	// AllowSHA1 believes signatures of version 1, too, with which topics begin.
	AllowSHA1 bool
	// Fetch gets certificates.
	Fetch Fetcher
	// Roots are the authorities that certificates must lead to. Nil: the machine's.
	Roots *x509.CertPool
	// Clock is time.Now when nil.
	Clock func() time.Time
}

// Verifier tells envelopes that SNS signed for our topics from all others.
type Verifier struct {
	topics       []Topic
	sha1         bool
	certificates *certificates
	now          func() time.Time
}

// NewVerifier makes a verifier.
func NewVerifier(o Options) *Verifier {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Verifier{
		topics: o.Topics, sha1: o.AllowSHA1, now: o.Clock,
		certificates: &certificates{fetch: o.Fetch, roots: o.Roots, kept: map[string]certificate{}},
	}
}

// Open returns a body's envelope when SNS has signed it for one of our topics within the last hour.
// What is not so is Forbidden. Any other error means that nobody could tell.
func (v *Verifier) Open(ctx context.Context, body []byte) (Envelope, error) {
	e, err := ParseEnvelope(body)
	if err != nil {
		return e, err
	}
	topic, ours := find(v.topics, e.TopicARN)
	hash, known := v.hash(e.SignatureVersion)
	switch {
	case !ours:
		return e, forged("its topic is not ours")
	case !known:
		return e, forged("signature version " + quoteVersion(e.SignatureVersion) + " is not accepted")
	case !topic.signs(e.SigningCertURL):
		return e, forged("its certificate does not lie where SNS keeps them")
	case !v.timely(e.Timestamp):
		return e, forged("its time is too far from ours")
	}
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil {
		return e, forged("its signature can't be read")
	}
	key, err := v.certificates.key(ctx, e.SigningCertURL, v.now())
	if err != nil {
		return e, err
	}
	sum := hash.New()
	sum.Write(e.canonical())
	if rsa.VerifyPKCS1v15(key, hash, sum.Sum(nil), signature) != nil {
		return e, forged("its signature is wrong")
	}
	return e, nil
}

// hash is what a signature version signs.
func (v *Verifier) hash(version string) (crypto.Hash, bool) {
	switch {
	case version == "2":
		return crypto.SHA256, true
	case version == "1" && v.sha1:
		return crypto.SHA1, true
	}
	return 0, false
}

// quoteVersion keeps strangers' text out of the log.
func quoteVersion(version string) string {
	if version == "1" {
		return "1 (SHA-1)"
	}
	return "other than 2"
}

func (v *Verifier) timely(timestamp string) bool {
	at, err := time.Parse(time.RFC3339, timestamp)
	age := v.now().Sub(at)
	return err == nil && age <= maxAge && age >= -maxSkew
}
