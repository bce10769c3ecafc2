package temporal_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// moods lets a test say how the stage's provider treats the mails to one address.
var moods providerMoods

type providerMoods struct {
	mu sync.Mutex
	to map[string]func(attempt int) error
	at map[string]int
}

func (p *providerMoods) set(address string, mood func(attempt int) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to == nil {
		p.to, p.at = map[string]func(int) error{}, map[string]int{}
	}
	p.to[address] = mood
}

func (p *providerMoods) answer(m messaging.Outgoing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	mood, ok := p.to[m.To]
	if !ok {
		return nil
	}
	p.at[m.To]++
	return mood(p.at[m.To])
}

// The worst day of a mail: refused for now in words that name the recipient, and then an answer
// that is lost.
func TestADeliveryLogsItsIdsButNoPersonalData(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	const address = "nobody-reads-this@private.example"
	moods.set(address, func(attempt int) error {
		if attempt == 1 {
			return &messaging.Refused{Reason: "The mail server refused the mail for now.", Detail: "451 <" + address + "> is over quota"}
		}
		return errors.New("connection reset while <" + address + "> was sent")
	})
	to, name := address, "Zaphodine"
	contact := s.Contact(t, crm.ContactInput{Email: &to, Firstname: &name})
	c := s.Publish(t, t.Name(), fmt.Sprintf(`{"root": [{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}`, s.email.ID))
	r := &run{stage: s, journey: s.Enter(t, c.ID, contact.ID)[0]}
	r.finish(t)

	for _, private := range []string{address, name, "private.example"} {
		for _, line := range append(s.Logs.Lines(private), s.clientLogs.Lines(private)...) {
			t.Errorf("The log holds personal data: %s", line)
		}
	}
	journey := fmt.Sprintf(`"journey":%d`, r.journey.ID)
	lost := s.Logs.Lines("outcome of a call", journey)
	if len(lost) != 1 || !strings.Contains(lost[0], `"org":`) || !strings.Contains(lost[0], `"message":`) || !strings.Contains(lost[0], `"sid":`) {
		t.Errorf("The lines about the lost answer are %q, want one with org, journey, message and sid.", lost)
	}
	if len(s.clientLogs.Lines(r.journey.WorkflowID)) == 0 {
		t.Error("Temporal's client logged nothing about the refused attempt, so it was not tested.")
	}
}
