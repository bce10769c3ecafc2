package identity

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// SessionID names a session of a browser. It is no secret.
type SessionID int64

// Session is a browser in which somebody is signed in.
type Session struct {
	ID        SessionID
	IP        string
	UserAgent string
	CreatedAt time.Time
	SeenAt    time.Time // to a few minutes
	IsCurrent bool      // the browser that asks
}

// UserSessions is the part of the store that lists and ends the sessions of a user. Where current is
// asked for, it is Visit.Session.
type UserSessions interface {
	// UserSessions returns those that have not expired, the current one first, then the last seen.
	UserSessions(ctx context.Context, id UserID, current string) ([]Session, error)
	// EndSession ends one of the user's sessions; NotFound when they have no such session.
	EndSession(ctx context.Context, id UserID, session SessionID) error
	// EndOtherSessions ends all of the user's sessions but the current one.
	EndOtherSessions(ctx context.Context, id UserID, current string) error
}

// Sessions returns where the caller is signed in, this browser first.
func (s *Service) Sessions(ctx context.Context, org domain.OrgID) ([]Session, error) {
	actor, err := themselves(ctx, org)
	if err != nil {
		return nil, err
	}
	return s.store.UserSessions(ctx, actor.User, VisitFrom(ctx).Session)
}

// EndSession signs the caller out in one browser.
func (s *Service) EndSession(ctx context.Context, org domain.OrgID, id SessionID) error {
	actor, err := themselves(ctx, org)
	if err != nil {
		return err
	}
	return s.store.EndSession(ctx, actor.User, id)
}

// EndOtherSessions signs the caller out everywhere but here.
func (s *Service) EndOtherSessions(ctx context.Context, org domain.OrgID) error {
	actor, err := themselves(ctx, org)
	if err != nil {
		return err
	}
	return s.store.EndOtherSessions(ctx, actor.User, VisitFrom(ctx).Session)
}
