package fakeses

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Hook is where events are posted, as an HTTPS subscription of SNS does it.
type Hook struct {
	URL string
	// Retries are made after a refused or unanswered post, Pause apart. Zero: 3, 20 seconds
	// apart, as SNS does.
	Retries int
	Pause   time.Duration
}

// Post is one attempt to bring an event to the hook.
type Post struct {
	MessageID string `json:"messageId"`
	Status    int    `json:"status"` // 0: no answer
}

// Subscribe posts all events that come to a hook.
func (s *Server) Subscribe(h Hook) {
	if h.Retries == 0 {
		h.Retries = 3
	}
	if h.Pause == 0 {
		h.Pause = 20 * time.Second
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = &h
}

// subscribe lets a test in another process say where the hook is.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) {
	var hook struct {
		URL   string        `json:"url"`
		Pause time.Duration `json:"pause"`
	}
	if err := json.NewDecoder(r.Body).Decode(&hook); err != nil || hook.URL == "" {
		refuse(w, http.StatusBadRequest, "BadRequestException", "A URL is expected.")
		return
	}
	s.Subscribe(Hook{URL: hook.URL, Pause: hook.Pause})
	w.WriteHeader(http.StatusNoContent)
}

// Publish brings an event, or whatever it is, to the hook and into the queue. It returns when the hook
// has taken it, or SNS would give up.
func (s *Server) Publish(message string) {
	topic, err := s.topic()
	if err != nil {
		panic(err) // only randomness can be missing
	}
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	envelope := topic.Publish("", message)
	body, err := json.Marshal(envelope)
	if err != nil {
		return // texts can be written
	}
	if s.queue.on {
		if s.queue.raw {
			s.queue.put(message)
		} else {
			s.queue.put(string(body))
		}
	}
	if hook == nil {
		return
	}
	for try := 0; try <= hook.Retries && s.ctx.Err() == nil; try++ {
		if try > 0 {
			pause(s.ctx, hook.Pause)
		}
		status := s.post(hook.URL, body)
		s.mu.Lock()
		s.posts = append(s.posts, Post{MessageID: envelope["MessageId"], Status: status})
		s.mu.Unlock()
		if status >= 200 && status < 500 { // SNS does not repeat what the client is to blame for
			return
		}
	}
}

func (s *Server) post(url string, body []byte) (status int) {
	ctx, cancel := context.WithTimeout(s.ctx, 15*time.Second) // as long as SNS waits
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	request.Header.Set("Content-Type", "text/plain; charset=UTF-8")
	request.Header.Set("X-Amz-Sns-Message-Type", "Notification")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// Posts returns all attempts to bring events to the hook.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Post{}, s.posts...)
}

func (s *Server) showPosts(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.Posts())
}

// Told waits until the events of all messages accepted so far have been told.
func (s *Server) Told() { s.telling.Wait() }
