package identity

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// Visit says where a request comes from and, once somebody is signed in, whose session it belongs
// to. It is kept beside a session, so that people can recognise and end theirs.
type Visit struct {
	User      UserID // 0 while nobody is signed in
	Known     bool   // the session was there before: writing it never brings back an ended one
	Session   string // hash of the session's token, as it is written to the store; "" without one
	IP        string
	UserAgent string
}

type visitKey struct{}

// WithVisit returns a context in which v is the present request.
func WithVisit(ctx context.Context, v Visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

// VisitFrom returns the present request; the zero Visit outside of one.
func VisitFrom(ctx context.Context) Visit {
	v, _ := ctx.Value(visitKey{}).(Visit)
	return v
}

// Resume returns who a session speaks for, as they are now: role and name may have changed since
// they signed in. ok is false when they were blocked or are no member any more.
func (s *Service) Resume(ctx context.Context, org domain.OrgID, id UserID) (a Actor, ok bool, err error) {
	u, err := s.store.User(ctx, org, id)
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		return Actor{}, false, nil
	case err != nil:
		return Actor{}, false, err
	case u.IsBlocked:
		return Actor{}, false, nil
	}
	return u.actor(org), true, nil
}
