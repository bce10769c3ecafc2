package crm

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Bounds of attachments.
const (
	MaxAttachment   = 25 << 20 // bytes of one file
	AttachmentPiece = 1 << 20  // bytes that are stored in one row

	defaultContactQuota = 100 << 20
	defaultOrgQuota     = 10 << 30
)

// AttachmentQuota says how many bytes of files there may be; 0 means the default.
type AttachmentQuota struct {
	Contact int64 // of one contact: 100 MB
	Org     int64 // of an organization: 10 GB
}

func (q AttachmentQuota) normal() AttachmentQuota {
	if q.Contact <= 0 {
		q.Contact = defaultContactQuota
	}
	if q.Org <= 0 {
		q.Org = defaultOrgQuota
	}
	return q
}

// AttachmentID names an attachment.
type AttachmentID int64

// Attachment is a file about a contact.
type Attachment struct {
	ID        AttachmentID
	Contact   ContactID
	Name      string // as it was sent, cleaned: never a path
	MediaType string // as the content shows it
	Bytes     int64
	SHA256    []byte
	AddedBy   *identity.UserID // nil: a program, or a user who is gone
	Adder     string           // the name of AddedBy as it is now, "" without one
	CreatedAt time.Time
}

// AttachmentUse is how many bytes the files of a contact and of its organization have.
type AttachmentUse struct{ Contact, Org int64 }

// Attachments keeps attachments. Deleted ones are absent for all but RestoreAttachment.
type Attachments interface {
	// Attachments reads a page of a contact's files, the newest first.
	Attachments(ctx context.Context, org domain.OrgID, contact ContactID, q domain.PageQuery) (domain.Page[Attachment], error)
	Attachment(ctx context.Context, org domain.OrgID, id AttachmentID) (Attachment, error)
	AttachmentUse(ctx context.Context, org domain.OrgID, contact ContactID) (AttachmentUse, error)
	InsertAttachment(ctx context.Context, org domain.OrgID, a Attachment) (AttachmentID, error)
	AddAttachmentPiece(ctx context.Context, org domain.OrgID, id AttachmentID, no int, data []byte) error
	// AttachmentPiece reads a piece; nil after the last.
	AttachmentPiece(ctx context.Context, org domain.OrgID, id AttachmentID, no int) ([]byte, error)
	DeleteAttachment(ctx context.Context, org domain.OrgID, id AttachmentID) error
	RestoreAttachment(ctx context.Context, org domain.OrgID, id AttachmentID) error
}

// Attachments returns a page of a contact's files, the newest first. The query's search looks into
// their names.
func (s *Service) Attachments(ctx context.Context, org domain.OrgID, contact ContactID, q domain.PageQuery) (domain.Page[Attachment], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Attachment]{}, err
	}
	if err := checkSearch(q.Search); err != nil {
		return domain.Page[Attachment]{}, err
	}
	if _, err := s.store.Contact(ctx, org, contact); err != nil {
		return domain.Page[Attachment]{}, err
	}
	return s.store.Attachments(ctx, org, contact, q)
}

// Attachment returns what is known of a file, or NotFound.
func (s *Service) Attachment(ctx context.Context, org domain.OrgID, id AttachmentID) (Attachment, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Attachment{}, err
	}
	return s.store.Attachment(ctx, org, id)
}

// WriteAttachment writes the content of a file.
func (s *Service) WriteAttachment(ctx context.Context, org domain.OrgID, id AttachmentID, to io.Writer) error {
	if _, err := s.Attachment(ctx, org, id); err != nil {
		return err
	}
	for no := 0; ; no++ {
		piece, err := s.store.AttachmentPiece(ctx, org, id, no)
		if err != nil || piece == nil {
			return err
		}
		if _, err := to.Write(piece); err != nil {
			return fmt.Errorf("write attachment: %w", err)
		}
	}
}

// AddAttachment stores a file of a contact, whole or not at all, and its contact.file_added event.
// The file is read once. It is refused when it is larger than 25 MB or than what the quota leaves,
// and when its content is not of a kind that is allowed, or another than its name says.
func (s *Service) AddAttachment(ctx context.Context, org domain.OrgID, contact ContactID, name string, file io.Reader) (Attachment, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Attachment{}, err
	}
	if _, err := s.store.Contact(ctx, org, contact); err != nil {
		return Attachment{}, err
	}
	// A slow upload must not hold a transaction: the content waits in a file until it is whole.
	whole, err := hiddenFile()
	if err != nil {
		return Attachment{}, err
	}
	defer whole.Close()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(whole, hash), io.LimitReader(file, MaxAttachment+1))
	switch {
	case err != nil:
		return Attachment{}, err
	case size > MaxAttachment:
		return Attachment{}, domain.TooLarge("file", "A file may have %d MB at most.", MaxAttachment>>20)
	case size == 0:
		return Attachment{}, domain.Invalid("file", "The file is empty.")
	}
	attachment := Attachment{Contact: contact, Name: attachmentName(name), Bytes: size, SHA256: hash.Sum(nil), CreatedAt: s.now()}
	if attachment.MediaType, err = mediaTypeOf(whole, size, attachment.Name); err != nil {
		return Attachment{}, err
	}
	if user := identity.ActorFrom(ctx).User; user != 0 {
		attachment.AddedBy, attachment.Adder = &user, identity.ActorFrom(ctx).Name
	}
	return s.keepAttachment(ctx, org, attachment, whole)
}

// keepAttachment stores a file in pieces, in one transaction.
func (s *Service) keepAttachment(ctx context.Context, org domain.OrgID, a Attachment, content io.ReadSeeker) (Attachment, error) {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return Attachment{}, fmt.Errorf("rewind upload file: %w", err)
	}
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		// The lock keeps files that come at the same moment from passing the contact's quota together.
		if _, err := s.store.LockContact(ctx, org, a.Contact); err != nil {
			return err
		}
		if err := s.checkQuota(ctx, org, a); err != nil {
			return err
		}
		var err error
		if a.ID, err = s.store.InsertAttachment(ctx, org, a); err != nil {
			return err
		}
		piece := make([]byte, AttachmentPiece)
		for no := 0; ; no++ {
			n, err := fill(content, piece)
			if err != nil {
				return fmt.Errorf("read upload file: %w", err)
			}
			if n == 0 {
				break
			}
			if err := s.store.AddAttachmentPiece(ctx, org, a.ID, no, piece[:n]); err != nil {
				return err
			}
		}
		data := origin(ctx, "")
		data["attachmentId"], data["name"] = a.ID, a.Name
		return s.append(ctx, org, Event{Contact: a.Contact, Type: EventFileAdded, Data: data})
	})
	return a, err
}

func (s *Service) checkQuota(ctx context.Context, org domain.OrgID, a Attachment) error {
	use, err := s.store.AttachmentUse(ctx, org, a.Contact)
	if err != nil {
		return err
	}
	switch quota := s.quota.normal(); {
	case use.Contact+a.Bytes > quota.Contact:
		return domain.TooLarge("file", "The files of a contact may have %s together, and there is room for %s. Delete some first.",
			megabytes(quota.Contact), megabytes(max(quota.Contact-use.Contact, 0)))
	case use.Org+a.Bytes > quota.Org:
		return domain.TooLarge("file", "The files of all contacts may have %s together, and there is room for %s. Delete some, or ask whoever runs the installation for more.",
			megabytes(quota.Org), megabytes(max(quota.Org-use.Org, 0)))
	}
	return nil
}

// DeleteAttachment removes a file. RestoreAttachment brings it back until the purge, 30 days later;
// meanwhile it does not count against the quota.
func (s *Service) DeleteAttachment(ctx context.Context, org domain.OrgID, id AttachmentID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.DeleteAttachment(ctx, org, id)
}

// RestoreAttachment undoes DeleteAttachment. A file that is there already stays as it is.
func (s *Service) RestoreAttachment(ctx context.Context, org domain.OrgID, id AttachmentID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.RestoreAttachment(ctx, org, id)
}

// hiddenFile returns a file without a name: it lives as long as it is open.
func hiddenFile() (*os.File, error) {
	file, err := os.CreateTemp("", "mauntic-upload-*")
	if err != nil {
		return nil, fmt.Errorf("open upload file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("hide upload file: %w", err)
	}
	return file, nil
}

func megabytes(n int64) *domain.Phrase {
	const mega = 1 << 20
	if n < mega {
		return domain.SayN(int(n), "%s byte", "%s bytes")
	}
	return domain.Say("%s MB", domain.Number(int(n/mega)))
}
