// Package searchui finds everything that a person may go to: records, pages, and things to create. It
// answers the palette over all pages, and is a page of its own without scripts.
package searchui

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// maxQuery is how long what is searched for may be.
const maxQuery = 200

// Deps are what the search looks into.
type Deps struct {
	CRM       *crm.Service
	Messaging *messaging.Service
	Campaigns *campaign.Service
}

type pages struct{ Deps }

// Register adds the search to r, the router of people who are signed in.
func Register(r fiber.Router, d Deps) {
	p := &pages{d}
	r.Get(layout.SearchPath, p.search)
}

// view is an answer to a search.
type view struct {
	Query  string
	Groups []group
}

// none says that something was searched for and nothing was found.
func (v view) none() bool { return v.Query != "" && len(v.Groups) == 0 }

func (p *pages) search(c *fiber.Ctx) error {
	query := strings.TrimSpace(c.Query("q"))
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	groups, err := p.find(c.UserContext(), query)
	if err != nil {
		return err
	}
	v := view{Query: query, Groups: groups}
	return page.Render(c, http.StatusOK, searchPage(v), page.Part{ID: layout.PaletteResults, Show: results(v)})
}

// find asks everybody who may know, and puts the groups with the best answers first.
func (p *pages) find(ctx context.Context, query string) ([]group, error) {
	groups := []group{goTo(ctx, query), create(ctx, query)}
	if query == "" {
		return ranked(groups), nil
	}
	org := identity.ActorFrom(ctx).Org
	for _, find := range []finder{p.contacts, p.segments, p.campaigns, p.emails, p.texts} {
		found, err := find(ctx, org, query)
		if err != nil && !expected(err) {
			return nil, err
		}
		groups = append(groups, found)
	}
	return ranked(groups), nil
}

// expected errors leave a group out: what the person may not see, and what is no search there.
func expected(err error) bool {
	ours, ok := errors.AsType[*domain.Error](err)
	return ok && (ours.Kind == domain.KindForbidden || ours.Kind == domain.KindInvalid)
}
