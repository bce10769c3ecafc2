package fakeses

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"mime"
	"net"
	"net/http"
	"net/mail"
	"strconv"
	"time"
)

// maxBody is what SES takes: 40 MB of message, a third more in base64.
const maxBody = 56 << 20

// sendEmailRequest is the part of SES's SendEmail that Mauntic uses.
type sendEmailRequest struct {
	FromEmailAddress     string
	ConfigurationSetName string
	Destination          struct{ ToAddresses, CcAddresses, BccAddresses []string }
	Content              struct{ Raw *struct{ Data []byte } }
	EmailTags            []struct{ Name, Value string }
}

func (q sendEmailRequest) tag(name string) string {
	for _, tag := range q.EmailTags {
		if tag.Name == name {
			return tag.Value
		}
	}
	return ""
}

func (s *Server) sendEmail(w http.ResponseWriter, r *http.Request) {
	plan := s.next()
	request, entry, err := readSend(w, r)
	if err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", err.Error())
		return
	}
	switch plan.Mode {
	case Throttle:
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(plan.RetryAfter.Seconds()))))
		refuse(w, http.StatusTooManyRequests, "TooManyRequestsException", "Maximum sending rate exceeded.")
	case Fail:
		refuse(w, http.StatusInternalServerError, "InternalServiceErrorException", "The service failed.")
	case Reject:
		refuse(w, http.StatusBadRequest, "MessageRejected", "Email address is not verified.")
	case Accept, Slow, Hang, Reset, AcceptFail:
		if err := s.accept(entry, request); err != nil {
			refuse(w, http.StatusInternalServerError, "InternalServiceErrorException", err.Error())
			return
		}
		s.answerAccepted(w, r, plan, entry.MessageID)
	}
}

// answerAccepted answers, or loses the answer.
func (s *Server) answerAccepted(w http.ResponseWriter, r *http.Request, plan Plan, id string) {
	switch plan.Mode {
	case Hang:
		<-r.Context().Done()
	case Reset:
		reset(w)
	case AcceptFail:
		refuse(w, http.StatusInternalServerError, "InternalServiceErrorException", "The service failed.")
	default:
		pause(r.Context(), s.latency+plan.After)
		answer(w, http.StatusOK, map[string]string{"MessageId": id})
	}
}

// accept makes the message durable. From here on SES would deliver it, whatever the caller hears.
func (s *Server) accept(entry Entry, request sendEmailRequest) error {
	s.mu.Lock()
	s.raw[entry.Sid] = request.Content.Raw.Data
	s.mu.Unlock()
	if err := s.journal.append(entry); err != nil {
		return err
	}
	s.tell(entry, request.tag("org"))
	return nil
}

// readSend reads a SendEmail call and what the journal keeps of it.
func readSend(w http.ResponseWriter, r *http.Request) (sendEmailRequest, Entry, error) {
	var request sendEmailRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&request); err != nil {
		return request, Entry{}, fmt.Errorf("the body is not a SendEmail request: %w", err)
	}
	switch to := request.Destination; {
	case request.Content.Raw == nil || len(request.Content.Raw.Data) == 0:
		return request, Entry{}, errors.New("Content.Raw.Data is empty")
	case len(to.ToAddresses) != 1 || len(to.CcAddresses)+len(to.BccAddresses) > 0:
		return request, Entry{}, errors.New("exactly one recipient is expected")
	}
	message, err := mail.ReadMessage(bytes.NewReader(request.Content.Raw.Data))
	if err != nil {
		return request, Entry{}, fmt.Errorf("the message has no readable header: %w", err)
	}
	if message.Header.Get("From") == "" {
		return request, Entry{}, errors.New("the message has no From")
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		return request, Entry{}, fmt.Errorf("the subject can't be decoded: %w", err)
	}
	sum := sha256.Sum256(request.Content.Raw.Data)
	return request, Entry{
		Sid:       request.tag("sid"),
		To:        request.Destination.ToAddresses[0],
		Subject:   subject,
		MessageID: rand.Text(),
		SHA256:    hex.EncodeToString(sum[:]),
		At:        time.Now().UTC(),
	}, nil
}

// reset breaks the connection so that the client sees a reset, not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: the stream is aborted instead
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
