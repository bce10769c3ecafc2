//go:build e2e

package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

// clicker clicks in mails as they arrive and remembers which clicks were acknowledged.
type clicker struct {
	quit, done chan struct{}

	mu           sync.Mutex
	acknowledged map[string]int // by sid
}

// clickAway clicks once in every other mail, whether the program is up or not.
func clickAway(t *testing.T, endpoint string) *clicker {
	c := &clicker{quit: make(chan struct{}), done: make(chan struct{}), acknowledged: map[string]int{}}
	go func() {
		defer close(c.done)
		tried := 0
		for {
			select {
			case <-c.quit:
				return
			case <-time.After(50 * time.Millisecond):
			}
			var entries []fakeses.Entry
			if err := json.Unmarshal(fetch(endpoint+"/_fake/journal"), &entries); err != nil {
				continue
			}
			for ; tried < len(entries); tried++ {
				if tried%2 == 0 {
					c.click(endpoint, entries[tried].Sid)
				}
			}
		}
	}()
	t.Cleanup(c.end)
	return c
}

func (c *clicker) click(endpoint, sid string) {
	mail, err := readMail(fetch(endpoint + "/_fake/raw/" + sid))
	if err != nil {
		return // noticed by checkClicks: too few were acknowledged
	}
	if _, err := mail.click(); err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.acknowledged[sid]++
	}
}

func (c *clicker) end() {
	select {
	case <-c.done:
	default:
		close(c.quit)
		<-c.done
	}
}

// stop ends the clicking and returns how many clicks of each message were acknowledged.
func (c *clicker) stop() map[string]int {
	c.end()
	return c.acknowledged
}

func fetch(url string) []byte { return read(visitor, url) }

// read returns what is at an address; nil without success.
func read(c *http.Client, url string) []byte {
	response, err := c.Get(url)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil
	}
	body, _ := io.ReadAll(response.Body)
	return body
}
