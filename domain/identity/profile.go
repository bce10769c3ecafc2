package identity

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// ProfileInput changes what people say about themselves: nil leaves it, a pointer to "" clears it.
type ProfileInput struct {
	Name     *string
	TimeZone *string // IANA name; "": the organization's
	Language *string // BCP 47 tag; "": what the browser asks for
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// Profile returns the user who is calling.
func (s *Service) Profile(ctx context.Context, org domain.OrgID) (User, error) {
	actor, err := themselves(ctx, org)
	if err != nil {
		return User{}, err
	}
	return s.store.User(ctx, org, actor.User)
}

// UpdateProfile changes the user who is calling, all or nothing.
func (s *Service) UpdateProfile(ctx context.Context, org domain.OrgID, in ProfileInput) (User, error) {
	actor, err := themselves(ctx, org)
	if err != nil {
		return User{}, err
	}
	var u User
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if u, err = s.store.User(ctx, org, actor.User); err != nil {
			return err
		}
		in.apply(&u)
		if err := u.validateProfile(); err != nil {
			return err
		}
		return s.store.SaveProfile(ctx, org, u)
	})
	return u, err
}

func (in ProfileInput) apply(u *User) {
	for target, value := range map[*string]*string{&u.Name: in.Name, &u.TimeZone: in.TimeZone, &u.Language: in.Language} {
		if value != nil {
			*target = strings.TrimSpace(*value)
		}
	}
}

func (u User) validateProfile() error {
	var found domain.Findings
	checkLine(&found, "name", domain.Say("The name"), u.Name)
	if _, err := time.LoadLocation(u.TimeZone); err != nil || u.TimeZone == "Local" {
		found.Add("timeZone", "There is no time zone %q; use a name such as Europe/Berlin.", cut(u.TimeZone, 60))
	}
	if u.Language != "" && (len(u.Language) > 35 || !languageTag.MatchString(u.Language)) {
		found.Add("language", "There is no language %q; use a tag such as en or pt-BR.", cut(u.Language, 60))
	}
	return found.Err()
}

// Location is the time zone in which times are shown to the actor: their own choice, or fallback.
func (a Actor) Location(fallback *time.Location) *time.Location {
	if a.TimeZone == "" {
		return fallback
	}
	if location, err := time.LoadLocation(a.TimeZone); err == nil {
		return location
	}
	return fallback
}

// themselves returns the user who is calling: what they do to themselves asks for no permission.
func themselves(ctx context.Context, org domain.OrgID) (Actor, error) {
	actor := ActorFrom(ctx)
	switch {
	case !actor.SignedIn():
		return Actor{}, domain.Unauthorized("Log in first.")
	case actor.User == 0 || actor.Org != org:
		return Actor{}, domain.Forbidden("Only a user who is logged in has a profile.")
	}
	return actor, nil
}
