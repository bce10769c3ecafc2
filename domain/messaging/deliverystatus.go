package messaging

import (
	"cmp"
	"time"
)

// DeliveryStatus is what is known of a message after its provider took it. It only rises:
// accepted, delayed, delivered, rejected, bounced, complained. A complaint may follow a delivery.
type DeliveryStatus string

// The statuses. DeliveryNone stands for "nothing was reported".
const (
	DeliveryNone       DeliveryStatus = ""
	DeliveryAccepted   DeliveryStatus = "accepted"
	DeliveryDelayed    DeliveryStatus = "delayed"
	DeliveryDelivered  DeliveryStatus = "delivered"
	DeliveryRejected   DeliveryStatus = "rejected"
	DeliveryBounced    DeliveryStatus = "bounced"
	DeliveryComplained DeliveryStatus = "complained"
)

// DeliveryStatuses lists the statuses from the lowest to the highest.
var DeliveryStatuses = []DeliveryStatus{
	DeliveryAccepted, DeliveryDelayed, DeliveryDelivered, DeliveryRejected, DeliveryBounced, DeliveryComplained,
}

// lattice ranks the statuses, and says what a report of each kind proves. Every report proves that
// the provider took the message.
var (
	statusRank = map[DeliveryStatus]int{
		DeliveryNone: 0, DeliveryAccepted: 1, DeliveryDelayed: 2, DeliveryDelivered: 3,
		DeliveryRejected: 4, DeliveryBounced: 5, DeliveryComplained: 6,
	}
	statusOf = map[FeedbackKind]DeliveryStatus{
		FeedbackAccepted: DeliveryAccepted, FeedbackDelayed: DeliveryDelayed, FeedbackDelivered: DeliveryDelivered,
		FeedbackRejected: DeliveryRejected, FeedbackBounced: DeliveryBounced, FeedbackComplained: DeliveryComplained,
		FeedbackUnsubscribed: DeliveryAccepted,
	}
	// classRank says which of two bounces tells more.
	classRank = map[BounceClass]int{
		BounceSoft: 1, BounceMessage: 2, BounceSender: 3, BounceOptOut: 4, BounceSuppressed: 5, BounceHard: 6,
	}
)

// Settler says how a message became sent.
type Settler string

// The settlers.
const (
	SettledByAnswer   Settler = "answer"   // the provider's answer to our call
	SettledByEvent    Settler = "event"    // a later report of the provider
	SettledByOperator Settler = "operator" // a person who knows better
)

// Progress is what became of a message after a call to its provider.
type Progress struct {
	Delivery       DeliveryStatus
	DeliveryAt     *time.Time // by the provider's clock
	DeliveryDetail string     // what was said; may name the recipient
	BounceClass    BounceClass
	SettledBy      Settler // how it became sent; "" while it is not
	Operator       string  // who said that it arrived, or had it sent again
	Resends        int     // how often somebody had it sent again
}

// raise notes a report, if it tells more than what is known. The outcome does not depend on the order
// of reports: of two that tell the same, the earlier one counts.
func (p *Progress) raise(f Feedback, class BounceClass) {
	status := f.status()
	higher := cmp.Or(
		cmp.Compare(statusRank[status], statusRank[p.Delivery]),
		cmp.Compare(classRank[class], classRank[p.BounceClass]),
		earlier(f.At, p.DeliveryAt),
		cmp.Compare(p.DeliveryDetail, f.Detail),
	)
	if higher <= 0 {
		return
	}
	at := f.At
	p.Delivery, p.DeliveryAt, p.DeliveryDetail, p.BounceClass = status, &at, f.Detail, class
}

// earlier is 1 when at is before known.
func earlier(at time.Time, known *time.Time) int {
	if known == nil {
		return 1
	}
	return known.Compare(at)
}

// status is what a report says of its message.
func (f Feedback) status() DeliveryStatus {
	if f.Kind == FeedbackComplained && f.Complaint == "not-spam" { // the opposite of a complaint
		return DeliveryDelivered
	}
	return statusOf[f.Kind]
}
