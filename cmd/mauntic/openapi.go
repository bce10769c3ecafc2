package main

import (
	"log/slog"
	"os"

	"github.com/mauntic/mauntic/ui"
)

// openAPICommand prints the API's description, for docs/openapi.yaml.
type openAPICommand struct{}

// Run needs neither a database nor Temporal: nothing is called.
func (openAPICommand) Run(cfg *Config) error {
	log := slog.New(slog.DiscardHandler)
	a := &app{parts: parts{Config: cfg, Log: log}}
	described := a.mountAPI(newSite(cfg, log, nil), ui.NewSessions(ui.SessionOptions{}))
	described.OpenAPI().Info.Version = "dev" // or the file would change with every commit
	document, err := described.OpenAPI().YAML()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(document)
	return err
}
