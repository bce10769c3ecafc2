package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// lists measures pages of the contact list, in every order and at any depth, and searches as somebody
// types them. There are as many contacts as the rows before have made.
func (p *product) lists(ctx context.Context) (figure, note string, err error) {
	ctx = identity.WithActor(ctx, identity.System(p.org))
	total := 0
	pages, err := p95(func(n int) error {
		orders := []string{"", "createdAt", "email", "lastname"}
		page, err := p.contacts.Contacts(ctx, p.org, crm.ContactQuery{PageQuery: domain.PageQuery{
			OrderBy: orders[n%len(orders)], Page: 1 + rand.IntN(max(1, total/domain.DefaultLimit)),
		}})
		total = page.Total
		return err
	})
	if err != nil {
		return "", "", err
	}
	if total == 0 {
		return "", "", errors.New("there are no contacts to list: measure the import in the same run")
	}
	searches, err := p95(func(n int) error {
		typed := fmt.Sprintf("first %d", rand.IntN(total))
		search := typed[:min(3+n%len(typed), len(typed))]
		_, err := p.contacts.Contacts(ctx, p.org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: search}})
		return err
	})
	return fmt.Sprintf("%s; %s", pages, searches), fmt.Sprintf("%d contacts", total), err
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
