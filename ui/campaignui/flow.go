package campaignui

import (
	"context"
	"fmt"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// flowView is a flow as it is drawn.
type flowView struct {
	Steps  []stepView
	Closed bool // nobody reaches the end: every path leaves before
}

type stepView struct {
	ID       string
	Kind     string // "Send email"
	Icon     string
	Tile     string // class of the icon's tile
	Title    string
	Sub      string // what it does, when the title is a name of its own
	Counted  bool
	Here     int
	Passed   int
	People   string // where the people at this step are listed
	Problems []campaign.Problem
	Branches []branchView
	Closed   bool
}

type branchView struct {
	Label  string
	Tone   string // class of the label
	Steps  []stepView
	Closed bool
}

// drawing is what is known about a flow besides itself.
type drawing struct {
	campaign campaign.ID
	people   map[campaign.StepID]campaign.Count
	counted  bool
	problems []campaign.Problem
	emails   map[messaging.EmailID]string
	sms      map[messaging.SMSID]string
	titles   map[campaign.StepID]string
}

// draw turns a flow into what the page shows.
func (p *pages) draw(ctx context.Context, org domain.OrgID, flow campaign.Flow, d drawing) (flowView, error) {
	var err error
	if d.emails, d.sms, err = p.messageNames(ctx, org, flow); err != nil {
		return flowView{}, err
	}
	d.titles = map[campaign.StepID]string{}
	for _, step := range flow.Steps() {
		d.titles[step.ID], _ = d.named(ctx, step)
	}
	steps := d.steps(ctx, flow.Root)
	return flowView{Steps: steps, Closed: closed(steps)}, nil
}

// messageNames returns the names of the emails and SMS that the flow sends. One that is gone has none.
func (p *pages) messageNames(ctx context.Context, org domain.OrgID, flow campaign.Flow) (map[messaging.EmailID]string, map[messaging.SMSID]string, error) {
	emails, texts := map[messaging.EmailID]string{}, map[messaging.SMSID]string{}
	for _, step := range flow.Steps() {
		var err error
		switch send := step.Settings.(type) {
		case campaign.SendEmail:
			err = name(emails, send.Email, func() (string, error) {
				email, err := p.Messaging.Email(ctx, org, send.Email)
				return email.Name, err
			})
		case campaign.SendSMS:
			err = name(texts, send.SMS, func() (string, error) {
				sms, err := p.Messaging.SMS(ctx, org, send.SMS)
				return sms.Name, err
			})
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return emails, texts, nil
}

// name looks up the name of one message, once.
func name[ID ~int64](names map[ID]string, id ID, read func() (string, error)) error {
	if _, known := names[id]; known || id == 0 {
		return nil
	}
	found, err := read()
	if err != nil && domain.KindOf(err) != domain.KindNotFound {
		return err
	}
	names[id] = found
	return nil
}

func (d drawing) steps(ctx context.Context, steps []campaign.Step) []stepView {
	views := make([]stepView, len(steps))
	for i, step := range steps {
		views[i] = d.step(ctx, step)
	}
	return views
}

func (d drawing) step(ctx context.Context, step campaign.Step) stepView {
	kind, _ := campaign.KindNamed(step.Kind)
	v := stepView{
		ID: string(step.ID), Kind: words.Say(ctx, kind.Label), Icon: kind.Icon, Tile: tiles[step.Kind], Counted: d.counted,
		Here: d.people[step.ID].Here, Passed: d.people[step.ID].Passed,
		People: fmt.Sprintf("%s/people?step=%s", pathOf(d.campaign), step.ID),
		Closed: step.Kind == "exit",
	}
	v.Title, v.Sub = d.named(ctx, step)
	for _, problem := range d.problems {
		if problem.Step == step.ID {
			v.Problems = append(v.Problems, problem)
		}
	}
	for _, branch := range step.Branches {
		steps := d.steps(ctx, branch.Steps)
		v.Branches = append(v.Branches, branchView{Label: words.Say(ctx, branch.Label), Tone: branchTones[branch.ID], Steps: steps, Closed: closed(steps)})
	}
	if len(v.Branches) > 0 {
		v.Closed = !slices.ContainsFunc(v.Branches, func(b branchView) bool { return !b.Closed })
	}
	return v
}

// closed says whether nobody comes out at the end of the steps.
func closed(steps []stepView) bool {
	return slices.ContainsFunc(steps, func(s stepView) bool { return s.Closed })
}

// named are a step's title, and what it does when the title does not say so.
func (d drawing) named(ctx context.Context, step campaign.Step) (title, sub string) {
	does := d.sentence(ctx, step)
	if step.Name == "" || step.Name == does {
		return does, ""
	}
	return step.Name, does
}

// sentence says what a step does, with the names that its settings only point at.
func (d drawing) sentence(ctx context.Context, step campaign.Step) string {
	switch s := step.Settings.(type) {
	case campaign.SendEmail:
		if name := d.emails[s.Email]; name != "" {
			return name
		}
		return words.T(ctx, "No email chosen")
	case campaign.SendSMS:
		if name := d.sms[s.SMS]; name != "" {
			return name
		}
		return words.T(ctx, "No SMS chosen")
	case campaign.Decision:
		return d.question(ctx, s)
	}
	return words.Phrase(ctx, step.Settings.Describe())
}

func (d drawing) question(ctx context.Context, s campaign.Decision) string {
	title, ok := d.titles[s.Step]
	if !ok {
		return words.Phrase(ctx, s.Describe())
	}
	step := words.Data{"Step": title, "Span": words.Phrase(ctx, s.Within.Phrase())}
	if s.Within != (campaign.Span{}) {
		switch s.Did {
		case "clicked":
			return words.F(ctx, "Did they click in “{{.Step}}”? Waits up to {{.Span}}.", step)
		case "replied":
			return words.F(ctx, "Did they reply to “{{.Step}}”? Waits up to {{.Span}}.", step)
		}
		return words.F(ctx, "Did they open “{{.Step}}”? Waits up to {{.Span}}.", step)
	}
	switch s.Did {
	case "clicked":
		return words.F(ctx, "Did they click in “{{.Step}}”?", step)
	case "replied":
		return words.F(ctx, "Did they reply to “{{.Step}}”?", step)
	}
	return words.F(ctx, "Did they open “{{.Step}}”?", step)
}

const (
	tileMessage = "bg-primary/12 text-primary"
	tilePath    = "bg-warning/25 text-base-content dark:text-warning"
	tileContact = "bg-accent/12 text-accent"
	tileExit    = "bg-base-300/60 text-base-content"
)

var tiles = map[campaign.Kind]string{
	"send_email": tileMessage, "send_sms": tileMessage, "call_webhook": tileMessage, "notify_user": tileMessage, "wait": tilePath, "decision": tilePath, "condition": tilePath,
	"change_tags": tileContact, "change_points": tileContact, "update_contact": tileContact, "exit": tileExit,
}

var branchTones = map[string]string{
	campaign.Yes: "border-success/50 text-success",
	campaign.No:  "border-error/40 text-error",
}

func problemTone(problems []campaign.Problem) component.Tone {
	if blocking(problems) > 0 {
		return component.Bad
	}
	return component.Caution
}

func problemTitle(ctx context.Context, problems []campaign.Problem) string {
	n := blocking(problems)
	if n == 0 {
		return words.T(ctx, "Worth a look before you publish")
	}
	return words.N(ctx, n, "{{.Count}} thing keeps this draft from being published", "{{.Count}} things keep this draft from being published")
}

func blocking(problems []campaign.Problem) int {
	n := 0
	for _, p := range problems {
		if p.Blocking {
			n++
		}
	}
	return n
}
