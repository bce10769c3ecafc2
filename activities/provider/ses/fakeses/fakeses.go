// Package fakeses speaks as much of the SES v2 protocol as Mauntic uses, remembers every accepted
// message in a journal, and misbehaves when told to. Like the real service it does not notice
// repeats: a message that is sent twice is accepted twice. What becomes of messages it tells by
// signed posts, as SNS does, and by a queue that speaks the protocol of SQS.
package fakeses

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a Server behaves.
type Options struct {
	// Journal is a file to which accepted messages are appended and fsynced before they are
	// answered. A file that exists is continued. Default: memory only.
	Journal string
	// Latency is how long an answer takes after the message was accepted. Default: 0.
	Latency time.Duration
	// Queue keeps events for whoever asks by the protocol of SQS, at the server's own address.
	Queue bool
	// RawQueue keeps them without the envelopes of SNS.
	RawQueue bool
	// MaxReceives is how often a message of the queue is handed out before it is a dead letter.
	// Default: without end.
	MaxReceives int
	// Topic signs the envelopes. Default: one that is made when it is needed.
	Topic *Topic
}

// Server is a stand-in for SES. Its methods may be called by several goroutines.
type Server struct {
	latency time.Duration
	journal *journal
	web     *http.Server
	address string

	ctx     context.Context // ends with Close
	end     context.CancelFunc
	queue   queue
	refuses atomic.Bool // the queue is away
	topic   func() (*Topic, error)
	telling sync.WaitGroup

	mu         sync.Mutex
	plans      []Plan
	events     []Events
	hook       *Hook
	posts      []Post
	raw        map[string][]byte // by sid
	calls      int
	limit      Account
	identities map[string]*Identity
}

// New returns a server that answers through Handler; Start makes it listen. Close it after use.
func New(o Options) (*Server, error) {
	j, err := openJournal(o.Journal)
	if err != nil {
		return nil, err
	}
	s := &Server{
		latency: o.Latency, journal: j, raw: map[string][]byte{}, limit: generous, identities: map[string]*Identity{},
		queue: queue{on: o.Queue || o.RawQueue, raw: o.RawQueue, most: o.MaxReceives},
		topic: sync.OnceValues(func() (*Topic, error) {
			if o.Topic != nil {
				return o.Topic, nil
			}
			return NewTopic("arn:aws:sns:us-east-1:000000000000:fake")
		}),
	}
	s.ctx, s.end = context.WithCancel(context.Background())
	s.web = &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	return s, nil
}

// Start listens on address ("127.0.0.1:0" when empty) and serves until Close.
func (s *Server) Start(address string) error {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", cmp.Or(address, "127.0.0.1:0"))
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.address = listener.Addr().String()
	go func() { _ = s.web.Serve(listener) }() // it ends by Close
	return nil
}

// URL is where the server listens, to be used as the SES endpoint.
func (s *Server) URL() string { return "http://" + s.address }

// Close stops serving and telling, breaks open connections and closes the journal.
func (s *Server) Close() error {
	s.end()
	s.telling.Wait()
	return errors.Join(s.web.Close(), s.journal.close())
}

// Journal returns all accepted messages, those of a continued file first.
func (s *Server) Journal() []Entry { return s.journal.all() }

// Raw returns the MIME message accepted last under a sid, or nil. It is not kept over a restart.
func (s *Server) Raw(sid string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw[sid]
}

// Calls is how many sends were asked for, accepted or not.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Handler serves the SES API and, below /_fake/, what a test in another process needs.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/email/outbound-emails", s.sendEmail)
	mux.HandleFunc("GET /v2/email/account", s.account)
	mux.HandleFunc("POST /v2/email/identities", s.createIdentity)
	mux.HandleFunc("GET /v2/email/identities/{domain}", s.identity)
	mux.HandleFunc("PUT /v2/email/identities/{domain}/mail-from", s.setMailFrom)
	mux.HandleFunc("POST /{$}", s.sqs)
	mux.HandleFunc("POST /_fake/plans", s.plan)
	mux.HandleFunc("POST /_fake/events", s.planEvents)
	mux.HandleFunc("POST /_fake/hook", s.subscribe)
	mux.HandleFunc("GET /_fake/posts", s.showPosts)
	mux.HandleFunc("GET /_fake/queue", s.showQueue)
	mux.HandleFunc("POST /_fake/queue", s.setQueue)
	mux.HandleFunc("GET /_fake/journal", s.showJournal)
	mux.HandleFunc("GET /_fake/raw/{sid}", s.showRaw)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "UnknownOperationException", "This fake does not know that operation.")
	})
	return mux
}

func (s *Server) showJournal(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.Journal())
}

func (s *Server) showRaw(w http.ResponseWriter, r *http.Request) {
	raw := s.Raw(r.PathValue("sid"))
	if raw == nil {
		refuse(w, http.StatusNotFound, "NotFoundException", "No message was accepted under that sid.")
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	_, _ = w.Write(raw)
}

// pause waits, or ends early when the client has gone.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // the client has gone: nobody to tell
}

// refuse answers as SES does: the kind of error in a header, the sentence in the body.
func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("X-Amzn-Errortype", kind)
	answer(w, status, map[string]string{"message": message})
}
