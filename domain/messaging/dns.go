package messaging

import (
	"context"
	"net/netip"

	"github.com/mauntic/mauntic/domain"
)

// DNS looks names up. A name or record that does not exist is an empty answer, not an error; an
// error means that nobody knows.
type DNS interface {
	TXT(ctx context.Context, name string) ([]string, error)
	// CNAME returns where the name's alias leads, in lower case and without a dot at the end.
	CNAME(ctx context.Context, name string) (string, error)
	MX(ctx context.Context, name string) ([]string, error) // hosts, the preferred ones first
	Addrs(ctx context.Context, name string) ([]netip.Addr, error)
}

// DNSRecord is a record to set, and what was found in its place.
type DNSRecord struct {
	Purpose RecordPurpose `json:"purpose"`
	Type    string        `json:"type"` // TXT, CNAME, MX
	Name    string        `json:"name"`
	Value   string        `json:"value"` // to set; for MX with the preference before the host
	Status  RecordStatus  `json:"status"`
	Found   []string      `json:"found,omitempty"`
	Message domain.Kept   `json:"message"` // what it means, in a sentence or two
}

// add says one more thing about the record.
func (r *DNSRecord) add(sentence *domain.Phrase) {
	r.Message = domain.Keep("%s %s", r.Message.Phrase(), sentence)
}

// RecordPurpose says what a record is good for.
type RecordPurpose string

// The purposes.
const (
	PurposeDKIM  RecordPurpose = "dkim"  // the key of our signatures
	PurposeSPF   RecordPurpose = "spf"   // which servers may send
	PurposeDMARC RecordPurpose = "dmarc" // what mailboxes do with mail that passes neither
	PurposeMX    RecordPurpose = "mx"    // who takes mail that comes back
)

// RecordStatus is how a record is.
type RecordStatus string

// The states of a record.
const (
	RecordOK      RecordStatus = "ok"
	RecordAdvice  RecordStatus = "advice"  // it works, and could be better
	RecordMissing RecordStatus = "missing" // there is none
	RecordWrong   RecordStatus = "wrong"   // there is another one
	RecordUnknown RecordStatus = "unknown" // DNS did not answer
)
