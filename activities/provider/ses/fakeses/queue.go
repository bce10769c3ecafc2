package fakeses

import (
	"context"
	"crypto"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// queue speaks as much of SQS, by its JSON protocol, as Mauntic uses. There is one, whatever its
// address.
type queue struct {
	on  bool
	raw bool // messages are events, without envelopes

	mu       sync.Mutex
	messages []*queued
	dead     []string // bodies that were received too often
	most     int      // receives before that; 0: no limit
}

type queued struct {
	id, body, receipt string
	visible           time.Time
	receives          int
}

func (q *queue) put(body string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.messages = append(q.messages, &queued{id: rand.Text(), body: body})
}

// receive hands out what is visible, and hides it.
func (q *queue) receive(most int, hide time.Duration) []*queued {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	var out, kept []*queued
	for _, m := range q.messages {
		switch {
		case len(out) < most && !m.visible.After(now) && q.most > 0 && m.receives >= q.most:
			q.dead = append(q.dead, m.body)
			continue
		case len(out) < most && !m.visible.After(now):
			m.visible, m.receipt = now.Add(hide), rand.Text()
			m.receives++
			copied := *m
			out = append(out, &copied)
		}
		kept = append(kept, m)
	}
	q.messages = kept
	return out
}

// change does something to the message of a receipt, or removes it. False: there is none.
func (q *queue) change(receipt string, hide time.Duration, remove bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, m := range q.messages {
		if m.receipt != receipt || receipt == "" {
			continue
		}
		m.visible = time.Now().Add(hide)
		if remove {
			q.messages = append(q.messages[:i], q.messages[i+1:]...)
		}
		return true
	}
	return false
}

// Queued is how many messages wait in the queue, hidden ones included, and how many are dead letters.
func (s *Server) Queued() (waiting, dead int) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return len(s.queue.messages), len(s.queue.dead)
}

// Reveal makes all hidden messages visible, as when their time is over.
func (s *Server) Reveal() {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	for _, m := range s.queue.messages {
		m.visible = time.Time{}
	}
}

// sqsRequest is the part of all calls that is used.
type sqsRequest struct {
	MaxNumberOfMessages int
	WaitTimeSeconds     int
	VisibilityTimeout   *int
	Entries             []struct {
		ID                string `json:"Id"`
		ReceiptHandle     string
		VisibilityTimeout int
	}
}

// sqs answers calls of the JSON protocol, which name themselves in a header.
func (s *Server) sqs(w http.ResponseWriter, r *http.Request) {
	call, ours := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	var request sqsRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&request); err != nil || !ours || !s.queue.on {
		refuse(w, http.StatusBadRequest, "InvalidAction", "This fake does not know that operation.")
		return
	}
	if s.refuses.Load() {
		refuse(w, http.StatusServiceUnavailable, "ServiceUnavailable", "The queue is away.")
		return
	}
	switch call {
	case "ReceiveMessage":
		s.receiveMessage(r.Context(), w, request)
	case "DeleteMessageBatch", "ChangeMessageVisibilityBatch":
		s.changeBatch(w, request, call == "DeleteMessageBatch")
	case "GetQueueAttributes":
		waiting, _ := s.Queued()
		answer(w, http.StatusOK, map[string]any{"Attributes": map[string]string{"ApproximateNumberOfMessages": strconv.Itoa(waiting)}})
	default:
		refuse(w, http.StatusBadRequest, "InvalidAction", "This fake does not know "+call+".")
	}
}

func (s *Server) receiveMessage(ctx context.Context, w http.ResponseWriter, request sqsRequest) {
	hide := 30 * time.Second
	if request.VisibilityTimeout != nil {
		hide = time.Duration(*request.VisibilityTimeout) * time.Second
	}
	deadline := time.Now().Add(time.Duration(request.WaitTimeSeconds) * time.Second)
	found := s.queue.receive(max(request.MaxNumberOfMessages, 1), hide)
	for len(found) == 0 && time.Now().Before(deadline) && ctx.Err() == nil && s.ctx.Err() == nil {
		pause(ctx, 20*time.Millisecond)
		found = s.queue.receive(max(request.MaxNumberOfMessages, 1), hide)
	}
	messages := []map[string]any{}
	for _, m := range found {
		sum := crypto.MD5.New() // what SQS proves a body with
		sum.Write([]byte(m.body))
		messages = append(messages, map[string]any{
			"MessageId": m.id, "ReceiptHandle": m.receipt, "Body": m.body, "MD5OfBody": hex.EncodeToString(sum.Sum(nil)),
			"Attributes": map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.receives)},
		})
	}
	answer(w, http.StatusOK, map[string]any{"Messages": messages})
}

func (s *Server) changeBatch(w http.ResponseWriter, request sqsRequest, remove bool) {
	done, failed := []map[string]any{}, []map[string]any{}
	for _, e := range request.Entries {
		if s.queue.change(e.ReceiptHandle, time.Duration(e.VisibilityTimeout)*time.Second, remove) {
			done = append(done, map[string]any{"Id": e.ID})
			continue
		}
		failed = append(failed, map[string]any{"Id": e.ID, "Code": "ReceiptHandleIsInvalid", "Message": "There is no such receipt.", "SenderFault": true})
	}
	answer(w, http.StatusOK, map[string]any{"Successful": done, "Failed": failed})
}

func (s *Server) showQueue(w http.ResponseWriter, _ *http.Request) {
	waiting, dead := s.Queued()
	answer(w, http.StatusOK, map[string]int{"waiting": waiting, "dead": dead})
}

// setQueue lets a test in another process take the queue away and bring it back.
func (s *Server) setQueue(w http.ResponseWriter, r *http.Request) {
	var set struct {
		Away bool `json:"away"`
	}
	if err := json.NewDecoder(r.Body).Decode(&set); err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", "Whether the queue is away is expected.")
		return
	}
	s.Away(set.Away)
	w.WriteHeader(http.StatusNoContent)
}

// Away makes the queue refuse everything, or not any more.
func (s *Server) Away(away bool) { s.refuses.Store(away) }
