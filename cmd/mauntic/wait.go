package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/domain"
)

// How processes that share an installation wait for each other: they may be started in any order.
const (
	lookPause  = 500 * time.Millisecond // between two looks
	lookTime   = 3 * time.Second        // for one look
	sayPause   = time.Minute            // before the same sentence is said again
	cancelTime = 2 * time.Second        // for a call whose caller would rather go on without it
)

// waitFor looks until what is missing is there, and says what it waits for: once, when the reason
// changes, and every minute. An error of look that is a domain.Error is one that no waiting mends.
func waitFor(ctx context.Context, steps *slog.Logger, what string, look func(ctx context.Context) error) error {
	var said string
	var saidAt time.Time
	for {
		err := lookOnce(ctx, look)
		switch {
		case err == nil && said != "":
			steps.Info(strings.ToUpper(what[:1]) + what[1:] + " is there.")
			return nil
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case domain.KindOf(err) != "":
			return err
		}
		if why := connectReason(err).Error(); why != said || time.Since(saidAt) > sayPause {
			steps.Info("Waiting for " + what + " (" + why + ").")
			said, saidAt = why, time.Now()
		}
		pause(ctx, lookPause)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func lookOnce(ctx context.Context, look func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	return look(ctx)
}

// postgresIsThere looks for the database. What only people can mend is a domain.Error.
func postgresIsThere(pool *pgxpool.Pool) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		err := pool.Ping(ctx)
		if wrongSettings(err) {
			return domain.Unavailable("The database can't be used (%v). Check MAUNTIC_DATABASE_URL.", connectReason(err))
		}
		return err
	}
}

// wrongSettings says whether the server itself refuses us: wrong user, wrong password, no such
// database. A server that starts, stops or is full only asks us to come back.
func wrongSettings(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	// https://www.postgresql.org/docs/15/errcodes-appendix.html: invalid authorization, invalid
	// catalog name, insufficient privilege.
	return ok && slices.Contains([]string{"28000", "28P01", "3D000", "42501"}, refused.Code)
}

// temporalIsThere looks for our namespace. A server of ours makes it, so it is waited for; whoever
// runs another cluster must make it.
func temporalIsThere(c client.Client, namespace string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
		_, absent := errors.AsType[*serviceerror.NamespaceNotFound](err)
		_, denied := errors.AsType[*serviceerror.PermissionDenied](err)
		switch {
		case denied:
			return domain.Unavailable("Temporal does not let us in (%v). Check MAUNTIC_TEMPORAL_API_KEY and the certificates.", err)
		case absent:
			return fmt.Errorf("it has no namespace %s yet", namespace)
		case err != nil:
			return errSilent
		}
		return nil
	}
}
