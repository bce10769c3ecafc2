package layout

import (
	"context"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// settingsTabs lists the parts of the settings, and the permission that each one asks for; "" asks
// for none.
var settingsTabs = []struct {
	label, href string // the label is marked
	asks        identity.Permission
}{
	{words.Mark("Organization"), "/app/settings", ""},
	{words.Mark("Contact fields"), "/app/settings/fields", ""},
	{words.Mark("Tags"), "/app/settings/tags", ""},
	{words.Mark("Sender domains"), "/app/settings/domains", ""},
	{words.Mark("Sending times"), "/app/settings/sending", ""},
	{words.Mark("Suppression list"), "/app/suppressions", ""},
	{words.Mark("Reputation"), "/app/reputation", ""},
	{words.Mark("Users"), "/app/settings/users", ""},
	{words.Mark("API keys"), "/app/settings/api-keys", identity.ManageKeys},
	{words.Mark("Webhooks"), "/app/settings/webhooks", ""},
	{words.Mark("Your profile"), "/app/settings/profile", ""},
}

// tabsOf are the parts of the settings that the person may open.
func tabsOf(ctx context.Context, active string) []component.Tab {
	var tabs []component.Tab
	for _, tab := range settingsTabs {
		if tab.asks == "" || page.From(ctx).User.May(tab.asks) {
			tabs = append(tabs, component.Tab{Label: words.Say(ctx, tab.label), Href: tab.href, Active: tab.href == active})
		}
	}
	return tabs
}
