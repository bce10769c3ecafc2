package messagingapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	stopsPath = "/api/messaging/stops"
	stopPath  = stopsPath + "/{id}"
	stopsTag  = "Stops"
)

func (h handlers) registerStops(a huma.API) {
	list := operation(http.MethodGet, stopsPath, "list-stops", "List warnings and pauses of senders", stopsTag)
	list.Description = "Campaigns and sender domains with too many bounces, complaints or refusals, newest first. Ordered by id."
	lift := operation(http.MethodPost, stopPath+"/lift", "lift-stop", "Let a sender domain go on", stopsTag)
	lift.Description = "Only for administrators. What happened before does not count any more. A paused campaign is let go on by resuming it."
	huma.Register(a, list, h.listStops)
	huma.Register(a, described(operation(http.MethodGet, stopPath, "get-stop", "Read a warning or pause", stopsTag),
		"With the numbers that caused it."), h.getStop)
	huma.Register(a, lift, h.liftStop)
}

// Stop is a warning about, or the pause of, a campaign or a sender domain.
type Stop struct {
	ID        messaging.StopID  `json:"id" example:"9"`
	Scope     messaging.Scope   `json:"scope" enum:"campaign,domain" example:"campaign"`
	Subject   string            `json:"subject" doc:"The campaign's id, or the domain." example:"12"`
	Level     messaging.Level   `json:"level" enum:"warning,paused" example:"paused"`
	Rule      messaging.Measure `json:"rule" enum:"bounces,complaints,sender_faults,message_faults" example:"bounces"`
	Reason    string            `json:"reason" example:"6.1 % of 1,200 emails came back."`
	Sent      int               `json:"sent" doc:"So many were sent in the window …" example:"1200"`
	Faults    int               `json:"faults" doc:"… and so many of them came back." example:"73"`
	CreatedAt time.Time         `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	LiftedAt  *time.Time        `json:"liftedAt" example:"2026-11-25T11:20:00Z"`
	LiftedBy  string            `json:"liftedBy" doc:"Empty when a warning ended by itself." example:"Ada Lovelace"`
}

func stopBody(s messaging.Stop) Stop {
	return Stop{
		ID: s.ID, Scope: s.Scope, Subject: s.Subject, Level: s.Level, Rule: s.Rule, Reason: s.Reason.English(),
		Sent: s.Sent, Faults: s.Faults, CreatedAt: s.CreatedAt, LiftedAt: s.LiftedAt, LiftedBy: s.LiftedBy,
	}
}

type (
	stopOutput  struct{ Body Stop }
	stopsOutput struct{ Body domain.Page[Stop] }
	stopsInput  struct {
		api.PageInput
		Scope messaging.Scope `query:"scope" enum:"campaign,domain" doc:"Only those of campaigns, or of sender domains."`
		Open  bool            `query:"open" doc:"Only those that nobody has lifted."`
	}
	stopInput struct {
		ID messaging.StopID `path:"id" minimum:"1" doc:"Id of the warning or pause." example:"9"`
	}
)

func (h handlers) listStops(ctx context.Context, in *stopsInput) (*stopsOutput, error) {
	page, err := h.messaging.Stops(ctx, org(ctx), messaging.StopQuery{PageQuery: in.Query(), Scope: in.Scope, Open: in.Open})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &stopsOutput{Body: domain.MapPage(page, stopBody)}, nil
}

func answerStop(s messaging.Stop, err error) (*stopOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &stopOutput{Body: stopBody(s)}, nil
}

func (h handlers) getStop(ctx context.Context, in *stopInput) (*stopOutput, error) {
	return answerStop(h.messaging.Stop(ctx, org(ctx), in.ID))
}

func (h handlers) liftStop(ctx context.Context, in *stopInput) (*stopOutput, error) {
	return answerStop(h.messaging.LiftStop(ctx, org(ctx), in.ID))
}
