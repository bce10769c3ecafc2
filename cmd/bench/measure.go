package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

type measure = func(context.Context) (figure, note string, err error)

// as runs a measurement as the program itself.
func (p *product) as(fn measure) measure {
	return func(ctx context.Context) (string, string, error) {
		return fn(identity.WithActor(ctx, identity.System(p.org)))
	}
}

// rounds is how often what is compared takes turns, so that other load on the machine hits both.
const rounds = 3

// compare lets bare and ours take turns and returns the ratio of their totals. Each does n in a
// round and returns how many a second.
func compare(ctx context.Context, n int, bare, ours func(ctx context.Context, round, n int) (float64, error)) (figure, note string, err error) {
	var bareTime, oursTime float64
	for round := range rounds {
		pace, err := bare(ctx, round, n)
		if err != nil {
			return "", "", err
		}
		bareTime += float64(n) / pace
		if pace, err = ours(ctx, round, n); err != nil {
			return "", "", err
		}
		oursTime += float64(n) / pace
	}
	total := float64(rounds * n)
	return fmt.Sprintf("%.2f × bare", bareTime/oursTime), fmt.Sprintf("%.1f/s; bare %.1f/s", total/oursTime, total/bareTime), nil
}

// journeys compares complete two-send journeys with bare workflows of their shape.
func (p *product) journeys(n int) measure {
	return p.as(func(ctx context.Context) (string, string, error) {
		id, err := p.twoSends(ctx)
		if err != nil {
			return "", "", err
		}
		bare := func(ctx context.Context, _, n int) (float64, error) { return bareJourneys(ctx, p.temporal, n) }
		ours := func(ctx context.Context, round, n int) (float64, error) {
			return p.completed(ctx, id, fmt.Sprintf("journeys-%d", round), n)
		}
		// Every connection plans a statement anew five times and then once more for good: a tenth of the
		// time of a journey, while the program is young.
		if _, _, err := compare(ctx, n/2, bare, func(ctx context.Context, round, n int) (float64, error) {
			return p.completed(ctx, id, fmt.Sprintf("warm-%d", round), n)
		}); err != nil {
			return "", "", err
		}
		return compare(ctx, n, bare, ours)
	})
}

// twoSends publishes a campaign that sends, waits and sends again.
func (p *product) twoSends(ctx context.Context) (campaign.ID, error) {
	email, err := p.email(ctx)
	if err != nil {
		return 0, err
	}
	return p.publish(ctx, fmt.Sprintf(`{"id":"a","kind":"send_email","settings":{"email":%d}},
		{"id":"b","kind":"wait","settings":{"for":{"amount":%d,"unit":"seconds"}}},
		{"id":"c","kind":"send_email","settings":{"email":%d}}`, email, int(pause.Seconds()), email))
}

// completed takes n new contacts through a campaign and returns how many a second that were, from
// entry to the last end.
func (p *product) completed(ctx context.Context, id campaign.ID, tag string, n int) (float64, error) {
	if _, err := p.addContacts(ctx, tag, n); err != nil {
		return 0, err
	}
	stop, err := p.work(ctx)
	if err != nil {
		return 0, err
	}
	defer stop()
	began := time.Now()
	if err := p.enter(ctx, id, tag); err != nil {
		return 0, err
	}
	if err := p.until(ctx, id, campaign.JourneyEnded); err != nil {
		return 0, err
	}
	return perSecond(n, began), p.allSent(ctx, id)
}

func (p *product) email(ctx context.Context) (messaging.EmailID, error) {
	email, err := p.messages.CreateEmail(ctx, p.org, messaging.EmailInput{
		Name: "Bench", Subject: "Hello {{contact.firstname}}",
		HTML: `<h1>Hello {{contact.firstname}}</h1><p>Look at <a href="https://example.com/offer">our offer</a>.</p>`,
	})
	return email.ID, err
}

// allSent checks that speed was not bought with lost messages.
func (p *product) allSent(ctx context.Context, id campaign.ID) error {
	var missing int
	err := p.pool.QueryRow(ctx, `select 2 * (select count(*) from campaign.journeys where campaign_id = $1) -
		(select count(*) from messaging.messages where campaign_id = $1 and state = 'sent')`, id).Scan(&missing)
	if err == nil && missing != 0 {
		err = fmt.Errorf("%d messages were not sent", missing)
	}
	return err
}

// enrolment compares entering a segment, until every workflow is started, with bare starts. No
// worker polls meanwhile, so that only the starting is measured.
func (p *product) enrolment(n int) measure {
	return p.as(func(ctx context.Context) (string, string, error) {
		id, err := p.publish(ctx, `{"id":"a","kind":"wait","settings":{"for":{"amount":30,"unit":"days"}}}`)
		if err != nil {
			return "", "", err
		}
		bare := func(ctx context.Context, _, n int) (float64, error) {
			_, pace, err := bareStarts(ctx, p.temporal, n)
			return pace, err
		}
		return compare(ctx, n, bare, func(ctx context.Context, round, n int) (float64, error) {
			return p.entered(ctx, id, fmt.Sprintf("enrolment-%d", round), n)
		})
	})
}

func (p *product) entered(ctx context.Context, id campaign.ID, tag string, n int) (float64, error) {
	if _, err := p.addContacts(ctx, tag, n); err != nil {
		return 0, err
	}
	defer p.startWorkflows(ctx)()
	began := time.Now()
	if err := p.enter(ctx, id, tag); err != nil {
		return 0, err
	}
	err := p.until(ctx, id, campaign.JourneyOpen)
	return perSecond(n, began), err
}

// signals measures how long it takes from an event to the journey that waits for it.
func (p *product) signals(waiting, events int) measure {
	return p.as(func(ctx context.Context) (string, string, error) {
		id, err := p.waiters(ctx, waiting)
		if err != nil {
			return "", "", err
		}
		stop, err := p.work(ctx)
		if err != nil {
			return "", "", err
		}
		defer stop()
		if err := p.enter(ctx, id, "waiting"); err != nil {
			return "", "", err
		}
		if err := p.allWait(ctx, id, waiting); err != nil {
			return "", "", err
		}
		delays, err := p.click(ctx, id, events)
		if err != nil {
			return "", "", err
		}
		slices.Sort(delays)
		p99 := delays[len(delays)*99/100]
		note := fmt.Sprintf("p50 %s; %d events, %d waiting", delays[len(delays)/2].Round(time.Millisecond), events, waiting)
		return p99.Round(time.Millisecond).String(), note, nil
	})
}

// waiters makes a campaign in which everybody waits for a click.
func (p *product) waiters(ctx context.Context, n int) (campaign.ID, error) {
	if _, err := p.addContacts(ctx, "waiting", n); err != nil {
		return 0, err
	}
	email, err := p.email(ctx)
	if err != nil {
		return 0, err
	}
	return p.publish(ctx, fmt.Sprintf(`{"id":"a","kind":"send_email","settings":{"email":%d}},
		{"id":"b","kind":"decision","settings":{"did":"clicked","step":"a","within":{"amount":30,"unit":"days"}}}`, email))
}

func (p *product) allWait(ctx context.Context, id campaign.ID, want int) error {
	for {
		var waiting int
		err := p.pool.QueryRow(ctx, `select count(*) from campaign.waits w join campaign.journeys j on j.id = w.journey_id where j.campaign_id = $1`, id).Scan(&waiting)
		if err != nil || waiting == want {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// click appends clicks at an even pace and returns how long each took to end its journey.
func (p *product) click(ctx context.Context, id campaign.ID, n int) ([]time.Duration, error) {
	const pace = 20 * time.Millisecond
	rows, err := p.pool.Query(ctx, `select contact_id, id from messaging.messages where campaign_id = $1 order by id limit $2`, id, n)
	if err != nil {
		return nil, err
	}
	var contact, message int64
	var clicks []crm.Event
	for rows.Next() {
		if err := rows.Scan(&contact, &message); err != nil {
			return nil, err
		}
		about := message
		clicks = append(clicks, crm.Event{Contact: crm.ContactID(contact), Type: crm.EventEmailClicked, MessageID: &about})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	sent := map[int64]time.Time{}
	for _, click := range clicks {
		click.OccurredAt = time.Now()
		sent[int64(click.Contact)] = click.OccurredAt
		if _, err := p.contacts.AppendEvents(ctx, p.org, []crm.Event{click}); err != nil {
			return nil, err
		}
		time.Sleep(pace - min(pace, time.Since(click.OccurredAt)))
	}
	return p.delays(ctx, id, sent)
}

func (p *product) delays(ctx context.Context, id campaign.ID, sent map[int64]time.Time) ([]time.Duration, error) {
	var delays []time.Duration
	for deadline := time.Now().Add(time.Minute); len(delays) < len(sent); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%d of %d journeys heard of their event", len(delays), len(sent))
		}
		rows, err := p.pool.Query(ctx, `select contact_id, ended_at from campaign.journeys where campaign_id = $1 and state = 'ended'`, id)
		if err != nil {
			return nil, err
		}
		var contact int64
		var ended time.Time
		for delays = delays[:0]; rows.Next(); {
			if err := rows.Scan(&contact, &ended); err != nil {
				return nil, err
			}
			delays = append(delays, ended.Sub(sent[contact]))
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return delays, nil
}

// imports measures a CSV file from upload to the last contact.
func (p *product) imports(n int) measure {
	return p.as(func(ctx context.Context) (string, string, error) {
		pace, err := p.addContacts(ctx, "import", n)
		return fmt.Sprintf("%.0f rows/s", pace), fmt.Sprintf("%d new contacts", n), err
	})
}
