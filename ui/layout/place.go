package layout

import (
	"context"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// Place is somewhere to go, or something to create, as menus and the search offer it.
type Place struct {
	Label    string // in the language of the page
	Href     string
	Icon     string
	Keywords string // more words under which the search finds it
	Make     string // "New contact": what a Creation is called where nothing says that things are made
}

// creations lists what people make, in the order of the menu. Each has a page of its own.
var creations = []struct {
	label, phrase, href, icon string
	asks                      identity.Permission
}{
	{words.Mark("Contact"), words.Mark("New contact"), "/app/contacts/new", "user-plus", identity.EditContacts},
	{words.Mark("Segment"), words.Mark("New segment"), "/app/segments/new", "list", identity.EditContacts},
	{words.Mark("Import of contacts"), words.Mark("Import contacts"), "/app/imports/new", "upload", identity.EditContacts},
	{words.Mark("Campaign"), words.Mark("New campaign"), "/app/campaigns/new", "workflow", identity.EditCampaigns},
	{words.Mark("Email"), words.Mark("New email"), "/app/emails/new", "mail", identity.EditEmails},
	{words.Mark("SMS"), words.Mark("New SMS"), "/app/sms/new", "message-square", identity.EditEmails},
	{words.Mark("Contact field"), words.Mark("New contact field"), "/app/settings/fields/new", "text-cursor-input", identity.EditContacts},
}

// keywords are other words for places, by address.
var keywords = map[string]string{
	"/app/dashboard":           words.Mark("dashboard start overview"),
	"/app/contacts":            words.Mark("people leads audience subscribers"),
	"/app/segments":            words.Mark("lists audience groups"),
	"/app/campaigns":           words.Mark("journeys automation workflows"),
	"/app/emails":              words.Mark("newsletters templates mails"),
	"/app/sms":                 words.Mark("texts messages phone"),
	"/app/inbox":               words.Mark("captured mails replies test"),
	"/app/why":                 words.Mark("not received missing explain reason"),
	"/app/settings":            words.Mark("organization name address time zone sender"),
	"/app/settings/domains":    words.Mark("dns dkim spf dmarc verify"),
	"/app/settings/sending":    words.Mark("quiet hours frequency caps"),
	"/app/settings/tags":       words.Mark("labels rename merge"),
	"/app/settings/fields":     words.Mark("custom fields attributes properties"),
	"/app/settings/users":      words.Mark("team members invite colleagues"),
	"/app/settings/api-keys":   words.Mark("token developers integration"),
	"/app/settings/webhooks":   words.Mark("secret signature developers"),
	"/app/settings/profile":    words.Mark("password account session"),
	"/app/suppressions":        words.Mark("unsubscribed blocked do not contact bounces"),
	"/app/reputation":          words.Mark("bounces complaints stop"),
	"/app/contacts/new":        words.Mark("add person"),
	"/app/imports/new":         words.Mark("upload csv excel spreadsheet"),
	"/app/campaigns/new":       words.Mark("journey automation"),
	"/app/emails/new":          words.Mark("newsletter template write"),
	"/app/sms/new":             words.Mark("text message write"),
	"/app/segments/new":        words.Mark("list group audience"),
	"/app/settings/fields/new": words.Mark("custom field attribute property"),
}

// Places returns where the person may go: the side menu, then the settings.
func Places(ctx context.Context) []Place {
	var all []Place
	add := func(label, href, icon string) {
		all = append(all, Place{Label: label, Href: href, Icon: icon, Keywords: words.Say(ctx, keywords[href])})
	}
	for _, i := range menu {
		add(words.Say(ctx, i.label), i.href, i.icon)
	}
	add(words.T(ctx, "Why?"), "/app/why", "circle-help")
	if operates(ctx) {
		add(words.T(ctx, "Operations"), "/app/operations", "activity")
	}
	for _, tab := range settingsTabs {
		if tab.asks == "" || page.From(ctx).User.May(tab.asks) {
			add(words.F(ctx, "Settings: {{.Part}}", words.Data{"Part": words.Say(ctx, tab.label)}), tab.href, "settings")
		}
	}
	return all
}

// Creations returns what the person may create.
func Creations(ctx context.Context) []Place {
	var all []Place
	for _, c := range creations {
		if page.From(ctx).User.May(c.asks) {
			all = append(all, Place{Label: words.Say(ctx, c.label), Make: words.Say(ctx, c.phrase), Href: c.href, Icon: c.icon, Keywords: words.Say(ctx, keywords[c.href])})
		}
	}
	return all
}
