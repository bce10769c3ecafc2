//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

// behave lets every reader of a first mail do what the address says, then lets the late ones click
// while their journeys wait for it.
func behave(t *testing.T, db *pgxpool.Pool, ses *fakeses.Server, mails int) {
	t.Helper()
	seen := map[string]received{}
	eventually(t, 30*time.Second, "every reader has the first mail", func() error {
		for _, entry := range ses.Journal() {
			to := strings.ToLower(entry.To)
			if _, known := seen[to]; known {
				continue
			}
			mail, err := readMail(ses.Raw(entry.Sid))
			if err != nil {
				t.Fatal(err)
			}
			seen[to] = mail
			react(t, to, mail)
		}
		if len(seen) < mails {
			return fmt.Errorf("%d of %d have it", len(seen), mails)
		}
		return nil
	})
	for to, mail := range seen {
		if strings.HasPrefix(to, clicksLate) {
			waitUntilAwaited(t, db, to)
			clickOffer(t, mail)
		}
	}
}

func react(t *testing.T, to string, mail received) {
	t.Helper()
	if bcc := mail.header.Get("Bcc"); bcc != "" {
		t.Errorf("A contact's name smuggled the header Bcc: %s into the mail.", bcc)
	}
	behaviour, _, _ := strings.Cut(to, "-")
	if behaviour == clicksSoon || behaviour == clicksLate || behaviour == opensOnly {
		if err := mail.open(); err != nil {
			t.Error(err)
		}
	}
	switch behaviour {
	case clicksSoon:
		clickOffer(t, mail)
	case leaves:
		unsubscribe(t, mail)
	case blocked:
		t.Errorf("%s got a mail in spite of do-not-contact.", to)
	}
}

func clickOffer(t *testing.T, mail received) {
	t.Helper()
	if target, err := mail.click(); err != nil || target != "https://example.com/offer?a=1&b=2" {
		t.Errorf("The click leads to %q, err %v.", target, err)
	}
}

// unsubscribe does what a mailbox's own unsubscribe button does (RFC 8058).
func unsubscribe(t *testing.T, mail received) {
	t.Helper()
	if got := mail.header.Get("List-Unsubscribe-Post"); got != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe-Post is %q.", got)
	}
	link := strings.Trim(strings.TrimSpace(strings.Split(mail.header.Get("List-Unsubscribe"), ",")[0]), "<>")
	response, err := visitor.PostForm(link, url.Values{"List-Unsubscribe": {"One-Click"}})
	if err != nil {
		t.Error(err)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("POST %s: %s", link, response.Status)
	}
}

// waitUntilAwaited returns when the contact's journey waits for an event.
func waitUntilAwaited(t *testing.T, db *pgxpool.Pool, email string) {
	t.Helper()
	eventually(t, 30*time.Second, "the journey of "+email+" waits for the click", func() error {
		if n := one[int](t, db, `select count(*) from campaign.waits w join crm.contacts c on c.id = w.contact_id where c.email_norm = $1`, email); n == 0 {
			return fmt.Errorf("it has no wait")
		}
		return nil
	})
}
