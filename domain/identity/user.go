package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// User is a person who signs in, as a member of an organization.
type User struct {
	ID            UserID
	Email         string
	Name          string
	Image         string
	EmailVerified bool
	IsBlocked     bool
	Role          Role
	TimeZone      string // IANA name; "": the organization's
	Language      string // BCP 47 tag; "": what the browser asks for
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Called is how the user is named: by their address, if they have given no name.
func (u User) Called() string {
	if u.Name != "" {
		return u.Name
	}
	return u.Email
}

// actor is the user at work in org.
func (u User) actor(org domain.OrgID) Actor {
	return Actor{Org: org, User: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, TimeZone: u.TimeZone, Language: u.Language}
}

// Login is what a log-in needs to know of a user: the organization they work in, and the hash of
// their password, which is empty for those who can't sign in by password.
type Login struct {
	User
	Org          domain.OrgID
	PasswordHash string
}

// UserInput describes a new user. Without a password one is made up.
type UserInput struct {
	Email    string
	Name     string
	Role     Role // RoleUser when empty
	Password string
}

// NewUser is a checked UserInput, as the store keeps it.
type NewUser struct {
	Email        string
	Name         string
	Role         Role
	PasswordHash string
}

// Users is the part of the store that keeps users and their sessions.
type Users interface {
	// User returns a member of org, or NotFound.
	User(ctx context.Context, org domain.OrgID, id UserID) (User, error)
	// Users lists the members of org.
	Users(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[User], error)
	// InsertUser adds a user and makes them a member of org. An address in use is a Conflict.
	InsertUser(ctx context.Context, org domain.OrgID, u NewUser) (User, error)
	// SetUserBlocked blocks or unblocks a member of org.
	SetUserBlocked(ctx context.Context, org domain.OrgID, id UserID, blocked bool) error
	// SetRole gives a member of org another role.
	SetRole(ctx context.Context, org domain.OrgID, id UserID, role Role) error
	// SaveProfile writes name, time zone and language of a member of org.
	SaveProfile(ctx context.Context, org domain.OrgID, u User) error
	// LockManagers returns the members of org who are more than plain users, and keeps their roles
	// as they are until the transaction ends.
	LockManagers(ctx context.Context, org domain.OrgID) ([]User, error)
	// SetPasswordHash replaces the hash of a member of org.
	SetPasswordHash(ctx context.Context, org domain.OrgID, id UserID, hash string) error
	// EndSessions signs the user out everywhere.
	EndSessions(ctx context.Context, id UserID) error
	// Login finds a user by address, in any case of its letters, with the organization they
	// joined first; ok is false when there is none.
	Login(ctx context.Context, email string) (l Login, ok bool, err error)
}

// ranks orders the roles from least to most.
var ranks = []Role{RoleViewer, RoleUser, RoleAdmin, RoleSuperadmin}

// belowRole says whether the actor stands below role, and so may not hand it out or touch its bearers.
func (a Actor) belowRole(role Role) bool {
	return !a.system && slices.Index(ranks, a.Role) < slices.Index(ranks, role)
}

// Gives says whether the actor may give somebody the role: it is not above their own.
func (a Actor) Gives(role Role) bool { return a.May(ManageUsers) && !a.belowRole(role) }

// User returns a member of org.
func (s *Service) User(ctx context.Context, org domain.OrgID, id UserID) (User, error) {
	if err := Require(ctx, org, ViewSettings); err != nil {
		return User{}, err
	}
	return s.store.User(ctx, org, id)
}

// Users lists the members of org by name, email or createdAt. Search is in the language of package search,
// with UserCommands.
func (s *Service) Users(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[User], error) {
	if err := Require(ctx, org, ViewSettings); err != nil {
		return domain.Page[User]{}, err
	}
	return s.store.Users(ctx, org, q)
}

// CreateUser adds a member to org. generated is the password when the input had none, else "".
// Nobody hands out a role above their own.
func (s *Service) CreateUser(ctx context.Context, org domain.OrgID, in UserInput) (u User, generated string, err error) {
	if err := Require(ctx, org, ManageUsers); err != nil {
		return User{}, "", err
	}
	if in.Password == "" {
		generated = makePassword()
		in.Password = generated
	}
	if in.Role == "" {
		in.Role = RoleUser
	}
	in.Email, in.Name = strings.TrimSpace(in.Email), strings.TrimSpace(in.Name)
	if err := in.validate(); err != nil {
		return User{}, "", err
	}
	if ActorFrom(ctx).belowRole(in.Role) {
		return User{}, "", domain.Forbidden("You may not give somebody a role above your own.")
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return User{}, "", err
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		u, err = s.store.InsertUser(ctx, org, NewUser{Email: in.Email, Name: in.Name, Role: in.Role, PasswordHash: hash})
		return err
	})
	return u, generated, err
}

func (in UserInput) validate() error {
	var found domain.Findings
	if !ValidAddress(in.Email) {
		found.Add("email", "This is not a valid email address.")
	}
	checkLine(&found, "name", domain.Say("The name"), in.Name)
	if !slices.Contains(ranks, in.Role) {
		found.Add("role", "There is no role %q; use viewer, user, admin or superadmin.", cut(string(in.Role), 60))
	}
	checkPassword(&found, "password", in.Password, in.Email, in.Name)
	return found.Err()
}
