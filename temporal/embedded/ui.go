package embedded

import (
	"context"
	"fmt"
	"net"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// UIPath is the path under which the UI expects to be found, also through a proxy.
const UIPath = "/temporal"

// UIOptions say which server the UI shows.
type UIOptions struct {
	Frontend  string // address of its frontend
	Namespace string // shown first
	// TLS of the connection to the frontend; all empty: plain text.
	CAFile, CertFile, KeyFile, ServerName string
}

func (o UIOptions) tls() config.TLS {
	if o == (UIOptions{Frontend: o.Frontend, Namespace: o.Namespace}) {
		return config.TLS{}
	}
	return config.TLS{
		CaFile: o.CAFile, CertFile: o.CertFile, KeyFile: o.KeyFile, ServerName: o.ServerName, EnableHostVerification: true,
	}
}

// UI is Temporal's web UI. It knows no log-in: it must be reached through a proxy that does.
type UI struct {
	address string
	server  *uiserver.Server
}

// StartUI serves the UI on a free loopback port and returns when it answers there.
func StartUI(ctx context.Context, o UIOptions) (*UI, error) {
	// The UI server ends the process when it can't listen, so it is given a port that was free a
	// moment ago.
	port, err := freePort(ctx)
	if err != nil {
		return nil, fmt.Errorf("find a port for Temporal's UI: %w", err)
	}
	u := &UI{address: address(port)}
	u.server = uiserver.NewServer(server_options.WithConfigProvider(&config.Config{
		Host:                          loopback,
		Port:                          port,
		PublicPath:                    UIPath,
		TemporalGRPCAddress:           o.Frontend,
		TLS:                           o.tls(),
		EnableUI:                      true,
		DefaultNamespace:              o.Namespace,
		DisableNewsFetch:              true,
		RefreshWorkflowCountsDisabled: true,
		HideLogs:                      true,
		CORS:                          config.CORS{CookieInsecure: true}, // the proxy talks plain HTTP to it
	}))
	go func() { _ = u.server.Start() }() // it returns no error: see above
	err = retry(ctx, 20*time.Millisecond, func() error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	if err != nil {
		return nil, fmt.Errorf("start Temporal's UI: %w", err)
	}
	return u, nil
}

// Address is where the UI listens. Its pages lie under UIPath.
func (u *UI) Address() string { return u.address }

// Stop ends the UI.
func (u *UI) Stop() { u.server.Stop() }
