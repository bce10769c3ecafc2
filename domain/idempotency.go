package domain

// RepeatKey is the caller's name for one request, by which a repeat of it is recognised.
type RepeatKey struct {
	Key       string
	Operation string // method and path
	Hash      []byte // of the body
}

// Answer is what a request was answered with.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

// Claim says what became of claiming a RepeatKey: it is ours and the request must run; or it was
// used before, for the same request or another, with the answer unless that still runs.
type Claim struct {
	Ours   bool
	Same   bool
	Answer *Answer
}
