package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/cmd/mauntic/metrics"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/layout"
)

const (
	// bodyLimit is for everything that sets no limit of its own.
	bodyLimit = 4 << 20
	// readTimeout bounds a whole request, uploads included.
	readTimeout = 10 * time.Minute
	idleTimeout = 2 * time.Minute
	// headerLimit holds the address and the headers of a request.
	headerLimit = 16 << 10
	// webPatience is how long requests may go on after the program was told to stop.
	webPatience = 5 * time.Second
)

// listen takes the address or says in a sentence who has it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, domain.Unavailable("%s is in use, so the web can't listen there. Stop the program that uses it, or set MAUNTIC_ADDR to another address.", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, domain.Unavailable("User %s may not listen on %s. Set MAUNTIC_ADDR to a port above 1023.", userName(), addr)
	}
	return nil, domain.Unavailable("The web can't listen on %s (%v). Set MAUNTIC_ADDR to an address of this machine, such as 127.0.0.1:8080.", addr, reason(err))
}

// reason is the innermost part of a network error.
func reason(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// newSite makes the web application without its routes.
func newSite(cfg *Config, log *slog.Logger, measured *metrics.Metrics) *fiber.App {
	site := fiber.New(fiber.Config{
		AppName:               "Mauntic",
		DisableStartupMessage: true,
		// Without it, strings of one request turn up in another.
		Immutable: true,
		// Uploads are read as they come. There is no WriteTimeout: it would cut event streams.
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    bodyLimit,
		ReadTimeout:                  readTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               headerLimit,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               cfg.TrustedProxies,
		ProxyHeader:                  fiber.HeaderXForwardedFor,
		EnableIPValidation:           true,
		ErrorHandler:                 errorHandler(log),
	})
	site.Use(api.Requests(log, measured.Request), bounded)
	return site
}

// requestTime is how long a request may wait for the database and for Temporal, uploads aside.
const requestTime = 20 * time.Second

// bounded keeps a database that does not answer from keeping people for ever.
func bounded(c *fiber.Ctx) error {
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		return c.Next()
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), requestTime)
	defer cancel()
	c.SetUserContext(ctx)
	err := c.Next()
	c.SetUserContext(context.WithoutCancel(c.UserContext())) // the page that explains err takes its own time
	return err
}

// errorHandler answers programs with problem details and people with a page.
func errorHandler(log *slog.Logger) fiber.ErrorHandler {
	programs, people := api.ErrorHandler(log), layout.ErrorHandler(log)
	return func(c *fiber.Ctx, err error) error {
		if path := c.Path(); strings.HasPrefix(path, "/api/") || path == "/health" || path == "/ready" {
			return programs(c, err)
		}
		return people(c, err)
	}
}

// serveSite serves until it is this part's turn to stop.
func serveSite(site *fiber.App, listener net.Listener, s *stack) {
	s.group.Go(func() error {
		if err := ignoreClosed(site.Listener(listener)); err != nil {
			return domain.Unavailable("The web stopped listening: %v.", err)
		}
		return nil
	})
	s.push("web", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, webPatience)
		defer cancel()
		return site.ShutdownWithContext(ctx)
	})
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
