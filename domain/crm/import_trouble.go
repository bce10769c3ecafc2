package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// troubleTries is from how many vain tries on people are told: once or twice passes unnoticed, as when the
// database is restarted.
const troubleTries = 3

// ImportTrouble says that an import tries the same batch again and again, because of an error that is
// nobody's but the program's.
type ImportTrouble struct {
	Since time.Time `json:"since"` // the first vain try
	Last  time.Time `json:"last"`
	Tries int       `json:"tries"`
	Place int64     `json:"place"` // the row at which the batch begins; of an undoing, how many contacts are done
	Error string    `json:"error"` // number under which the log of the workers has the error
}

// Stuck says whether the import has failed so often at the same place that people should know.
func (i Import) Stuck() bool {
	return i.State.Working() && i.Trouble != nil && i.Trouble.Tries >= troubleTries
}

// place is where the next batch begins.
func (i Import) place() int64 {
	if i.State == ImportUndoing && i.Undo != nil {
		return i.Undo.Done
	}
	return i.NextRow
}

// ReportImportTrouble notes that an import could not go on, under a number by which the error is found in
// the log. The next batch that is stored forgets it. An import that is not worked on is left alone.
func (s *Service) ReportImportTrouble(ctx context.Context, org domain.OrgID, id ImportID, number string) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		imp, err := s.store.LockImport(ctx, org, id)
		if err != nil || !imp.State.Working() {
			return err
		}
		now := s.now()
		if imp.Trouble == nil || imp.Trouble.Place != imp.place() {
			imp.Trouble = &ImportTrouble{Since: now, Place: imp.place()}
		}
		imp.Trouble.Tries++
		imp.Trouble.Last, imp.Trouble.Error = now, number
		return s.store.SaveImport(ctx, org, imp)
	})
}
