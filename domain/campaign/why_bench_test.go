package campaign_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// BenchmarkWhy asks about contacts of a large organization, in every way. MAUNTIC_BENCH_ROWS sets how
// many contacts have gone through its campaigns.
func BenchmarkWhy(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("MAUNTIC_BENCH_ROWS"))
	if err != nil {
		rows = 20_000
	}
	crowd := crm.ContactID(rows)
	w := world.New(b, &noWorkflows{})
	email := w.Email(b, "Offer")
	var camps []campaign.ID
	for i := range 10 {
		camps = append(camps, w.Publish(b, fmt.Sprintf("Campaign %d", i), fmt.Sprintf(offerIfVIP, email.ID)).ID)
	}
	fill(b, w, rows, camps[:9], email.ID)
	outside := w.Contact(b, crm.ContactInput{Email: new("late@example.com")}).ID
	for name, query := range map[string]campaign.WhyQuery{
		"campaign":          {Contact: crowd / 2, Campaign: camps[(crowd/2)%9]},
		"other campaign":    {Contact: crowd / 2, Campaign: camps[9]},
		"email":             {Contact: crowd / 3, Email: email.ID},
		"never added":       {Contact: outside, Email: email.ID},
		"message":           {Message: messaging.MessageID(crowd / 2)},
		"nobody's campaign": {Contact: outside, Campaign: camps[9]},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := w.Campaign.Why(w.Ctx(), w.Org, query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fill enters a crowd, each into one of the campaigns, and sends each a message.
func fill(b *testing.B, w *world.World, rows int, camps []campaign.ID, email messaging.EmailID) {
	b.Helper()
	for _, statement := range []string{
		`insert into crm.contacts (org_id, firstname, email) select $1, 'Contact', 'c' || n || '@example.com' from generate_series(1, $2::int) n where $3::bigint[] is not null and $4::bigint > 0`,
		`insert into campaign.journeys (org_id, campaign_id, version, contact_id, workflow_id, engine, state, source, cursor, seq)
			select $1, ($3::bigint[])[n % 9 + 1], 1, n, 'journey/' || n, 1, 'open', 'manual', 'wait', 1 from generate_series(1, $2::int) n where $4::bigint > 0`,
		`insert into messaging.messages (org_id, sid, key, channel, class, state, contact_id, email_id, campaign_id, journey_id, address)
			select $1, 'sid' || n, 'key' || n, 'email', 'marketing', 'sent', n, $4, ($3::bigint[])[n % 9 + 1], n, 'c' || n || '@example.com' from generate_series(1, $2::int) n`,
		`insert into crm.events (org_id, contact_id, type, message_id, occurred_at)
			select $1, n, 'email.opened', n, now() from generate_series(1, $2::int) n where $3::bigint[] is not null and $4::bigint > 0`,
	} {
		if _, err := w.DB.Pool().Exec(w.Ctx(), statement, w.Org, rows, camps, email); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := w.DB.Pool().Exec(w.Ctx(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
}
