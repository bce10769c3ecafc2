package fakeses

import "net/http"

// Account is what the server tells about the account. The limits are told, not kept: a Plan makes
// the server refuse.
type Account struct {
	PerSecond float64
	PerDay    float64 // -1: not limited
	Sent      float64 // 0: as many as the journal has
	Stopped   bool    // sending is switched off
	Sandbox   bool
}

// generous limits stand in nobody's way.
var generous = Account{PerSecond: 1_000, PerDay: 1_000_000}

// SetAccount changes what the server tells about the account.
func (s *Server) SetAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = a
}

func (s *Server) account(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	a := s.limit
	s.mu.Unlock()
	if a.Sent == 0 {
		a.Sent = float64(len(s.Journal()))
	}
	status := "HEALTHY"
	if a.Stopped {
		status = "SHUTDOWN"
	}
	answer(w, http.StatusOK, map[string]any{
		"EnforcementStatus":       status,
		"ProductionAccessEnabled": !a.Sandbox,
		"SendingEnabled":          !a.Stopped,
		"SendQuota":               map[string]any{"Max24HourSend": a.PerDay, "MaxSendRate": a.PerSecond, "SentLast24Hours": a.Sent},
	})
}
