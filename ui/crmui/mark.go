package crmui

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	tagsID     = "contact-tags"
	channelsID = "contact-channels"

	suggestedTags = 500 // names that browsers filter while somebody types
)

func (p *pages) markRoutes(r fiber.Router) {
	r.Post(contactsPath+"/:id<int>/tags", p.changeTags)
	r.Post(contactsPath+"/:id<int>/do-not-contact", p.changeChannel)
}

// marksView is what a contact is marked with.
type marksView struct {
	Contact  crm.ContactID
	Name     string
	Tags     []string
	Known    []string // tags that are suggested
	Typed    string   // what was typed as a new tag, when it was refused
	Removed  removedChip
	Channels []channelView
	Errors   component.Errors
}

// channelView is one way to reach a contact, and whether it is forbidden.
type channelView struct {
	Channel crm.Channel
	Name    string
	Mark    *crm.DoNotContact
	Origin  markOrigin
	// Suppressed is the entry of the suppression list that keeps messages from the address; nil: none.
	Suppressed *messaging.Suppression
}

func marksOf(ctx context.Context, contact crm.Contact) marksView {
	v := marksView{Contact: contact.ID, Name: words.Name(ctx, contact.Name()), Tags: contact.Tags}
	for _, channel := range crm.Channels {
		view := channelView{Channel: channel, Name: channelName(ctx, channel)}
		if i := slices.IndexFunc(contact.DoNotContact, func(d crm.DoNotContact) bool { return d.Channel == channel }); i >= 0 {
			view.Mark = &contact.DoNotContact[i]
		}
		v.Channels = append(v.Channels, view)
	}
	return v
}

// marks returns what a contact is marked with and why, and what the suppression list says about the
// addresses.
func (p *pages) marks(c *fiber.Ctx, contact crm.Contact) (marksView, error) {
	ctx := c.UserContext()
	v := marksOf(ctx, contact)
	origins, err := p.origins(ctx, orgOf(c), contact.DoNotContact)
	if err != nil {
		return v, err
	}
	for i, channel := range v.Channels {
		v.Channels[i].Origin = origins[channel.Channel]
		address := map[crm.Channel]*string{crm.Email: contact.Email, crm.SMS: contact.PhoneE164}[channel.Channel]
		if address == nil {
			continue
		}
		entry, found, err := p.Messaging.FindSuppression(ctx, orgOf(c), messaging.Channel(channel.Channel), *address)
		if err != nil {
			return v, err
		}
		if found {
			v.Channels[i].Suppressed = &entry
		}
	}
	return v, nil
}

var reasonNames = map[crm.Reason]string{
	crm.Unsubscribed: words.Mark("They unsubscribed."),
	crm.Bounced:      words.Mark("Messages to this address came back."),
	crm.Manual:       words.Mark("Someone on your team decided this."),
}

func reasonName(ctx context.Context, reason crm.Reason) string {
	return words.Say(ctx, reasonNames[reason])
}

var channelNames = map[crm.Channel]string{crm.Email: words.Mark("email"), crm.SMS: words.Mark("SMS"), crm.Push: words.Mark("push")}

func channelName(ctx context.Context, channel crm.Channel) string {
	return cmp.Or(words.Say(ctx, channelNames[channel]), string(channel))
}

// changeTags adds the tags that were typed, between commas, or removes one.
func (p *pages) changeTags(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	typed := c.FormValue("add")
	change := crm.TagChange{Add: tagList(typed)}
	if remove := c.FormValue("remove"); remove != "" {
		change.Remove = []string{remove}
	}
	failed := p.Contacts.ChangeTags(c.UserContext(), orgOf(c), id, change)
	found, refused := component.ErrorsFrom(c.UserContext(), failed)
	if failed != nil && !refused {
		return failed
	}
	switch {
	case !page.IsHTMX(c) && !refused:
		return page.Redirect(c, contactPath(id), "")
	case !page.IsHTMX(c):
		return p.renderContact(c, id, tabTimeline, func(v *contactView) { v.Marks.Errors, v.Marks.Typed = found, typed })
	}
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	v, status := marksOf(c.UserContext(), contact), fiber.StatusOK
	if v.Known, err = p.knownTags(c); err != nil {
		return err
	}
	if v.Removed = removedChipOf(c); refused {
		v.Errors, v.Typed, status = found, typed, fiber.StatusUnprocessableEntity
	}
	return page.Fragment(c, status, tagChips(v))
}

// knownTags are names that are suggested while somebody types.
func (p *pages) knownTags(c *fiber.Ctx) ([]string, error) {
	return p.Contacts.TagNames(c.UserContext(), orgOf(c), suggestedTags)
}

// changeChannel forbids a channel, or allows it again.
func (p *pages) changeChannel(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	ctx, channel, comment := c.UserContext(), crm.Channel(c.FormValue("channel")), strings.TrimSpace(c.FormValue("comment"))
	if c.FormValue("allow") == "true" {
		err = p.Contacts.AllowChannel(ctx, orgOf(c), id, crm.Allowance{Channel: channel, Comment: comment})
	} else {
		reason := cmp.Or(crm.Reason(c.FormValue("reason")), crm.Manual)
		err = p.Contacts.SetDoNotContact(ctx, orgOf(c), id, crm.DoNotContact{Channel: channel, Reason: reason, Comment: comment})
	}
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		page.Say(c, page.Failure, found[0].Message)
		err = nil
	}
	if err != nil {
		return err
	}
	if !page.IsHTMX(c) {
		return page.Redirect(c, contactPath(id), "")
	}
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	marks, err := p.marks(c, contact)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, channelsCard(marks))
}

// tagList reads names between commas.
func tagList(typed string) []string {
	var tags []string
	for name := range strings.SplitSeq(typed, ",") {
		if name = strings.TrimSpace(name); name != "" {
			tags = append(tags, name)
		}
	}
	return tags
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
