// Package faketwilio stands in for Twilio in tests: it keeps a journal of accepted SMS, fails as
// told, and posts signed status callbacks and inbound messages. Beyond one account and its messages it
// knows nothing.
package faketwilio

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what Twilio signs with
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say how the server behaves.
type Options struct {
	AccountSID string // "": ACfake
	AuthToken  string // "": token
	Status     string // of the account; "": active
	Journal    string // file of accepted SMS, one JSON line each; "": memory only
}

// Entry is one accepted SMS.
type Entry struct {
	SID            string    `json:"sid"`
	To             string    `json:"to"`
	From           string    `json:"from"`
	Body           string    `json:"body"`
	StatusCallback string    `json:"statusCallback,omitempty"`
	ValidityPeriod string    `json:"validityPeriod,omitempty"`
	Status         string    `json:"status"`
	ErrorCode      int       `json:"errorCode,omitempty"`
	At             time.Time `json:"at"`
}

// Server is a running stand-in.
type Server struct {
	options Options
	web     *http.Server
	address string
	client  *http.Client

	mu      sync.Mutex
	entries []Entry
	file    *os.File
	plans   []Plan
	calls   int
	telling sync.WaitGroup
}

// New makes a server that does not listen yet.
func New(o Options) (*Server, error) {
	o.AccountSID, o.AuthToken = cmp.Or(o.AccountSID, "ACfake"), cmp.Or(o.AuthToken, "token")
	s := &Server{options: o, client: &http.Client{Timeout: 15 * time.Second}}
	if o.Journal != "" {
		file, err := os.OpenFile(o.Journal, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, fmt.Errorf("open journal: %w", err)
		}
		s.file = file
	}
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

// URL is where the server listens, to be used as the base URL of Twilio.
func (s *Server) URL() string { return "http://" + s.address }

// Close stops serving, waits for callbacks under way and closes the journal.
func (s *Server) Close() error {
	err := s.web.Close()
	s.Wait()
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}

// Journal returns the accepted SMS.
func (s *Server) Journal() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.entries)
}

// Calls is how many SMS were asked for, accepted or not.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Wait returns when all callbacks planned so far were posted.
func (s *Server) Wait() {
	s.Calls() // its lock has whatever was accepted before be told already
	s.telling.Wait()
}

// Handler serves the account and the messages of Twilio's API and, below /_fake/, what a test in another process needs.
func (s *Server) Handler() http.Handler {
	messages := "/2010-04-01/Accounts/" + s.options.AccountSID + "/Messages"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2010-04-01/Accounts/{account}", s.account)
	mux.HandleFunc("POST "+messages+".json", s.create)
	mux.HandleFunc("GET "+messages+".json", s.list)
	mux.HandleFunc("GET "+messages+"/{sid}", s.fetch)
	mux.HandleFunc("POST /_fake/plans", s.plan)
	mux.HandleFunc("POST /_fake/inbound", s.inbound)
	mux.HandleFunc("GET /_fake/journal", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.Journal()) })
	return mux
}

func (s *Server) authentic(w http.ResponseWriter, r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	if user == s.options.AccountSID && password == s.options.AuthToken {
		return true
	}
	refuse(w, http.StatusUnauthorized, 20003, "Authenticate")
	return false
}

func (s *Server) account(w http.ResponseWriter, r *http.Request) {
	if s.authentic(w, r) {
		answer(w, http.StatusOK, map[string]string{"sid": s.options.AccountSID, "status": cmp.Or(s.options.Status, "active")})
	}
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	plan := s.next()
	if !s.authentic(w, r) {
		return
	}
	entry := Entry{
		SID: "SM" + newID(), To: r.FormValue("To"), From: cmp.Or(r.FormValue("From"), r.FormValue("MessagingServiceSid")), Body: r.FormValue("Body"),
		StatusCallback: r.FormValue("StatusCallback"), ValidityPeriod: r.FormValue("ValidityPeriod"), Status: "queued", At: time.Now().UTC(),
	}
	switch {
	case entry.Body == "":
		refuse(w, http.StatusBadRequest, 21602, "Message body is required.")
		return
	case plan.Status != 0:
		if plan.RetryAfter != "" {
			w.Header().Set("Retry-After", plan.RetryAfter)
		}
		refuse(w, plan.Status, plan.Code, "Refused by plan.")
		return
	}
	if plan.Callbacks == nil {
		plan.Callbacks = []Callback{{Status: "sent"}, {Status: "delivered"}}
	}
	if err := s.accept(entry, plan.Callbacks); err != nil {
		refuse(w, http.StatusInternalServerError, 20500, err.Error())
		return
	}
	switch plan.Lose {
	case LoseHang:
		<-r.Context().Done()
	case LoseReset:
		reset(w)
	default:
		answer(w, http.StatusCreated, entry.json())
	}
}

// accept makes the SMS durable. From here on Twilio would deliver it, whatever the caller hears.
func (s *Server) accept(entry Entry, callbacks []Callback) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(callbacks) > 0 { // what Twilio itself knows in the end
		last := callbacks[len(callbacks)-1]
		for _, c := range callbacks {
			if final[c.Status] {
				last = c
			}
		}
		entry.Status, entry.ErrorCode = last.Status, last.Code
	}
	if s.file != nil {
		line, err := json.Marshal(entry)
		if err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
		if _, err := s.file.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
		if err := s.file.Sync(); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	s.entries = append(s.entries, entry)
	s.telling.Go(func() { s.tell(entry, callbacks) })
	return nil
}

var final = map[string]bool{"delivered": true, "undelivered": true, "failed": true}

func (s *Server) fetch(w http.ResponseWriter, r *http.Request) {
	if !s.authentic(w, r) {
		return
	}
	sid := strings.TrimSuffix(r.PathValue("sid"), ".json")
	for _, entry := range s.Journal() {
		if entry.SID == sid {
			answer(w, http.StatusOK, entry.json())
			return
		}
	}
	refuse(w, http.StatusNotFound, 20404, "The requested resource was not found.")
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	if !s.authentic(w, r) {
		return
	}
	found := []map[string]any{}
	for _, entry := range s.Journal() {
		if entry.To == r.FormValue("To") {
			found = append(found, entry.json())
		}
	}
	answer(w, http.StatusOK, map[string]any{"messages": found, "page": 0, "page_size": 100})
}

func (e Entry) json() map[string]any {
	body := map[string]any{
		"sid": e.SID, "to": e.To, "from": e.From, "body": e.Body, "status": e.Status, "direction": "outbound-api",
		"date_created": e.At.Format(time.RFC1123Z), "date_updated": e.At.Format(time.RFC1123Z), "error_code": nil,
	}
	if e.ErrorCode != 0 {
		body["error_code"] = e.ErrorCode
	}
	return body
}

func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

// Sign returns the signature that Twilio gives a form it posts to an address.
func Sign(token, address string, form url.Values) string {
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(address))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		h.Write([]byte(name + form.Get(name)))
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// post posts a signed form, as Twilio does.
func (s *Server) post(address string, form url.Values) (status int, err error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, fmt.Errorf("post form: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Twilio-Signature", Sign(s.options.AuthToken, address, form))
	response, err := s.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("post form: %w", err)
	}
	return response.StatusCode, response.Body.Close()
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // the client has gone: nobody to tell
}

// refuse answers as Twilio does.
func refuse(w http.ResponseWriter, status, code int, message string) {
	answer(w, status, map[string]any{"code": code, "message": message, "status": status, "more_info": "https://www.twilio.com/docs/errors"})
}

// reset breaks the connection so that the client sees a reset, not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
