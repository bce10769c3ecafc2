package faketwilio

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Lose says how the answer to an accepted SMS gets lost.
type Lose string

// The ways.
const (
	LoseHang  Lose = "hang"  // silent until the client gives up
	LoseReset Lose = "reset" // the connection is reset
)

// Plan says what the next SMS get. Plans are used up in the order in which they were made; without
// one, SMS are accepted and reported as sent and delivered.
type Plan struct {
	Times      int        `json:"times"`      // for how many SMS
	Status     int        `json:"status"`     // HTTP status of a refusal; 0: accepted
	Code       int        `json:"code"`       // Twilio's error code of a refusal
	RetryAfter string     `json:"retryAfter"` // header of a refusal, in seconds
	Lose       Lose       `json:"lose"`       // the answer
	Callbacks  []Callback `json:"callbacks"`  // in this order; empty but not null: lost. null: sent, delivered
}

// Callback is a status that is reported.
type Callback struct {
	Status string        `json:"status"`
	Code   int           `json:"code"`  // error code
	After  time.Duration `json:"after"` // late
	Times  int           `json:"times"` // how often; 0 is once
}

// Plan appends to what the next SMS get.
func (s *Server) Plan(plans ...Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = append(s.plans, plans...)
}

// next uses up one SMS of the first plan.
func (s *Server) next() Plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	for len(s.plans) > 0 {
		if s.plans[0].Times > 0 {
			s.plans[0].Times--
			return s.plans[0]
		}
		s.plans = s.plans[1:]
	}
	return Plan{}
}

func (s *Server) plan(w http.ResponseWriter, r *http.Request) {
	var plans []Plan
	if err := json.NewDecoder(r.Body).Decode(&plans); err != nil {
		refuse(w, http.StatusBadRequest, 0, "A list of plans is expected: "+err.Error())
		return
	}
	s.Plan(plans...)
	w.WriteHeader(http.StatusNoContent)
}

// tell posts the callbacks of an SMS. Nobody repeats one that fails: that is Twilio's default.
func (s *Server) tell(entry Entry, callbacks []Callback) {
	if entry.StatusCallback == "" {
		return
	}
	for _, callback := range callbacks {
		time.Sleep(callback.After)
		form := url.Values{
			"MessageSid": {entry.SID}, "SmsSid": {entry.SID}, "MessageStatus": {callback.Status}, "SmsStatus": {callback.Status},
			"To": {entry.To}, "From": {entry.From}, "AccountSid": {s.options.AccountSID}, "ApiVersion": {"2010-04-01"},
		}
		if callback.Code != 0 {
			form.Set("ErrorCode", strconv.Itoa(callback.Code))
		}
		for range max(callback.Times, 1) {
			_, _ = s.post(entry.StatusCallback, form)
		}
	}
}

// Inbound is an SMS that somebody sends to us.
type Inbound struct {
	Hook       string `json:"hook"` // where it is brought
	SID        string `json:"sid"`  // "": a new one
	From       string `json:"from"`
	Body       string `json:"body"`
	OptOutType string `json:"optOutType"` // what Twilio understood and has answered
}

// Bring posts an inbound SMS and returns the status of the answer.
func (s *Server) Bring(in Inbound) (int, error) {
	if in.SID == "" {
		in.SID = "SM" + newID()
	}
	form := url.Values{
		"MessageSid": {in.SID}, "SmsSid": {in.SID}, "From": {in.From}, "To": {"+15005550006"}, "Body": {in.Body},
		"AccountSid": {s.options.AccountSID}, "NumMedia": {"0"}, "NumSegments": {"1"},
	}
	if in.OptOutType != "" {
		form.Set("OptOutType", in.OptOutType)
	}
	return s.post(in.Hook, form)
}

func (s *Server) inbound(w http.ResponseWriter, r *http.Request) {
	var in Inbound
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, 0, "An inbound SMS is expected: "+err.Error())
		return
	}
	status, err := s.Bring(in)
	if err != nil {
		refuse(w, http.StatusBadGateway, 0, err.Error())
		return
	}
	answer(w, http.StatusOK, map[string]int{"status": status})
}
