package main

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/identitystore"
)

// adminCommand is for whoever has access to the machine: it asks for no log-in.
type adminCommand struct {
	CreateUser    createUserCommand    `cmd:"" help:"Create a user of the organization."`
	ResetPassword resetPasswordCommand `cmd:"" help:"Give a user a new password."`
	PauseSending  pauseSendingCommand  `cmd:"" help:"Hold back all messages of the installation."`
	ResumeSending resumeSendingCommand `cmd:"" help:"Let messages go again, after a restore or a pause."`

	AcceptSigningKey acceptSigningKeyCommand `cmd:"" help:"Accept another signing key. Links in mails signed with the old one stop working."`
}

type createUserCommand struct {
	Email    string `arg:"" help:"The user's address."`
	Name     string `help:"The user's name."`
	Role     string `default:"user" enum:"viewer,user,admin,superadmin" help:"What the user may do: ${enum}."`
	Password string `help:"At least 12 characters. Without it, one is made up and printed once."`
}

// Run creates the user and prints a password that was made up.
func (c createUserCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		service := wireIdentity(db, "")
		org, err := onlyOrganization(ctx, db)
		if err != nil {
			return err
		}
		user, generated, err := service.CreateUser(identity.WithActor(ctx, identity.System(org)), org, identity.UserInput{
			Email: c.Email, Name: c.Name, Role: identity.Role(c.Role), Password: c.Password,
		})
		if err != nil {
			return err
		}
		say("Created %s, who is %s.", user.Email, article(c.Role))
		if generated != "" {
			say("Password: %s   (shown only this once)", generated)
		}
		return nil
	})
}

func article(role string) string {
	if role == "admin" {
		return "an admin"
	}
	return "a " + role
}

type resetPasswordCommand struct {
	Email string `arg:"" help:"The user's address."`
}

// Run gives the user a new password, prints it, and ends the user's sessions.
func (c resetPasswordCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		password, err := wireIdentity(db, "").ResetPassword(ctx, c.Email)
		if err != nil {
			return err
		}
		say("New password of %s: %s   (shown only this once)", c.Email, password)
		return nil
	})
}

// onlyOrganization returns the installation's organization. There is one until they can be
// created.
func onlyOrganization(ctx context.Context, db *store.DB) (domain.OrgID, error) {
	orgs, err := identitystore.New(db).AllOrganizations(ctx)
	if err != nil {
		return 0, fmt.Errorf("find the organization: %w", err)
	}
	if len(orgs) == 0 {
		return 0, domain.Unavailable("There is no organization yet. Start Mauntic once with `mauntic up`.")
	}
	return orgs[0].ID, nil
}
