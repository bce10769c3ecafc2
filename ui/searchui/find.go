package searchui

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/words"
)

// finder looks for one kind of records.
type finder func(ctx context.Context, org domain.OrgID, query string) (group, error)

func goTo(ctx context.Context, query string) group {
	g := group{ID: "places", Title: words.T(ctx, "Go to")}
	g.Hits = places(layout.Places(ctx), query)
	if query == "" {
		g.Hits = g.Hits[:min(most, len(g.Hits))]
	}
	return g
}

func create(ctx context.Context, query string) group {
	all := layout.Creations(ctx)
	for i := range all {
		all[i].Label = all[i].Make
		all[i].Keywords += " " + words.T(ctx, "create add new")
	}
	return group{ID: "create", Title: words.T(ctx, "Create"), Hits: places(all, query)}
}

func places(all []layout.Place, query string) []hit {
	var hits []hit
	for _, place := range all {
		if fit := scoreWords(place.Label, place.Keywords, query); fit > 0 {
			hits = append(hits, hit{Title: place.Label, Href: place.Href, Icon: place.Icon, score: fit})
		}
	}
	return hits
}

// contacts offers the best five, and the list of all for what was typed.
func (p *pages) contacts(ctx context.Context, org domain.OrgID, query string) (group, error) {
	g := group{ID: "contacts", Title: words.T(ctx, "Contacts")}
	found, err := p.CRM.SuggestContacts(ctx, org, query, most+1)
	if err != nil || len(found) == 0 {
		return g, err
	}
	for i, contact := range found[:min(most, len(found))] {
		name, sub, email := words.Name(ctx, contact.Name()), "", ""
		if contact.Email != nil {
			sub, email = *contact.Email, *contact.Email
		}
		if sub == name {
			sub = ""
		}
		if contact.Company != nil && *contact.Company != "" {
			sub = strings.TrimPrefix(sub+" · "+*contact.Company, " · ")
		}
		fit := max(score(name, query), score(email, query), scoreOther)
		g.Hits = append(g.Hits, hit{Title: name, Sub: sub, Href: fmt.Sprintf("/app/contacts/%d", contact.ID), Icon: "user", score: fit - i})
	}
	if len(found) > most {
		g.Hits = append(g.Hits, hit{
			Title: words.F(ctx, "All contacts that match “{{.Search}}”", words.Data{"Search": query}),
			Href:  "/app/contacts?search=" + url.QueryEscape(search.Literal(query)), Icon: "users",
		})
	}
	return g, nil
}

func (p *pages) segments(ctx context.Context, org domain.OrgID, query string) (group, error) {
	g := group{ID: "segments", Title: words.T(ctx, "Segments")}
	found, err := p.CRM.Segments(ctx, org, some(query))
	for _, s := range found.Items {
		g.Hits = append(g.Hits, hit{
			Title: s.Name, Sub: words.N(ctx, s.Contacts, "{{.Count}} contact", "{{.Count}} contacts"),
			Href: fmt.Sprintf("/app/segments/%d", s.ID), Icon: "list", score: max(score(s.Name, query), scoreOther),
		})
	}
	return g, err
}

func (p *pages) campaigns(ctx context.Context, org domain.OrgID, query string) (group, error) {
	g := group{ID: "campaigns", Title: words.T(ctx, "Campaigns")}
	found, err := p.Campaigns.Campaigns(ctx, org, campaign.Query{PageQuery: some(query)})
	for _, c := range found.Items {
		g.Hits = append(g.Hits, hit{
			Title: c.Name, Sub: words.N(ctx, c.Open, "{{.Count}} person inside", "{{.Count}} people inside"),
			Href: fmt.Sprintf("/app/campaigns/%d", c.ID), Icon: "workflow", score: max(score(c.Name, query), scoreOther),
		})
	}
	return g, err
}

func (p *pages) emails(ctx context.Context, org domain.OrgID, query string) (group, error) {
	g := group{ID: "emails", Title: words.T(ctx, "Emails")}
	found, err := p.Messaging.Emails(ctx, org, some(query))
	for _, e := range found.Items {
		g.Hits = append(g.Hits, hit{Title: e.Name, Sub: e.Subject, Href: fmt.Sprintf("/app/emails/%d", e.ID), Icon: "mail", score: max(score(e.Name, query), scoreOther)})
	}
	return g, err
}

func (p *pages) texts(ctx context.Context, org domain.OrgID, query string) (group, error) {
	g := group{ID: "sms", Title: words.T(ctx, "SMS")}
	found, err := p.Messaging.Texts(ctx, org, some(query))
	for _, s := range found.Items {
		g.Hits = append(g.Hits, hit{Title: s.Name, Sub: shortened(s), Href: fmt.Sprintf("/app/sms/%d", s.ID), Icon: "message-square", score: max(score(s.Name, query), scoreOther)})
	}
	return g, err
}

// shortened is the beginning of a text message.
func shortened(s messaging.SMS) string {
	const letters = 60
	text := []rune(strings.Join(strings.Fields(s.Body), " "))
	if len(text) <= letters {
		return string(text)
	}
	return string(text[:letters]) + "…"
}

// some asks for the first few records that match.
func some(query string) domain.PageQuery {
	return domain.PageQuery{Search: search.Literal(query), Limit: most}.Normal()
}
