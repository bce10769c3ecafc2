package fakeses

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"time"
)

// Topic signs as an SNS topic does. Its certificate leads, by way of an intermediate one that has to
// be fetched, to an authority of its own: only who was given Roots believes it.
type Topic struct {
	ARN     string
	CertURL string

	key   *rsa.PrivateKey
	roots *x509.CertPool
	files map[string][]byte // what lies at which address
}

const (
	issuerURL = "http://crt.fake.amazontrust.com/issuer.cer"
	rootName  = "Fake Amazon Root"
)

// NewTopic makes a topic with keys of its own. The ARN names its region.
func NewTopic(arn string) (*Topic, error) {
	words := strings.Split(arn, ":")
	if len(words) != 6 {
		return nil, fmt.Errorf("make topic: %q is no ARN", arn)
	}
	t := &Topic{
		ARN: arn, CertURL: "https://sns." + words[3] + ".amazonaws.com/SimpleNotificationService-" + fmt.Sprintf("%x", time.Now().UnixNano()) + ".pem",
		roots: x509.NewCertPool(), files: map[string][]byte{},
	}
	if err := t.issue(); err != nil {
		return nil, err
	}
	return t, nil
}

// issue makes root, intermediate and leaf.
func (t *Topic) issue() error {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	root := authority(rootName)
	if _, err := t.sign(root, root, &rootKey.PublicKey, rootKey, t.roots.AddCert); err != nil {
		return err
	}
	issuerKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	issuer := authority("Fake Amazon RSA 2048")
	if t.files[issuerURL], err = t.sign(issuer, root, &issuerKey.PublicKey, rootKey, nil); err != nil {
		return err
	}
	if t.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	leaf := certificate("sns.amazonaws.com")
	leaf.DNSNames = []string{"sns.amazonaws.com"}
	leaf.IssuingCertificateURL = []string{issuerURL}
	der, err := t.sign(leaf, issuer, &t.key.PublicKey, issuerKey, nil)
	t.files[t.CertURL] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return err
}

func (t *Topic) sign(c, by *x509.Certificate, key, signer any, see func(*x509.Certificate)) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, c, by, key, signer)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	if see != nil {
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("read certificate: %w", err)
		}
		see(parsed)
	}
	return der, nil
}

func certificate(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(365 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func authority(name string) *x509.Certificate {
	c := certificate(name)
	c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	return c
}

// Roots are the authorities that vouch for the topic.
func (t *Topic) Roots() *x509.CertPool { return t.roots }

// Get returns the files that SNS and its authority would publish.
func (t *Topic) Get(_ context.Context, address string, _ int64) ([]byte, error) {
	file, ok := t.files[address]
	if !ok {
		return nil, fmt.Errorf("nothing lies at %s", address)
	}
	return file, nil
}

// Publish turns a message into what SNS posts. The id may be ""; then it is a new one.
func (t *Topic) Publish(id, message string) map[string]string {
	if id == "" {
		id = rand.Text()
	}
	return t.Sign(map[string]string{
		"Type": "Notification", "MessageId": id, "TopicArn": t.ARN, "Subject": "Amazon SES Email Event Notification",
		"Message": message, "Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"UnsubscribeURL": "https://sns.invalid/?Action=Unsubscribe",
	})
}

// signed are the names that SNS signs, by type.
var signed = map[string][]string{
	"Notification":             {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"},
	"SubscriptionConfirmation": {"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"},
	"UnsubscribeConfirmation":  {"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"},
}

// Sign returns the envelope with a signature of version 2, or of the version that it names.
func (t *Topic) Sign(envelope map[string]string) map[string]string {
	e := maps.Clone(envelope)
	if e["SigningCertURL"] == "" {
		e["SigningCertURL"] = t.CertURL
	}
	hash := crypto.SHA256
	if e["SignatureVersion"] == "1" {
		hash = crypto.SHA1
	} else {
		e["SignatureVersion"] = "2"
	}
	sum := hash.New()
	for _, name := range signed[e["Type"]] {
		if value, ok := e[name]; ok {
			sum.Write([]byte(name + "\n" + value + "\n"))
		}
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, t.key, hash, sum.Sum(nil))
	if err != nil {
		panic(err) // the key fits the hash
	}
	e["Signature"] = base64.StdEncoding.EncodeToString(signature)
	return e
}
