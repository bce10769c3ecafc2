package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const (
	// Folder is where mails go that were understood.
	Folder = "Mauntic"
	// seenByUs marks mails that are none of our business, so that they are read once. They stay
	// unread for people.
	seenByUs imap.Flag = "$Mauntic"

	visitTime = 2 * time.Minute // a visit may take, from the first byte to the last
	most      = 200             // mails in one visit
	maxMail   = 1 << 20         // bytes of a mail that are read: reports come before what they return
	patience  = 3               // mails in a row that can't be kept before a visit ends
)

// Service is where feedback goes.
type Service interface {
	TakeFeedback(ctx context.Context, feedback []messaging.Feedback) error
	Unsubscribe(ctx context.Context, token string) error
}

// Mailbox is a mailbox to which mails come back.
type Mailbox struct {
	account account
	ours    Addresses
	service Service
	log     *slog.Logger
}

// New reads the address of a mailbox: imaps://user:password@host/INBOX. It does not connect.
func New(address string, ours Addresses, service Service, log *slog.Logger) (*Mailbox, error) {
	a, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	return &Mailbox{account: a, ours: ours, service: service, log: log}, nil
}

// Check signs in and returns how many mails are in the folder.
func (m *Mailbox) Check(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	client, selected, err := m.open(ctx)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	return int(selected.NumMessages), nil
}

// Visit reads the mails that are new. Those that tell something are moved away once it is kept; all
// others stay where they are and are marked. It returns how many told something.
func (m *Mailbox) Visit(ctx context.Context) (told int, err error) {
	ctx, cancel := context.WithTimeout(ctx, visitTime)
	defer cancel()
	client, selected, err := m.open(ctx)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	v := visit{Mailbox: m, client: client, mark: imap.FlagSeen}
	if slices.Contains(selected.PermanentFlags, imap.FlagWildcard) || slices.Contains(selected.PermanentFlags, seenByUs) {
		v.mark = seenByUs
	}
	uids, err := v.fresh()
	if err != nil {
		return 0, err
	}
	for _, uid := range uids {
		if err = v.read(ctx, uid); err != nil {
			break
		}
	}
	return v.told, errors.Join(err, v.finish())
}

// open signs in and opens the folder. The connection is gone when the context ends.
func (m *Mailbox) open(ctx context.Context) (*imapclient.Client, *imap.SelectData, error) {
	client, err := m.account.dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	selected, err := client.Select(m.account.folder, nil).Wait()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open folder %s: %w", m.account.folder, err), client.Close())
	}
	return client, selected, nil
}

// visit is one time that we look into the mailbox.
type visit struct {
	*Mailbox

	client *imapclient.Client
	mark   imap.Flag // of mails that were read
	done   imap.UIDSet
	told   int
	failed int // in a row
}

// fresh finds the mails that were not read yet, oldest first.
func (v *visit) fresh() ([]imap.UID, error) {
	found, err := v.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{v.mark, imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("search mailbox: %w", err)
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	return uids[:min(len(uids), most)], nil
}

// read reads one mail and does what it asks for. An error ends the visit.
func (v *visit) read(ctx context.Context, uid imap.UID) error {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxMail}}
	got, err := v.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{
		UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{section},
	}).Collect()
	if err != nil {
		return fmt.Errorf("fetch mail: %w", err)
	}
	if len(got) == 0 {
		return nil // somebody has moved it meanwhile
	}
	received := got[0].InternalDate
	if received.IsZero() {
		received = time.Now()
	}
	mail := Parse(got[0].FindBodySection(section), received, v.ours)
	if mail.Empty() {
		return v.flag(imap.UIDSetNum(uid), v.mark)
	}
	if err := v.keep(ctx, mail); err != nil {
		v.log.WarnContext(ctx, "mail that came back can't be kept; it is read again", slog.Any("uid", uid), slog.Any("error", err))
		if v.failed++; v.failed >= patience {
			return fmt.Errorf("keep what mails tell: %w", err)
		}
		return nil
	}
	v.failed = 0
	v.told++
	v.done.AddNum(uid)
	return nil
}

// keep returns once what a mail tells is kept.
func (v *visit) keep(ctx context.Context, mail Mail) error {
	if mail.Unsubscribe != "" {
		err := v.service.Unsubscribe(ctx, mail.Unsubscribe)
		if errors.Is(err, domain.ErrNotFound) {
			return nil // the message is gone, and whom it was for
		}
		return err
	}
	return v.service.TakeFeedback(ctx, mail.Feedback)
}

// finish takes away the mails that were understood, or marks them where that can't be done.
func (v *visit) finish() error {
	if len(v.done) == 0 {
		return nil
	}
	if v.mayMove() {
		_ = v.client.Create(Folder, nil).Wait() // fails when it is there, or may not be
		if _, err := v.client.Move(v.done, Folder).Wait(); err == nil {
			return nil
		}
	}
	return v.flag(v.done, imap.FlagSeen, v.mark)
}

// mayMove says whether mails can be moved without removing others that somebody marked as deleted.
func (v *visit) mayMove() bool {
	caps := v.client.Caps()
	return caps.Has(imap.CapMove) || caps.Has(imap.CapUIDPlus)
}

func (v *visit) flag(uids imap.UIDSet, flags ...imap.Flag) error {
	add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}
	if err := v.client.Store(uids, add, nil).Close(); err != nil {
		return fmt.Errorf("mark mails: %w", err)
	}
	return nil
}
