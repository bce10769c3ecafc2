package campaign

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// Entry asks for contacts to be put into a campaign. Exactly one of Contacts, Tag, Segment,
// Search and Everyone says who.
type Entry struct {
	Contacts  []crm.ContactID
	Tag       string
	Segment   string        // those who are in it now; its number or alias
	SegmentID crm.SegmentID // the same for the store: AddContacts looks it up
	Search    string        // all whom it finds now, in the language of the list of contacts
	Everyone  bool
	Source    string      // "manual" or "api"
	Reason    domain.Kept // in words; "" says who did it, and which segment or search it was
}

// MaxEntryContacts bounds how many contacts one call may name.
const MaxEntryContacts = 10_000

// Added says what became of an Entry.
type Added struct {
	Added     int `json:"added"`
	AlreadyIn int `json:"alreadyIn"` // held back by the re-entry rule
	NotFound  int `json:"notFound"`  // named, but no contact of this organization
}

// AddContacts puts contacts into a campaign by its re-entry rule. Their workflows start at once;
// large groups are paced. A tag, a segment or a search means whom it has at this moment: what becomes
// of it later changes nothing. A segment that does not exist and a search that can't be read are Invalid. Contacts who are held back are counted, not refused. Who was named and not
// taken is noted, for Why.
func (s *Service) AddContacts(ctx context.Context, org domain.OrgID, id ID, entry Entry) (Added, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return Added{}, err
	}
	entry.Search = strings.TrimSpace(entry.Search)
	if err := entry.validate(); err != nil {
		return Added{}, err
	}
	if err := s.know(ctx, org, &entry); err != nil {
		return Added{}, err
	}
	var added Added
	var closed State // why nobody was taken
	err := s.Tx.InTx(ctx, org, func(ctx context.Context) error {
		campaign, err := s.Store.Campaign(ctx, org, id)
		if err != nil {
			return err
		}
		if campaign.State != StateActive {
			closed = campaign.State
			return domain.Conflict("Only an active campaign takes contacts. This one is %s.", stateWords[campaign.State])
		}
		if added, err = s.Store.InsertJourneys(ctx, org, campaign, entry); err != nil {
			return fmt.Errorf("add contacts: %w", err)
		}
		s.Tx.AfterCommit(ctx, func(context.Context) { s.pokeStarter() })
		return nil
	})
	if closed != "" && len(entry.Contacts) > 0 {
		if noted := s.Store.NoteRefused(ctx, org, id, entry, RefusedBecause(closed)); noted != nil {
			return Added{}, fmt.Errorf("note refused entry: %w", noted)
		}
	}
	return added, err
}

func (e Entry) validate() error {
	ways := 0
	for _, given := range []bool{len(e.Contacts) > 0, e.Tag != "", e.Segment != "", e.Search != "", e.Everyone} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return domain.Invalid("contacts", "Say which contacts to add.")
	case ways > 1:
		return domain.Invalid("contacts", "Name contacts, or a tag, or a segment, or a search, or everyone: one of them.")
	case len(e.Contacts) > MaxEntryContacts:
		return domain.Invalid("contacts", "Name at most 10,000 contacts in one call.")
	case e.Source != "manual" && e.Source != "api":
		return domain.Invalid("source", "The source is manual or api.")
	case len([]rune(e.Reason)) > 500:
		return domain.Invalid("reason", "The reason has at most 500 characters.")
	}
	return nil
}

// know looks up the segment that an entry names, and says why contacts enter.
func (s *Service) know(ctx context.Context, org domain.OrgID, e *Entry) error {
	by := addedBy(identity.ActorFrom(ctx))
	reason := domain.Say("Added by %s.", by)
	if e.Search != "" {
		reason = domain.Say("Was found by the search “%s”. Added by %s.", e.Search, by)
	}
	if e.Segment != "" {
		segment, err := s.CRM.SegmentNamed(ctx, org, e.Segment)
		if domain.KindOf(err) == domain.KindNotFound {
			return domain.Refuse(domain.KindInvalid, "segment", domain.PhraseOf(err))
		}
		if err != nil {
			return err
		}
		e.SegmentID = segment.ID
		reason = domain.Say("Was in the segment “%s”. Added by %s.", segment.Name, by)
	}
	if e.Reason == "" {
		e.Reason = reason.Kept()
	}
	return nil
}

func addedBy(actor identity.Actor) *domain.Phrase {
	if name := cmp.Or(actor.Name, actor.Email); name != "" {
		return domain.Quote(name)
	}
	return domain.Say("a program")
}
