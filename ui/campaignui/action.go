package campaignui

import (
	"context"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// The buttons that change a campaign, each with what it will do to the people inside.

func (v headView) publish(ctx context.Context, label string) component.ConfirmProps {
	p := component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: label, Icon: "rocket", Look: component.Main},
		Action:      pathOf(v.Campaign.ID) + "/publish", Yes: words.T(ctx, "Publish"),
		Title: words.T(ctx, "Publish this campaign?"),
		Text:  words.T(ctx, "Contacts that you add will take this path. You can pause the campaign at any time."),
	}
	if v.Campaign.Version > 0 {
		p.Title = words.F(ctx, "Publish version {{.Version}}?", words.Data{"Version": v.Campaign.Version + 1})
		p.Text = words.N(ctx, v.Campaign.Open,
			"People who enter from now on take the new path. {{.Count}} person inside now will finish on the version they entered.",
			"People who enter from now on take the new path. {{.Count}} people inside now will finish on the version they entered.")
	}
	return p
}

func (v headView) pause(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Pause"), Icon: "pause"},
		Action:      pathOf(v.Campaign.ID) + "/pause", Title: words.T(ctx, "Pause this campaign?"), Yes: words.T(ctx, "Pause"),
		Text: words.N(ctx, v.Campaign.Open,
			"{{.Count}} person inside will stay where they are, and nothing is sent until you resume.",
			"{{.Count}} people inside will stay where they are, and nothing is sent until you resume."),
	}
}

func (v headView) resume(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Resume"), Icon: "play", Look: component.Main},
		Action:      pathOf(v.Campaign.ID) + "/resume", Title: words.T(ctx, "Resume this campaign?"), Yes: words.T(ctx, "Resume"),
		Text: words.N(ctx, v.Campaign.Open,
			"{{.Count}} person inside will go on. Waits that have run out meanwhile end at once.",
			"{{.Count}} people inside will go on, a few at a time. Waits that have run out meanwhile end at once."),
	}
}

func (v headView) duplicate(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Duplicate")}, Action: pathOf(v.Campaign.ID) + "/duplicate",
	}
}

func (v headView) archive(ctx context.Context) component.ConfirmProps {
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Archive"), Look: component.Danger},
		Action:      pathOf(v.Campaign.ID) + "/archive", Title: words.T(ctx, "Archive this campaign?"), Yes: words.T(ctx, "Archive"),
		Text: words.N(ctx, v.Campaign.Open,
			"{{.Count}} person inside will leave it without further messages. This cannot be undone.",
			"{{.Count}} people inside will leave it without further messages. This cannot be undone."),
	}
}

func (v headView) remove(ctx context.Context) component.ConfirmProps {
	text := words.T(ctx, "The draft is deleted. This cannot be undone.")
	if v.Campaign.Version > 0 {
		text = words.T(ctx, "The sample campaign is deleted with everybody's journey through it. This cannot be undone.")
	}
	return component.ConfirmProps{
		ButtonProps: component.ButtonProps{Label: words.T(ctx, "Delete"), Look: component.Danger},
		Action:      pathOf(v.Campaign.ID) + "/delete", Text: text, Yes: words.T(ctx, "Delete"),
		Title: words.F(ctx, "Delete “{{.Name}}”?", words.Data{"Name": v.Campaign.Name}),
	}
}

func (v headView) archived() bool { return v.Campaign.State == campaign.StateArchived }
