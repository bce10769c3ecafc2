package messagingui

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	stopsPath = "/app/reputation"
	stopsList = "stops" // id of the element that holds the list
)

func (p pages) registerStops(r fiber.Router) {
	r.Get(stopsPath, p.listStops)
	r.Post(stopsPath+"/:id<int>/lift", p.liftStop)
}

type stopsView struct {
	List    component.List
	All     bool // those that are over, too
	MayLift bool
	Rows    []messaging.Stop
}

var stopColumns = []component.Column{{Label: words.Mark("Sender")}, {Label: words.Mark("State"), Plain: true}, {Label: words.Mark("Why"), Plain: true}, {Label: words.Mark("Since")}, {Label: words.Mark("Action"), Mute: true}}

func (v stopsView) pills(ctx context.Context) []component.Tab {
	return []component.Tab{
		{Label: words.T(ctx, "Now"), Href: stopsPath, Active: !v.All}, {Label: words.T(ctx, "All"), Href: stopsPath + "?show=all", Active: v.All},
	}
}

func (p pages) listStops(c *fiber.Ctx) error {
	q := messaging.StopQuery{PageQuery: page.Query(c), Open: c.Query("show") != "all"}
	found, err := p.Messaging.Stops(c.UserContext(), org(c), q)
	if err != nil {
		return err
	}
	v := stopsView{All: !q.Open, Rows: found.Items, MayLift: page.May(c.UserContext(), identity.EditSettings)}
	v.List = component.ListOf(stopsPath, stopsList, q.PageQuery, found)
	if v.All {
		v.List = v.List.With("show", "all")
	}
	return page.Render(c, http.StatusOK, stopsPage(v), page.Part{ID: stopsList, Show: stopTable(v)})
}

func (p pages) liftStop(c *fiber.Ctx) error {
	id, err := page.ID[messaging.StopID](c, "id")
	if err != nil {
		return err
	}
	stop, err := p.Messaging.LiftStop(c.UserContext(), org(c), id)
	if err != nil {
		return err
	}
	return page.Redirect(c, stopsPath, words.F(c.UserContext(), "{{.Sender}} goes on. What was held back goes out within twenty minutes.", words.Data{"Sender": stopName(c.UserContext(), stop)}))
}

func stopName(ctx context.Context, s messaging.Stop) string {
	if id := s.Campaign(); id != 0 {
		return words.F(ctx, "Campaign {{.ID}}", words.Data{"ID": id})
	}
	return s.Subject
}

// stopState is how a stop looks: its label and how bad it is.
func stopState(ctx context.Context, s messaging.Stop) (component.Tone, string) {
	switch {
	case s.LiftedAt != nil:
		return component.Neutral, words.T(ctx, "Over")
	case s.Level == messaging.LevelPaused:
		return component.Bad, words.T(ctx, "Paused")
	}
	return component.Caution, words.T(ctx, "Warning")
}

// liftable says whether the stop can be ended here. A campaign is resumed on its own page.
func (v stopsView) liftable(s messaging.Stop) bool {
	return v.MayLift && s.LiftedAt == nil && (s.Scope == messaging.ScopeDomain || s.Level == messaging.LevelWarning)
}

func liftStop(ctx context.Context, s messaging.Stop) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Let it go on"), Small: true},
		Action:      fmt.Sprintf("%s/%d/lift", stopsPath, s.ID), Title: words.F(ctx, "Let {{.Sender}} go on?", words.Data{"Sender": stopName(ctx, s)}),
		Text: words.T(ctx, "Do this once the cause is mended. Rates are counted anew from now on."), Yes: words.T(ctx, "Go on"),
	}
}
