package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// crowd is an organization with many believable contacts, made by the first row that asks for it.
type crowd struct {
	p    *product
	size int
	org  domain.OrgID // 0: not made yet
	pace float64      // contacts a second
}

// made returns the organization, and a context in which the program itself is calling.
func (c *crowd) made(ctx context.Context) (context.Context, error) {
	if c.org != 0 {
		return identity.WithActor(ctx, identity.System(c.org)), nil
	}
	org, err := store.Value[domain.OrgID](ctx, c.p.pool, store.SQL.Insert("identity.organizations").
		Columns("name", "from_name", "from_email").Values("Crowd", "Crowd", "crowd@example.com").Suffix("returning id"))
	if err != nil {
		return nil, err
	}
	ctx = identity.WithActor(ctx, identity.System(org))
	began := time.Now()
	if _, err := c.p.contacts.AddSamples(ctx, org, crm.SampleOrder{Contacts: c.size, Seed: 1}); err != nil {
		return nil, err
	}
	c.org, c.pace = org, perSecond(c.size, began)
	return ctx, nil
}

// samples measures how fast the contacts are made.
func (c *crowd) samples(ctx context.Context) (figure, note string, err error) {
	if _, err := c.made(ctx); err != nil {
		return "", "", err
	}
	var rows int
	err = c.p.pool.QueryRow(ctx, `select (select count(*) from crm.contacts where org_id = $1) + (select count(*) from crm.contact_tags where org_id = $1)
		+ (select count(*) from crm.segment_contacts where org_id = $1) + (select count(*) from crm.events where org_id = $1)`, c.org).Scan(&rows)
	return fmt.Sprintf("%.0f rows/s", c.pace*float64(rows)/float64(c.size)), fmt.Sprintf("%d contacts, %.0f a second", c.size, c.pace), err
}

// export measures how fast all contacts are written into a file, with all that it says of them, and how
// large the file becomes.
func (c *crowd) export(format crm.ExportFormat) measure {
	return func(ctx context.Context) (figure, note string, err error) {
		if ctx, err = c.made(ctx); err != nil {
			return "", "", err
		}
		write, err := c.p.contacts.PrepareExport(ctx, c.org, crm.ContactQuery{}, crm.Export{Format: format})
		if err != nil {
			return "", "", err
		}
		began, file := time.Now(), counter(0)
		if err := write(ctx, &file); err != nil {
			return "", "", err
		}
		return fmt.Sprintf("%.0f rows/s", perSecond(c.size, began)), fmt.Sprintf("%d contacts, %d MB", c.size, file>>20), nil
	}
}

// counter counts the bytes that are written to it.
type counter int64

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// list measures pages of the contact list that query asks for; it gets a number for each.
func (c *crowd) list(query func(n int) crm.ContactQuery) measure {
	return func(ctx context.Context) (figure, note string, err error) {
		if ctx, err = c.made(ctx); err != nil {
			return "", "", err
		}
		worst, asked := time.Duration(0), ""
		p95, err := p95(func(n int) error {
			q := query(n)
			began := time.Now()
			_, err := c.p.contacts.Contacts(ctx, c.org, q)
			if took := time.Since(began); took > worst {
				worst, asked = took, fmt.Sprintf("%q by %q, page %d", q.Search+q.Tag, q.OrderBy, q.Page)
			}
			return err
		})
		return p95.String(), fmt.Sprintf("%d contacts; longest %s: %s", c.size, worst.Round(time.Millisecond), asked), err
	}
}

// anyPage is any page, in any order.
func (c *crowd) anyPage(n int) crm.ContactQuery {
	orders := []string{"createdAt", "updatedAt", "lastname", "firstname", "email", "company", "points", "id"}
	return crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: orders[n%len(orders)], Page: 1 + rand.IntN(c.size/domain.DefaultLimit)}}
}

// byName is one of the first pages by name, either way round.
func byName(n int) crm.ContactQuery {
	return crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: "lastname", OrderDir: []string{"asc", "desc"}[n%2], Page: 1 + n%10}}
}

// typed is what somebody types, letter by letter: common and rare names, and some that nobody has.
func typed(n int) crm.ContactQuery {
	texts := []string{"anna berger", "smith", "marie", "juniper wines", "müller", "quartz", "zqxj", "+44 7700 9001", "zoé", "kaya.2"}
	text := []rune(texts[n%len(texts)])
	return crm.ContactQuery{PageQuery: domain.PageQuery{Search: string(text[:min(1+n/len(texts), len(text))])}}
}

// tagged filters by tags that half of the contacts have, or hardly any.
func tagged(n int) crm.ContactQuery {
	tag := crm.SampleTags[n%len(crm.SampleTags)].Name
	orders := []string{"createdAt", "lastname", "email"}
	return crm.ContactQuery{Tag: tag, PageQuery: domain.PageQuery{OrderBy: orders[n%len(orders)], Page: 1 + n%5}}
}

// p95 repeats something and returns the time that 19 of 20 stay below.
func p95(do func(n int) error) (time.Duration, error) {
	took := make([]time.Duration, 100)
	for n := range took {
		began := time.Now()
		if err := do(n); err != nil {
			return 0, err
		}
		took[n] = time.Since(began)
	}
	slices.Sort(took)
	return took[len(took)*95/100].Round(time.Millisecond), nil
}
