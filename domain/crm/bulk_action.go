package crm

import (
	"context"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// bulkAction is how an action is checked, called, done and taken back.
type bulkAction struct {
	check func(ctx context.Context, s *Service, org domain.OrgID, c *BulkChange) error // nil: there is nothing to check
	title func(c BulkChange) string
	apply func(b *bulkBatch, ctx context.Context) ([]JobContact, error)
	undo  func(b *bulkBatch, ctx context.Context) ([]JobContact, error) // nil: it can't be taken back

	trash   bool // it is about contacts in the trash
	forEver bool // nothing of the contact may be remembered
}

// bulkActions lists all actions.
var bulkActions = map[BulkAction]bulkAction{
	BulkAddTags: {
		check: checkBulkTags, apply: (*bulkBatch).addTags, undo: (*bulkBatch).takeTags,
		title: func(c BulkChange) string { return "Add tags: " + strings.Join(c.Tags, ", ") },
	},
	BulkRemoveTags: {
		check: checkBulkTags, apply: (*bulkBatch).removeTags, undo: (*bulkBatch).giveTags,
		title: func(c BulkChange) string { return "Remove tags: " + strings.Join(c.Tags, ", ") },
	},
	BulkAddToSegment: {
		check: checkBulkSegment, apply: (*bulkBatch).enterSegment, undo: (*bulkBatch).leaveSegment,
		title: func(BulkChange) string { return "Add to the segment" },
	},
	BulkRemoveFromSegment: {
		check: checkBulkSegment, apply: (*bulkBatch).leaveSegment, undo: (*bulkBatch).enterSegment,
		title: func(BulkChange) string { return "Remove from the segment" },
	},
	BulkSetOwner: {
		check: checkBulkOwner, apply: (*bulkBatch).setOwner, undo: (*bulkBatch).returnOwner,
		title: func(c BulkChange) string {
			if c.Owner == 0 {
				return "Remove the owner"
			}
			return "Change the owner"
		},
	},
	BulkForbid: {
		check: checkBulkChannel, apply: (*bulkBatch).forbid, undo: (*bulkBatch).withdraw,
		title: func(c BulkChange) string { return "Stop reaching contacts by " + channelWord(c.Channel) },
	},
	BulkAllow: {
		check: checkBulkChannel, apply: (*bulkBatch).allow, undo: (*bulkBatch).forbidAgain,
		title: func(c BulkChange) string { return "Allow " + channelWord(c.Channel) + " again" },
	},
	BulkSetField: {
		check: checkBulkField, apply: (*bulkBatch).setField, undo: (*bulkBatch).returnField,
		title: func(c BulkChange) string {
			if c.Value == "" {
				return "Clear the field " + c.Field
			}
			return fmt.Sprintf("Set the field %s to “%s”", c.Field, shorten(c.Value, 80))
		},
	},
	BulkChangePoints: {
		check: checkBulkPoints, apply: (*bulkBatch).addPoints, undo: (*bulkBatch).returnPoints,
		title: func(c BulkChange) string {
			if c.Points < 0 {
				return fmt.Sprintf("Take away %d points", -c.Points)
			}
			return fmt.Sprintf("Add %d points", c.Points)
		},
	},
	BulkDelete: {
		apply: (*bulkBatch).trash, undo: (*bulkBatch).restore,
		title: func(BulkChange) string { return "Delete contacts" },
	},
	BulkRestore: {
		apply: (*bulkBatch).restore, undo: (*bulkBatch).trash, trash: true,
		title: func(BulkChange) string { return "Restore contacts" },
	},
	BulkErase: {
		apply: (*bulkBatch).erase, trash: true, forEver: true,
		title: func(BulkChange) string { return "Delete contacts for ever" },
	},
}

// bulkTitle says what a change does.
func (s *Service) bulkTitle(ctx context.Context, org domain.OrgID, c BulkChange) (string, error) {
	title := bulkActions[c.Action].title(c)
	if c.Segment == 0 {
		return title, nil
	}
	segment, err := s.store.Segment(ctx, org, c.Segment)
	return title + " " + segment.Name, err
}

func channelWord(channel Channel) string {
	if channel == SMS {
		return "SMS"
	}
	return string(channel)
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
