// Package temporal connects the workflows to a Temporal server: the client, the workers, and the
// starter that the campaign context calls.
package temporal

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// Connection says which Temporal cluster to use.
type Connection struct {
	Address   string // host:port of the frontend
	Namespace string
	TLS       *tls.Config // nil: plain text, for loopback only
	APIKey    string      // "" for none
	Log       *slog.Logger
}

// Dial connects and checks that the server answers.
func Dial(ctx context.Context, c Connection) (client.Client, error) {
	connected, err := client.DialContext(ctx, c.options())
	if err != nil {
		return nil, fmt.Errorf("connect to Temporal at %s: %w", c.Address, err)
	}
	return connected, nil
}

// Lazy makes a client that connects with its first call, and again whenever the server was away.
func Lazy(c Connection) (client.Client, error) { return client.NewLazyClient(c.options()) }

func (c Connection) options() client.Options {
	options := client.Options{
		HostPort:          c.Address,
		Namespace:         c.Namespace,
		Logger:            sdklog.NewStructuredLogger(c.Log),
		ConnectionOptions: client.ConnectionOptions{TLS: c.TLS},
	}
	if c.TLS == nil { // nothing travels far: packing takes longer than sending
		options.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	}
	if c.APIKey != "" {
		options.Credentials = client.NewAPIKeyStaticCredentials(c.APIKey)
	}
	return options
}
