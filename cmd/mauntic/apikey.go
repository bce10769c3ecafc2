package main

import (
	"context"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// apiKeyCommand makes keys for programs.
type apiKeyCommand struct {
	Create createAPIKeyCommand `cmd:"" help:"Create an API key and print it once."`
}

type createAPIKeyCommand struct {
	Name string `required:"" help:"What the key is for."`
	Role string `default:"admin" enum:"viewer,user,admin,superadmin" help:"What the key may do: ${enum}. superadmin also reads /api/operations."`
}

// Run creates the key. Only the key itself goes to standard output, so that scripts can read it.
func (c createAPIKeyCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		org, err := onlyOrganization(ctx, db)
		if err != nil {
			return err
		}
		_, secret, err := wireIdentity(db, "").CreateAPIKey(identity.WithActor(ctx, identity.System(org)), org,
			identity.APIKeyInput{Name: c.Name, Role: identity.Role(c.Role)})
		if err != nil {
			return err
		}
		say("%s", secret)
		return nil
	})
}
