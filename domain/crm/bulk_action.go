package crm

import (
	"context"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
)

// bulkAction is how an action is checked, called, done and taken back.
type bulkAction struct {
	check func(ctx context.Context, s *Service, org domain.OrgID, c *BulkChange) error // nil: there is nothing to check
	title func(c BulkChange, of *domain.Phrase) *domain.Phrase                         // of: its segment or its field
	apply func(b *bulkBatch, ctx context.Context) ([]JobContact, error)
	undo  func(b *bulkBatch, ctx context.Context) ([]JobContact, error) // nil: it can't be taken back

	trash   bool // it is about contacts in the trash
	forEver bool // nothing of the contact may be remembered
}

// bulkActions lists all actions.
var bulkActions = map[BulkAction]bulkAction{
	BulkAddTags: {
		check: checkBulkTags, apply: (*bulkBatch).addTags, undo: (*bulkBatch).takeTags,
		title: func(c BulkChange, _ *domain.Phrase) *domain.Phrase { return domain.Say("Add tags: %s", tagNames(c)) },
	},
	BulkRemoveTags: {
		check: checkBulkTags, apply: (*bulkBatch).removeTags, undo: (*bulkBatch).giveTags,
		title: func(c BulkChange, _ *domain.Phrase) *domain.Phrase { return domain.Say("Remove tags: %s", tagNames(c)) },
	},
	BulkAddToSegment: {
		check: checkBulkSegment, apply: (*bulkBatch).enterSegment, undo: (*bulkBatch).leaveSegment,
		title: func(_ BulkChange, of *domain.Phrase) *domain.Phrase { return domain.Say("Add to the segment %s", of) },
	},
	BulkRemoveFromSegment: {
		check: checkBulkSegment, apply: (*bulkBatch).leaveSegment, undo: (*bulkBatch).enterSegment,
		title: func(_ BulkChange, of *domain.Phrase) *domain.Phrase {
			return domain.Say("Remove from the segment %s", of)
		},
	},
	BulkSetOwner: {
		check: checkBulkOwner, apply: (*bulkBatch).setOwner, undo: (*bulkBatch).returnOwner,
		title: func(c BulkChange, _ *domain.Phrase) *domain.Phrase {
			if c.Owner == 0 {
				return domain.Say("Remove the owner")
			}
			return domain.Say("Change the owner")
		},
	},
	BulkForbid: {
		check: checkBulkChannel, apply: (*bulkBatch).forbid, undo: (*bulkBatch).withdraw,
		title: func(c BulkChange, _ *domain.Phrase) *domain.Phrase {
			return domain.Say("Stop reaching contacts by %s", channelWord(c.Channel))
		},
	},
	BulkAllow: {
		check: checkBulkChannel, apply: (*bulkBatch).allow, undo: (*bulkBatch).forbidAgain,
		title: func(c BulkChange, _ *domain.Phrase) *domain.Phrase {
			return domain.Say("Allow %s again", channelWord(c.Channel))
		},
	},
	BulkSetField: {
		check: checkBulkField, apply: (*bulkBatch).setField, undo: (*bulkBatch).returnField,
		title: func(c BulkChange, of *domain.Phrase) *domain.Phrase {
			if c.Value == "" {
				return domain.Say("Clear the field %s", of)
			}
			return domain.Say("Set the field %s to “%s”", of, shorten(c.Value, 80))
		},
	},
	BulkChangePoints: {
		check: checkBulkPoints, apply: (*bulkBatch).addPoints, undo: (*bulkBatch).returnPoints,
		title: func(c BulkChange, _ *domain.Phrase) *domain.Phrase {
			if c.Points < 0 {
				return domain.Say("Take away %d points", -c.Points)
			}
			return domain.Say("Add %d points", c.Points)
		},
	},
	BulkDelete: {
		apply: (*bulkBatch).trash, undo: (*bulkBatch).restore,
		title: func(BulkChange, *domain.Phrase) *domain.Phrase { return domain.Say("Delete contacts") },
	},
	BulkRestore: {
		apply: (*bulkBatch).restore, undo: (*bulkBatch).trash, trash: true,
		title: func(BulkChange, *domain.Phrase) *domain.Phrase { return domain.Say("Restore contacts") },
	},
	BulkErase: {
		apply: (*bulkBatch).erase, trash: true, forEver: true,
		title: func(BulkChange, *domain.Phrase) *domain.Phrase { return domain.Say("Delete contacts for ever") },
	},
}

// bulkTitle says what a change does.
func (s *Service) bulkTitle(ctx context.Context, org domain.OrgID, c BulkChange) (*domain.Phrase, error) {
	var of *domain.Phrase
	switch {
	case c.Segment != 0:
		segment, err := s.store.Segment(ctx, org, c.Segment)
		if err != nil {
			return nil, err
		}
		of = domain.Quote(segment.Name)
	case c.Field != "":
		set, err := s.FieldSet(ctx, org)
		if err != nil {
			return nil, err
		}
		if field, custom := set.Field(c.Field); custom {
			of = domain.Quote(field.Label)
		} else {
			of = domain.Word(bulkFieldLabels[c.Field])
		}
	}
	return bulkActions[c.Action].title(c, of), nil
}

// bulkFieldLabels are what people call BulkFields.
var bulkFieldLabels = map[string]string{
	"firstname": domain.Mark("First name"), "lastname": domain.Mark("Last name"), "company": domain.Mark("Company"), "position": domain.Mark("Position"),
	"stage": domain.Mark("Stage"), "timeZone": domain.Mark("Time zone"), "locale": domain.Mark("Language"), "preferredChannel": domain.Mark("Preferred channel"),
}

// tagNames names whole tags, the first of them where a title has no room for all.
func tagNames(c BulkChange) domain.List {
	const room = 150
	var names domain.List
	letters := 0
	for i, tag := range c.Tags {
		if letters += utf8.RuneCountInString(tag) + len(", "); i > 0 && letters > room {
			return append(names, domain.Say("and %s more", domain.Number(len(c.Tags)-i)))
		}
		names = append(names, tag)
	}
	return names
}

func channelWord(channel Channel) *domain.Phrase {
	switch channel {
	case SMS:
		return domain.Say("SMS")
	case Email:
		return domain.Say("email")
	}
	return domain.Quote(string(channel))
}

func checkBulkTags(_ context.Context, _ *Service, _ domain.OrgID, c *BulkChange) (err error) {
	if c.Tags, err = normalTags("tags", c.Tags); err == nil && len(c.Tags) == 0 {
		return domain.Invalid("tags", "Name at least one tag.")
	}
	return err
}

func checkBulkSegment(ctx context.Context, s *Service, org domain.OrgID, c *BulkChange) error {
	_, err := s.store.Segment(ctx, org, c.Segment)
	if domain.KindOf(err) == domain.KindNotFound {
		return domain.Invalid("segment", "Choose a segment.")
	}
	return err
}

func checkBulkOwner(ctx context.Context, s *Service, org domain.OrgID, c *BulkChange) error {
	if c.Owner == 0 {
		return nil
	}
	return s.checkOwner(ctx, org, &c.Owner)
}

func checkBulkChannel(_ context.Context, _ *Service, _ domain.OrgID, c *BulkChange) error {
	return DoNotContact{Channel: c.Channel, Reason: Manual, Comment: c.Comment}.check()
}

func checkBulkPoints(_ context.Context, _ *Service, _ domain.OrgID, c *BulkChange) error {
	if c.Points == 0 {
		return domain.Invalid("points", "Say how many points to add, or to take away with a minus.")
	}
	if err := CheckPoints(c.Points); err != nil {
		return err
	}
	return nil
}
