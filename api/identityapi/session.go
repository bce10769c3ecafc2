package identityapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/identity"
)

func (h handlers) registerSessions(a huma.API) {
	tags := []string{"Sign in"}
	huma.Register(a, huma.Operation{
		OperationID: "list-sessions", Method: http.MethodGet, Path: "/api/auth/sessions", Tags: tags, Summary: "List where you are signed in",
		Description: "Browsers only, this one first. An API key has none.",
	}, h.listSessions)
	huma.Register(a, huma.Operation{
		OperationID: "end-session", Method: http.MethodDelete, Path: "/api/auth/sessions/{id}", Tags: tags, Summary: "Sign out in one browser",
		Description:   "At once: the browser's next request has to sign in. A session of somebody else is not found.",
		DefaultStatus: http.StatusNoContent,
	}, h.endSession)
	huma.Register(a, huma.Operation{
		OperationID: "end-other-sessions", Method: http.MethodDelete, Path: "/api/auth/sessions", Tags: tags, Summary: "Sign out everywhere else",
		Description:   "The session that asks stays.",
		DefaultStatus: http.StatusNoContent,
	}, h.endOtherSessions)
}

// Session is a browser in which you are signed in.
type Session struct {
	ID        int64     `json:"id" example:"12"`
	IP        string    `json:"ip" example:"192.0.2.7"`
	UserAgent string    `json:"userAgent" example:"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"`
	CreatedAt time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	SeenAt    time.Time `json:"seenAt" doc:"To a few minutes." example:"2026-11-26T10:02:00Z"`
	IsCurrent bool      `json:"isCurrent" doc:"The browser that asks."`
}

type sessionsOutput struct{ Body api.List[Session] }

func (h handlers) listSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	sessions, err := h.identity.Sessions(ctx, org(ctx))
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &sessionsOutput{}
	out.Body.Items = make([]Session, len(sessions))
	for i, s := range sessions {
		out.Body.Items[i] = Session{ID: int64(s.ID), IP: s.IP, UserAgent: s.UserAgent, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, IsCurrent: s.IsCurrent}
	}
	return out, nil
}

type sessionInput struct {
	ID identity.SessionID `path:"id" minimum:"1" example:"12" doc:"Id of the session."`
}

func (h handlers) endSession(ctx context.Context, in *sessionInput) (*struct{}, error) {
	return nil, api.Problem(h.identity.EndSession(ctx, org(ctx), in.ID))
}

func (h handlers) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, api.Problem(h.identity.EndOtherSessions(ctx, org(ctx)))
}
