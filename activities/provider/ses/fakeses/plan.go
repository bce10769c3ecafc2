package fakeses

import (
	"encoding/json"
	"net/http"
	"time"
)

// Mode is what the server does with a send.
type Mode string

// The modes. Throttle, Fail and Reject accept nothing; Hang, Reset and AcceptFail accept the message and
// lose the answer.
const (
	Accept     Mode = "accept"      // 200 with a message id
	Slow       Mode = "slow"        // accepted, 200 after a while
	Throttle   Mode = "throttle"    // 429 with Retry-After
	Fail       Mode = "fail"        // 500, not accepted
	Reject     Mode = "reject"      // 400 MessageRejected
	Hang       Mode = "hang"        // accepted, then silent until the client gives up
	Reset      Mode = "reset"       // accepted, then the connection is reset
	AcceptFail Mode = "accept-fail" // accepted, then 500
)

var modes = map[Mode]bool{
	Accept: true, Slow: true, Throttle: true, Fail: true, Reject: true, Hang: true, Reset: true, AcceptFail: true,
}

// Plan says what the next sends get. Plans are used up in the order in which they were made;
// without one, sends are accepted.
type Plan struct {
	Mode       Mode          `json:"mode"`
	Times      int           `json:"times"`      // for how many sends
	RetryAfter time.Duration `json:"retryAfter"` // with Throttle, whole seconds
	After      time.Duration `json:"after"`      // with Slow
}

// Plan appends to what the next sends get.
func (s *Server) Plan(plans ...Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = append(s.plans, plans...)
}

// next uses up one send of the first plan.
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
	return Plan{Mode: Accept}
}

func (s *Server) plan(w http.ResponseWriter, r *http.Request) {
	var plans []Plan
	if err := json.NewDecoder(r.Body).Decode(&plans); err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", "A list of plans is expected: "+err.Error())
		return
	}
	for _, p := range plans {
		if !modes[p.Mode] {
			refuse(w, http.StatusBadRequest, "BadRequestException", "There is no mode "+string(p.Mode)+".")
			return
		}
	}
	s.Plan(plans...)
	w.WriteHeader(http.StatusNoContent)
}
