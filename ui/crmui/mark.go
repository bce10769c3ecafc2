package crmui

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const (
	tagsID     = "contact-tags"
	channelsID = "contact-channels"
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
	Typed    string // what was typed as a new tag, when it was refused
	Channels []channelView
	Errors   component.Errors
}

// channelView is one way to reach a contact, and whether it is forbidden.
type channelView struct {
	Channel crm.Channel
	Name    string
	Mark    *crm.DoNotContact
	// Suppressed is the entry of the suppression list that keeps messages from the address; nil: none.
	Suppressed *messaging.Suppression
}

func marksOf(contact crm.Contact) marksView {
	v := marksView{Contact: contact.ID, Name: contact.Name(), Tags: contact.Tags}
	for _, channel := range crm.Channels {
		view := channelView{Channel: channel, Name: channelName(channel)}
		if i := slices.IndexFunc(contact.DoNotContact, func(d crm.DoNotContact) bool { return d.Channel == channel }); i >= 0 {
			view.Mark = &contact.DoNotContact[i]
		}
		v.Channels = append(v.Channels, view)
	}
	return v
}

// marks returns what a contact is marked with, and what the suppression list says about the addresses.
func (p *pages) marks(c *fiber.Ctx, contact crm.Contact) (marksView, error) {
	v := marksOf(contact)
	for i, channel := range v.Channels {
		address := map[crm.Channel]*string{crm.Email: contact.Email, crm.SMS: contact.PhoneE164}[channel.Channel]
		if address == nil {
			continue
		}
		entry, found, err := p.Messaging.FindSuppression(c.UserContext(), orgOf(c), messaging.Channel(channel.Channel), *address)
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
	crm.Unsubscribed: "They unsubscribed.",
	crm.Bounced:      "Messages to this address came back.",
	crm.Manual:       "Someone on your team decided this.",
}

func channelName(channel crm.Channel) string {
	return cmp.Or(map[crm.Channel]string{crm.Email: "email", crm.SMS: "SMS", crm.Push: "push"}[channel], string(channel))
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
	found, refused := component.ErrorsFrom(failed)
	if failed != nil && !refused {
		return failed
	}
	if !page.IsHTMX(c) && !refused {
		return page.Redirect(c, contactPath(id), "")
	}
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	v, status := marksOf(contact), fiber.StatusOK
	if refused {
		v.Errors, v.Typed, status = found, typed, fiber.StatusUnprocessableEntity
	}
	return page.Fragment(c, status, tagsCard(v))
}

// changeChannel forbids a channel, or allows it again.
func (p *pages) changeChannel(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	ctx, channel := c.UserContext(), crm.Channel(c.FormValue("channel"))
	if c.FormValue("allow") == "true" {
		err = p.Contacts.ClearDoNotContact(ctx, orgOf(c), id, channel)
	} else {
		err = p.Contacts.SetDoNotContact(ctx, orgOf(c), id, crm.DoNotContact{Channel: channel, Reason: crm.Manual})
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
