package egress

import "github.com/mauntic/mauntic/domain"

// Kind sorts the ways in which a call can fail.
type Kind string

// The kinds of errors.
const (
	KindRefused     Kind = "refused"     // the address is none that we call; repeating it never helps
	KindUnreachable Kind = "unreachable" // the target got nothing of the call
	KindBroken      Kind = "broken"      // the target may have got the call
	KindAnswer      Kind = "answer"      // the answer is of no use
)

// Error says in a sentence why there is no response. The sentence holds nothing that the target
// said; the cause, for logs, may.
type Error struct {
	Kind    Kind
	Message domain.Kept
	cause   error
}

func (e *Error) Error() string { return e.Message.English() }

// Unwrap returns what the network said, for logs.
func (e *Error) Unwrap() error { return e.cause }

func refuse(message domain.Kept) *Error { return &Error{Kind: KindRefused, Message: message} }
