package activities

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// CRM is what workflows ask of contacts.
type CRM struct {
	Service *crm.Service
}

// ImportInput names an import.
type ImportInput struct {
	Org    domain.OrgID
	Import crm.ImportID
}

// ImportResult is how an import ended.
type ImportResult struct {
	State    crm.ImportState
	Created  int64
	Updated  int64
	Rejected int64
}

var errWorkerStops = errors.New("the worker is stopping; the import goes on elsewhere")

// ImportContacts imports a file to its end. A repeat goes on where the last attempt stopped. An error that
// is not ours is repeated for ever: it passes, or somebody mends it. Until then the import says so.
func (a *CRM) ImportContacts(ctx context.Context, in ImportInput) (ImportResult, error) {
	ctx = identity.WithActor(ctx, identity.System(in.Org))
	pulse := newPulse(ctx, activity.RecordHeartbeat)
	defer pulse.end()
	imp, err := a.Service.RunImport(ctx, in.Org, in.Import, func(imp crm.Import) error { return pulse.note(imp.RowsDone) })
	if domain.KindOf(err) != "" {
		return ImportResult{}, a.giveUp(ctx, in, err)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, errWorkerStops) {
		a.noteTrouble(ctx, in, err)
	}
	return ImportResult{State: imp.State, Created: imp.Created, Updated: imp.Updated, Rejected: imp.Rejected}, err
}

// giveUp ends an import for a reason that no repeat will change.
func (a *CRM) giveUp(ctx context.Context, in ImportInput, why error) error {
	if err := a.Service.FailImport(ctx, in.Org, in.Import, why); err != nil && domain.KindOf(err) != domain.KindNotFound {
		return fmt.Errorf("record that the import failed: %w", err)
	}
	return temporal.NewNonRetryableApplicationError("The import can't go on.", "ImportFailed", why)
}

// noteTrouble writes the error into the log and its number into the import.
func (a *CRM) noteTrouble(ctx context.Context, in ImportInput, why error) {
	number := strings.ToLower(rand.Text()[:8])
	log := activity.GetLogger(ctx)
	log.Error("an import can't go on", "error", why, "errorNumber", number, "org", in.Org, "import", in.Import)
	if err := a.Service.ReportImportTrouble(ctx, in.Org, in.Import, number); err != nil {
		log.Warn("an import does not say that it can't go on", "error", err, "import", in.Import) // the database is away
	}
}
