package layout

import (
	"context"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

// settingsTabs lists the parts of the settings, and the permission that each one asks for; "" asks
// for none.
var settingsTabs = []struct {
	label, href string
	asks        identity.Permission
}{
	{"Organization", "/app/settings", ""},

	{"Sender domains", "/app/settings/domains", ""},
	{"Sending times", "/app/settings/sending", ""},
	{"Suppression list", "/app/suppressions", ""},
	{"Reputation", "/app/reputation", ""},
	{"Users", "/app/settings/users", ""},
	{"API keys", "/app/settings/api-keys", identity.ManageKeys},
	{"Webhooks", "/app/settings/webhooks", ""},
	{"Your profile", "/app/settings/profile", ""},
}

// tabsOf are the parts of the settings that the person may open.
func tabsOf(ctx context.Context, active string) []component.Tab {
	var tabs []component.Tab
	for _, tab := range settingsTabs {
		if tab.asks == "" || page.From(ctx).User.May(tab.asks) {
			tabs = append(tabs, component.Tab{Label: tab.label, Href: tab.href, Active: tab.href == active})
		}
	}
	return tabs
}
