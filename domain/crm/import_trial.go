package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// ImportTrial is what a dry run has found: what the import would do. It changes nothing.
type ImportTrial struct {
	At        time.Time       `json:"at"`
	Rows      int64           `json:"rows"`
	Created   int64           `json:"created"`
	Updated   int64           `json:"updated"`
	Unchanged int64           `json:"unchanged"`
	Rejected  int64           `json:"rejected"`
	Problems  []ImportProblem `json:"problems"`
}

// ImportTrials remembers for the time of a dry run which contacts the file would have made so far.
// Kept in the database, it is not lost with the worker and takes no memory.
type ImportTrials interface {
	// TrialContacts returns what is remembered under keys; nil is a key that nobody has any more.
	TrialContacts(ctx context.Context, org domain.OrgID, id ImportID, keys []string) (map[string]*TrialContact, error)
	// KeepTrialContacts remembers contacts under keys in place of what was remembered; nil forgets.
	KeepTrialContacts(ctx context.Context, org domain.OrgID, id ImportID, contacts map[string]*TrialContact) error
	// TrialGrew is told when a dry run may remember many more contacts than before.
	TrialGrew(ctx context.Context) error
	DropTrialContacts(ctx context.Context, org domain.OrgID, id ImportID) error
}

// TrialContact is a contact as the file would leave it. Key tells two of them apart.
type TrialContact struct {
	Key      string
	Contact  Contact
	Segments []SegmentID
	New      bool
}

// knowTrial takes what earlier batches of the dry run would have left under keys into the plan.
func (s *Service) knowTrial(ctx context.Context, org domain.OrgID, id ImportID, plan *importPlan, keys []string) error {
	remembered, err := s.store.TrialContacts(ctx, org, id, keys)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for key, contact := range remembered {
		if contact == nil {
			plan.gone[key] = true
		} else if !known[contact.Key] {
			known[contact.Key] = true
			plan.know(ImportTarget{Contact: contact.Contact, Segments: contact.Segments, Touched: true}, contact.New)
		}
	}
	return nil
}

// keepTrial remembers what a batch would have left.
func (s *Service) keepTrial(ctx context.Context, org domain.OrgID, id ImportID, plan *importPlan) error {
	contacts := map[string]*TrialContact{}
	for _, key := range plan.renamed {
		contacts[key] = nil
	}
	for _, contact := range plan.contacts {
		if !contact.Changed() {
			continue
		}
		keys := plan.keys(&contact.Contact)
		for _, key := range keys {
			contacts[key] = &TrialContact{Key: keys[0], Contact: contact.Contact, Segments: plan.segments[contact], New: contact.New}
		}
	}
	return s.store.KeepTrialContacts(ctx, org, id, contacts)
}

// trial reports the counts of a dry run.
func (i Import) trial(at time.Time) *ImportTrial {
	return &ImportTrial{
		At: at, Rows: i.RowsDone, Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged, Rejected: i.Rejected, Problems: i.Problems,
	}
}

// rewind puts an import back to the first row of its file.
func (i *Import) rewind() {
	i.BytesDone, i.NextRow = i.Settings.FirstByte, i.Settings.FirstRow
	i.RowsDone, i.Created, i.Updated, i.Unchanged, i.Rejected = 0, 0, 0, 0, 0
	i.Problems, i.StartedAt, i.EndedAt, i.Error = []ImportProblem{}, nil, nil, ""
}

// endTrial goes back to the mapping with what was found; without it when the dry run was broken off.
func (s *Service) endTrial(ctx context.Context, org domain.OrgID, imp Import, found *ImportTrial, why domain.Kept) (Import, error) {
	imp.rewind()
	imp.State, imp.Trial, imp.Error, imp.Trouble = ImportMapping, found, why, nil
	if err := s.store.SaveImport(ctx, org, imp); err != nil {
		return imp, err
	}
	return imp, s.store.DropTrialContacts(ctx, org, imp.ID)
}
