package mailbox

import (
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// notComplaints are feedback types by which no recipient complains: reports about authentication.
var notComplaints = map[string]bool{"auth-failure": true, "dmarc": true, "": true}

// complaint reads a feedback report (RFC 5965). Original-Rcpt-To is not looked at: it is often
// blanked out, and anybody can write it.
func (p *parser) complaint() Mail {
	kind := strings.ToLower(word(p.report["feedback-type"]))
	if notComplaints[kind] {
		return Mail{}
	}
	sid, ok := p.about(p.report["original-mail-from"])
	if !ok {
		return Mail{}
	}
	f := p.feedback(0, sid, messaging.FeedbackComplained)
	f.Complaint = domain.Storable(kind, 100)
	f.Detail = domain.Storable(p.report["user-agent"], maxText)
	if kind == "opt-out" {
		f.Kind, f.Complaint = messaging.FeedbackUnsubscribed, ""
	}
	return Mail{Feedback: []messaging.Feedback{f}}
}
