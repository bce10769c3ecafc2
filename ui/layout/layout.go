// Package layout is the frame around pages: menu, top bar, and what every page loads.
package layout

import (
	"context"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// Section is a part of the product that the side menu leads to.
type Section string

// The sections. None is for pages that belong to no part.
const (
	None       Section = ""
	Home       Section = "home"
	Contacts   Section = "contacts"
	Segments   Section = "segments"
	Campaigns  Section = "campaigns"
	Emails     Section = "emails"
	SMS        Section = "sms"
	Inbox      Section = "inbox"
	Why        Section = "why"
	Settings   Section = "settings"
	Operations Section = "operations" // for those who operate the installation
)

type item struct {
	section Section
	label   string // marked; the menu says it
	href    string
	icon    string
}

// menu lists what exists, in the order in which people work.
var menu = []item{
	{Home, words.Mark("Home"), "/app/dashboard", "house"},
	{Contacts, words.Mark("Contacts"), "/app/contacts", "users"},
	{Segments, words.Mark("Segments"), "/app/segments", "list"},
	{Campaigns, words.Mark("Campaigns"), "/app/campaigns", "workflow"},
	{Emails, words.Mark("Emails"), "/app/emails", "mail"},
	{SMS, words.Mark("SMS"), "/app/sms", "message-square"},
	{Inbox, words.Mark("Inbox"), "/app/inbox", "inbox"},
}

// htmxConfig: 5xx answers leave the page as it is; toast.js says what happened.
const htmxConfig = `{"noSwap":[204,304,"5xx"]}`

// ThemePath takes the theme that a person chooses.
const ThemePath = "/app/theme"

// themes are the looks that a person can choose from.
var themes = []struct {
	theme       page.Theme
	label, icon string
}{
	{page.SystemTheme, words.Mark("As the system"), "monitor"},
	{page.LightTheme, words.Mark("Light"), "sun"},
	{page.DarkTheme, words.Mark("Dark"), "moon"},
}

func pressed(is bool) string { return strconv.FormatBool(is) }

func operates(ctx context.Context) bool { return page.From(ctx).User.May(identity.Operate) }

func userName(p page.Ctx) string {
	if p.User.Name != "" {
		return p.User.Name
	}
	name, _, _ := strings.Cut(p.User.Email, "@")
	return name
}
