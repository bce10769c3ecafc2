package homeui

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// span is how many days a figure adds up, today included; it is compared with as many before.
const span = 30

// figures are the numbers at the top of the page.
type figures struct {
	Contacts int
	Active   int   // campaigns
	Created  []int // contacts by day
	Sent     []int // emails by day, over two spans
	Opened   []int // as well
}

func (p *pages) figures(ctx context.Context, org domain.OrgID) (f figures, err error) {
	if f.Contacts, err = p.CRM.CountContacts(ctx, org, crm.ContactQuery{}); err != nil {
		return f, err
	}
	if f.Active, err = p.Campaigns.CountActive(ctx, org); err != nil {
		return f, err
	}
	days, err := p.CRM.DailyEvents(ctx, org, page.From(ctx).Zone, 2*span, crm.EventContactCreated, crm.EventEmailSent, crm.EventEmailOpened)
	if err != nil {
		return f, err
	}
	f.Created, f.Sent, f.Opened = days[crm.EventContactCreated], days[crm.EventEmailSent], days[crm.EventEmailOpened]
	return f, nil
}

// cards are the figures in the words of the page.
func (f figures) cards(ctx context.Context) []component.FigureProps {
	sent, sentBefore := halves(f.Sent)
	opened, openedBefore := halves(f.Opened)
	created, _ := halves(f.Created)
	per := words.F(ctx, "in {{.Days}} days", words.Data{"Days": span})
	before := words.F(ctx, "the {{.Days}} days before", words.Data{"Days": span})
	return []component.FigureProps{
		{
			ID: "figure-contacts", Label: words.T(ctx, "Total contacts"), Value: f.Contacts, Icon: "users", Href: "/app/contacts",
			Means: words.T(ctx, "Everybody in your database, whether you may write to them or not."),
			Note:  words.N(ctx, created, "{{.Count}} added in 30 days", "{{.Count}} added in 30 days"), Trend: trend(f.Created),
		},
		{
			ID: "figure-campaigns", Label: words.T(ctx, "Active campaigns"), Value: f.Active, Icon: "workflow", Href: "/app/campaigns?state=active",
			Means: words.T(ctx, "Campaigns that are published and not paused: they take people in and move them on."),
		},
		{
			ID: "figure-sent", Label: words.T(ctx, "Emails sent"), Value: sent, Per: per, Icon: "send", Href: "/app/messages",
			Means:  words.T(ctx, "Emails that went out today and in the 29 days before. Tests don't count."),
			Before: &sentBefore, Span: before, Trend: trend(f.Sent),
		},
		{
			ID: "figure-opened", Label: words.T(ctx, "Emails opened"), Value: opened, Per: per, Icon: "mail-open", Href: "/app/emails",
			Means:  words.T(ctx, "Opens by people today and in the 29 days before. Programs that fetch mail beforehand don't count; somebody who opens an email again does."),
			Before: &openedBefore, Span: before, Trend: trend(f.Opened),
		},
	}
}

// halves adds up the last span of days and the one before it.
func halves(days []int) (last, before int) {
	for i, n := range days {
		if i < len(days)-span {
			before += n
		} else {
			last += n
		}
	}
	return last, before
}

// trend is the last span of days, to be drawn; none where nothing happened.
func trend(days []int) []float64 {
	if last, _ := halves(days); last == 0 {
		return nil
	}
	var all []float64
	for _, n := range days[max(0, len(days)-span):] {
		all = append(all, float64(n))
	}
	return all
}
