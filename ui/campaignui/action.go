package campaignui

import (
	"fmt"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/ui/component"
)

// The buttons that change a campaign, each with what it will do to the people inside.

func (v headView) publish(label string) component.ConfirmProps {
	p := component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: label, Icon: "rocket", Look: component.Main},
		Action:      pathOf(v.Campaign.ID) + "/publish", Yes: "Publish",
		Title: "Publish this campaign?",
		Text:  "Contacts that you add will take this path. You can pause the campaign at any time.",
	}
	if v.Campaign.Version > 0 {
		p.Title = fmt.Sprintf("Publish version %d?", v.Campaign.Version+1)
		p.Text = fmt.Sprintf("People who enter from now on take the new path. %s inside now will finish on the version they entered.", v.inside())
	}
	return p
}

func (v headView) pause() component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Pause", Icon: "pause"},
		Action:      pathOf(v.Campaign.ID) + "/pause", Title: "Pause this campaign?", Yes: "Pause",
		Text: fmt.Sprintf("%s inside will stay where they are, and nothing is sent until you resume.", v.inside()),
	}
}

func (v headView) resume() component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Resume", Icon: "play", Look: component.Main},
		Action:      pathOf(v.Campaign.ID) + "/resume", Title: "Resume this campaign?", Yes: "Resume",
		Text: fmt.Sprintf("%s inside will go on, a few at a time. Waits that have run out meanwhile end at once.", v.inside()),
	}
}

func (v headView) duplicate() component.ConfirmProps {
	return component.ConfirmProps{ButtonProps: component.ButtonProps{Label: "Duplicate"}, Action: pathOf(v.Campaign.ID) + "/duplicate"}
}

func (v headView) archive() component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Archive", Look: component.Danger},
		Action:      pathOf(v.Campaign.ID) + "/archive", Title: "Archive this campaign?", Yes: "Archive",
		Text: fmt.Sprintf("%s inside will leave it without further messages. This cannot be undone.", v.inside()),
	}
}

func (v headView) remove() component.ConfirmProps {
	text := "The draft is deleted. This cannot be undone."
	if v.Campaign.Version > 0 {
		text = "The sample campaign is deleted with everybody's journey through it. This cannot be undone."
	}
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: "Delete", Look: component.Danger},
		Action:      pathOf(v.Campaign.ID) + "/delete", Title: fmt.Sprintf("Delete “%s”?", v.Campaign.Name), Text: text, Yes: "Delete",
	}
}

func (v headView) archived() bool { return v.Campaign.State == campaign.StateArchived }
