package identity

import (
	"context"
	"log/slog"
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// UserID names a user.
type UserID int64

// APIKeyID names an API key.
type APIKeyID int64

// Role says what a member may do in an organization. Superadmins also operate the installation.
type Role string

// The roles, from least to most.
const (
	RoleViewer     Role = "viewer" // looks at everything, changes nothing and takes nothing away
	RoleUser       Role = "user"
	RoleAdmin      Role = "admin"
	RoleSuperadmin Role = "superadmin"
)

// Permission is something a use case asks for.
type Permission string

// The permissions.
const (
	ViewContacts   Permission = "view contacts"
	EditContacts   Permission = "edit contacts"
	ExportContacts Permission = "export contacts" // as files, by which personal data leaves the house
	ViewEmails     Permission = "view emails"
	EditEmails     Permission = "edit emails"
	ViewCampaigns  Permission = "view campaigns"
	EditCampaigns  Permission = "edit campaigns"
	ViewSettings   Permission = "view settings"
	EditSettings   Permission = "change settings"
	ManageUsers    Permission = "manage users"
	ManageKeys     Permission = "manage API keys"
	Operate        Permission = "operate the installation"
)

// Phrase is what may be done within a sentence.
func (p Permission) Phrase() *domain.Phrase { return domain.Word(string(p)) }

var (
	viewer   = []Permission{ViewContacts, ViewEmails, ViewCampaigns, ViewSettings}
	marketer = append(slices.Clone(viewer), EditContacts, ExportContacts, EditEmails, EditCampaigns)
)

// allowed says what each role may do.
var allowed = map[Role][]Permission{
	RoleViewer:     viewer,
	RoleUser:       marketer,
	RoleAdmin:      append(slices.Clone(marketer), EditSettings, ManageUsers, ManageKeys),
	RoleSuperadmin: append(slices.Clone(marketer), EditSettings, ManageUsers, ManageKeys, Operate),
}

// May says whether the role has a permission.
func (r Role) May(p Permission) bool { return slices.Contains(allowed[r], p) }

// Actor is who is calling: a user, an API key, or the program itself. The zero Actor is nobody.
type Actor struct {
	Org    domain.OrgID
	User   UserID   // 0 for API keys and the program
	APIKey APIKeyID // 0 for users and the program
	Name   string
	Email  string
	Role   Role

	TimeZone string // of a user; "": the organization's
	Language string // of a user, a BCP 47 tag; "": what the browser asks for

	system bool
}

// System is the program acting for org: engine, importers, public endpoints. It may do everything there.
func System(org domain.OrgID) Actor {
	return Actor{Org: org, Name: "Mauntic", system: true}
}

// SignedIn says whether the actor is somebody.
func (a Actor) SignedIn() bool { return a.Org != 0 }

// Author is who has made what the actor makes; nil for API keys and the program.
func (a Actor) Author() *UserID {
	if a.User == 0 {
		return nil
	}
	return &a.User
}

// May says whether the actor has a permission in its organization.
func (a Actor) May(p Permission) bool { return a.system || a.Role.May(p) }

type actorKey struct{}

// WithActor returns a context in which a is calling. Log lines name its organization.
func WithActor(ctx context.Context, a Actor) context.Context {
	if a.SignedIn() {
		ctx = domain.WithLog(ctx, slog.Int64("org", int64(a.Org)))
	}
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns who is calling; the zero Actor when nobody is.
func ActorFrom(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// Require returns nil when the actor in ctx belongs to org and has the permission. Nobody is
// Unauthorized; everybody else is Forbidden.
func Require(ctx context.Context, org domain.OrgID, p Permission) error {
	a := ActorFrom(ctx)
	switch {
	case !a.SignedIn():
		return domain.Unauthorized("Log in first.")
	case a.Org != org || !a.May(p):
		return domain.Forbidden("You may not %s here.", p)
	}
	return nil
}
