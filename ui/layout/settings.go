package layout

import (
	"context"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// settingsTab is a part of the settings.
type settingsTab struct {
	group, label string // both marked
	href         string
	asks         identity.Permission // "" for none
}

// settingsTabs lists the parts of the settings; those of a group stand together.
var settingsTabs = []settingsTab{
	{words.Mark("General"), words.Mark("Organization"), "/app/settings", ""},
	{words.Mark("General"), words.Mark("Users"), "/app/settings/users", ""},
	{words.Mark("General"), words.Mark("Your profile"), "/app/settings/profile", ""},
	{words.Mark("Contacts"), words.Mark("Contact fields"), "/app/settings/fields", ""},
	{words.Mark("Contacts"), words.Mark("Tags"), "/app/settings/tags", ""},
	{words.Mark("Sending"), words.Mark("Sender domains"), "/app/settings/domains", ""},
	{words.Mark("Sending"), words.Mark("Sending times"), "/app/settings/sending", ""},
	{words.Mark("Sending"), words.Mark("Suppression list"), "/app/suppressions", ""},
	{words.Mark("Sending"), words.Mark("Reputation"), "/app/reputation", ""},
	{words.Mark("Developers"), words.Mark("API keys"), "/app/settings/api-keys", identity.ManageKeys},
	{words.Mark("Developers"), words.Mark("Webhooks"), "/app/settings/webhooks", ""},
}

type settingsGroup struct {
	Label string
	Tabs  []settingsTab
}

// settingsGroups are the parts of the settings that the person may open.
func settingsGroups(ctx context.Context) []settingsGroup {
	var groups []settingsGroup
	last := ""
	for _, tab := range settingsTabs {
		if tab.asks != "" && !page.From(ctx).User.May(tab.asks) {
			continue
		}
		if tab.group != last {
			groups = append(groups, settingsGroup{Label: words.Say(ctx, tab.group)})
			last = tab.group
		}
		groups[len(groups)-1].Tabs = append(groups[len(groups)-1].Tabs, tab)
	}
	return groups
}

// settingsHead heads a page of the settings. One that is not the part itself leads back to it.
func settingsHead(ctx context.Context, title, active string) component.HeaderProps {
	head := component.HeaderProps{Title: title}
	for _, tab := range settingsTabs {
		if label := words.Say(ctx, tab.label); tab.href == active && label != title {
			head.BackHref, head.BackLabel = tab.href, label
		}
	}
	return head
}
