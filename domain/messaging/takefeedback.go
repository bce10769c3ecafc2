package messaging

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// Bounds of reports.
const (
	maxFeedbackOnce   = 1_000 // reports in one transaction
	maxFeedbackDetail = 1_000 // bytes
	maxFeedbackKey    = 255
)

// Report is a report about a message that we know.
type Report struct {
	Feedback
	Org     domain.OrgID
	Message MessageID
}

// Heard is a message as a report finds it.
type Heard struct {
	Message
	InFlight  bool    // a call to the provider is under way: its answer settles the message
	EmailName *string // of its email
	SMSName   *string // of its SMS
}

// Reports keeps what providers reported.
type Reports interface {
	// FindReported finds the messages of reports in all organizations: by sid or, without one,
	// by provider and provider id. The answer holds one element for each report; without a
	// message its Org is 0.
	FindReported(ctx context.Context, list []Feedback) ([]Report, error)
	// LockMessages reads messages and keeps them as they are until the transaction ends.
	LockMessages(ctx context.Context, org domain.OrgID, ids []MessageID) ([]Heard, error)
	// KeepReports stores reports and says which of them are new.
	KeepReports(ctx context.Context, org domain.OrgID, reports []Report) (fresh []bool, err error)
	// SaveProgress writes state, reason, sending time, provider id and progress of messages.
	SaveProgress(ctx context.Context, org domain.OrgID, messages []Message) error
	// Reported lists what was reported of a message, oldest first.
	Reported(ctx context.Context, org domain.OrgID, id MessageID) ([]Feedback, error)
	// Overtaken returns messages, of all organizations, that are unknown although reports came
	// before they were settled so. At most limit.
	Overtaken(ctx context.Context, limit int) ([]Report, error)

	// AddressHistory returns how messages of a contact to an address fared since a time, and
	// since the address was last taken off the suppression list.
	AddressHistory(ctx context.Context, org domain.OrgID, contact crm.ContactID, who Addressee, since time.Time) ([]Contacted, error)
	// SoftSuppressed returns those of the addresses that soft bounces keep on the list.
	SoftSuppressed(ctx context.Context, org domain.OrgID, channel Channel, addresses []string) ([]string, error)
}

// FeedbackCounts says what became of reports since the program started.
type FeedbackCounts struct {
	Taken    int64 // had an effect
	Repeated int64 // were known already
	Unknown  int64 // were about no message of ours, and dropped
}

type feedbackCounters struct{ taken, repeated, unknown atomic.Int64 }

// FeedbackCounts returns the counts of this process.
func (s *Service) FeedbackCounts() FeedbackCounts {
	return FeedbackCounts{Taken: s.heard.taken.Load(), Repeated: s.heard.repeated.Load(), Unknown: s.heard.unknown.Load()}
}

// TakeFeedback takes what providers report, of whatever organization, and returns once all of it is
// durable. The same report twice has one effect, and the order of reports makes no difference, so
// that a caller repeats all of them after an error. Reports about messages that we don't know are
// dropped and counted. It needs no actor: the program acts for the organization of each message.
func (s *Service) TakeFeedback(ctx context.Context, list []Feedback) error {
	for part := range slices.Chunk(list, maxFeedbackOnce) {
		if err := s.takePart(ctx, part); err != nil {
			return fmt.Errorf("take feedback: %w", err)
		}
	}
	return nil
}

func (s *Service) takePart(ctx context.Context, list []Feedback) error {
	clean := make([]Feedback, len(list))
	for i, f := range list {
		clean[i] = f.clean(s.now())
	}
	reports, err := s.store.FindReported(ctx, clean)
	if err != nil {
		return err
	}
	byOrg := map[domain.OrgID][]Report{}
	for _, report := range reports {
		byOrg[report.Org] = append(byOrg[report.Org], report)
	}
	if unknown := byOrg[0]; len(unknown) > 0 {
		s.heard.unknown.Add(int64(len(unknown)))
		s.log.WarnContext(ctx, "reports about unknown messages were dropped",
			slog.Int("reports", len(unknown)), slog.String("provider", unknown[0].Provider), slog.String("first_sid", unknown[0].Sid))
		delete(byOrg, 0)
	}
	for _, org := range slices.Sorted(maps.Keys(byOrg)) {
		if err := s.takeFor(ctx, org, byOrg[org]); err != nil {
			return err
		}
	}
	return nil
}

// takeFor takes the reports of one organization, in one transaction.
func (s *Service) takeFor(ctx context.Context, org domain.OrgID, reports []Report) error {
	ctx = identity.WithActor(ctx, identity.System(org))
	var fresh []Report
	take := func(ctx context.Context) error {
		var err error
		fresh, err = s.takeIn(ctx, org, reports)
		return err
	}
	const tries = 3
	var err error
	for range tries {
		// A contact who is deleted meanwhile spoils the transaction: the next one sees them gone.
		if err = s.tx.InTx(ctx, org, take); !errors.Is(err, domain.ErrNotFound) {
			break
		}
	}
	if err == nil {
		s.heard.taken.Add(int64(len(fresh)))
		s.heard.repeated.Add(int64(len(reports) - len(fresh)))
	}
	return err
}

// takeIn does so inside the transaction and returns the reports that are new.
func (s *Service) takeIn(ctx context.Context, org domain.OrgID, reports []Report) ([]Report, error) {
	// The messages are locked first: that orders transactions which bring the same reports.
	messages, err := s.lock(ctx, org, reports)
	if err != nil {
		return nil, err
	}
	reports = slices.DeleteFunc(once(reports), func(r Report) bool { return messages[r.Message] == nil })
	known, err := s.store.KeepReports(ctx, org, reports)
	if err != nil {
		return nil, err
	}
	effects := newEffects(s.now())
	var fresh []Report
	for i, report := range reports {
		if known[i] {
			effects.add(messages[report.Message], report.Feedback)
			fresh = append(fresh, report)
		}
	}
	return fresh, s.apply(ctx, org, effects)
}

func (s *Service) lock(ctx context.Context, org domain.OrgID, reports []Report) (map[MessageID]*Heard, error) {
	ids := make([]MessageID, 0, len(reports))
	for _, report := range reports {
		ids = append(ids, report.Message)
	}
	slices.Sort(ids)
	locked, err := s.store.LockMessages(ctx, org, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	messages := make(map[MessageID]*Heard, len(locked))
	for i := range locked {
		messages[locked[i].ID] = &locked[i]
	}
	return messages, nil
}

// once removes reports that are repeated in the list, and puts it in the order of keys.
func once(reports []Report) []Report {
	reports = slices.Clone(reports)
	slices.SortStableFunc(reports, func(a, b Report) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Key, b.Key))
	})
	return slices.CompactFunc(reports, func(a, b Report) bool { return a.Provider == b.Provider && a.Key == b.Key })
}

// clean makes a report fit for the database: texts without NUL, no time in the future, and a key of
// its own content when the provider gave none.
func (f Feedback) clean(now time.Time) Feedback {
	for _, text := range []*string{
		&f.Key, &f.Provider, &f.Sid, &f.ProviderID, &f.Recipient, &f.Complaint, &f.Detail,
		&f.Bounce.Type, &f.Bounce.SubType, &f.Bounce.Status,
	} {
		*text = strings.ToValidUTF8(strings.ReplaceAll(*text, "\x00", ""), "�")
	}
	if len(f.Detail) > maxFeedbackDetail {
		f.Detail = strings.ToValidUTF8(f.Detail[:maxFeedbackDetail], "")
	}
	if f.At.IsZero() || f.At.After(now) {
		f.At = now
	}
	f.At = f.At.UTC().Truncate(time.Microsecond)
	if f.Key == "" || len(f.Key) > maxFeedbackKey {
		told, _ := json.Marshal(f) //nolint:errchkjson // texts and a time
		sum := sha256.Sum256(told)
		f.Key = hex.EncodeToString(sum[:])
	}
	return f
}
