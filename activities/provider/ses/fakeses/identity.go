package fakeses

import (
	"encoding/json"
	"net/http"
)

// Identity is a domain that was registered.
type Identity struct {
	Tokens       []string
	BounceDomain string
	Verified     bool
}

// Verify makes the server find the DKIM records of a domain, or lose them.
func (s *Server) Verify(domain string, verified bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.identities[domain]; found != nil {
		found.Verified = verified
	}
}

func (s *Server) createIdentity(w http.ResponseWriter, r *http.Request) {
	var request struct{ EmailIdentity string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.EmailIdentity == "" {
		refuse(w, http.StatusBadRequest, "BadRequestException", "EmailIdentity is missing.")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.identities[request.EmailIdentity] != nil {
		refuse(w, http.StatusBadRequest, "AlreadyExistsException", "The identity exists.")
		return
	}
	s.identities[request.EmailIdentity] = &Identity{Tokens: []string{"token1", "token2", "token3"}}
	answer(w, http.StatusOK, map[string]any{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": false})
}

func (s *Server) setMailFrom(w http.ResponseWriter, r *http.Request) {
	var request struct{ MailFromDomain string }
	err := json.NewDecoder(r.Body).Decode(&request)
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.identities[r.PathValue("domain")]
	if err != nil || found == nil {
		refuse(w, http.StatusNotFound, "NotFoundException", "There is no such identity.")
		return
	}
	found.BounceDomain = request.MailFromDomain
	answer(w, http.StatusOK, map[string]any{})
}

func (s *Server) identity(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.identities[r.PathValue("domain")]
	if found == nil {
		refuse(w, http.StatusNotFound, "NotFoundException", "There is no such identity.")
		return
	}
	status := "PENDING"
	if found.Verified {
		status = "SUCCESS"
	}
	body := map[string]any{
		"IdentityType": "DOMAIN", "VerifiedForSendingStatus": found.Verified,
		"DkimAttributes": map[string]any{"SigningEnabled": true, "Status": status, "Tokens": found.Tokens, "SigningAttributesOrigin": "AWS_SES"},
	}
	if found.BounceDomain != "" {
		body["MailFromAttributes"] = map[string]any{"MailFromDomain": found.BounceDomain, "MailFromDomainStatus": status, "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
	}
	answer(w, http.StatusOK, body)
}
