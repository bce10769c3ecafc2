package homeui

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// putAwayPreference remembers that a person needs the first steps no longer.
const putAwayPreference = "home.firstSteps.putAway"

// firstStep is something that a newcomer does once. It notices by itself that it is done.
type firstStep struct {
	Title string
	Text  string
	Do    string // what the button says
	Href  string
	Done  bool
	Asks  identity.Permission // to do it
}

// firstSteps finds out what is done, of what the person may do. Where the person has put them away, nothing is looked up.
func (p *pages) firstSteps(ctx context.Context, org domain.OrgID, f figures, campaigns int) (steps []firstStep, putAway bool, err error) {
	if err := p.Identity.Preference(ctx, org, putAwayPreference, &putAway); err != nil || putAway {
		return nil, putAway, err
	}
	settings := page.From(ctx).Org
	steps = []firstStep{{
		words.T(ctx, "Say who your emails come from"), words.T(ctx, "A sender address, and the postal address that the law asks for."),
		words.T(ctx, "Open settings"), "/app/settings", settings.FromEmail != "" && settings.PostalAddress != "", identity.EditSettings,
	}}
	if p.Messaging.NeedsDomain() {
		domains, err := p.Messaging.SenderDomains(ctx, org)
		if err != nil {
			return nil, false, err
		}
		steps = append(steps, firstStep{
			words.T(ctx, "Prove that the domain is yours"), words.T(ctx, "Three DNS records, so that mailboxes believe your emails."),
			words.T(ctx, "Set up the domain"), "/app/settings/domains", slices.ContainsFunc(domains, messaging.SenderDomain.Ready), identity.EditSettings,
		})
	}
	emails, err := p.Messaging.Emails(ctx, org, domain.PageQuery{Limit: 1}.Normal())
	if err != nil {
		return nil, false, err
	}
	tested, err := p.Messaging.TestSent(ctx, org)
	if err != nil {
		return nil, false, err
	}
	steps = append(steps,
		firstStep{words.T(ctx, "Bring your contacts"), words.T(ctx, "Import a file, or add a few by hand."), words.T(ctx, "Import contacts"), "/app/imports/new", f.Contacts > 0, identity.EditContacts},
		firstStep{words.T(ctx, "Write an email"), words.T(ctx, "With merge tags and a preview as any contact."), words.T(ctx, "New email"), "/app/emails/new", emails.Total > 0, identity.EditEmails},
		firstStep{words.T(ctx, "Send yourself a test"), words.T(ctx, "Open an email and send a test to your own address."), words.T(ctx, "Choose an email"), "/app/emails", tested, identity.EditEmails},
		firstStep{words.T(ctx, "Publish a campaign"), words.T(ctx, "A path of messages, waits and decisions. Contacts start on it at once."), words.T(ctx, "Draw a campaign"), campaignsHref(campaigns), f.Active > 0, identity.EditCampaigns},
	)
	return slices.DeleteFunc(steps, func(s firstStep) bool { return !page.May(ctx, s.Asks) }), false, nil
}

func campaignsHref(campaigns int) string {
	if campaigns == 0 {
		return "/app/campaigns/new"
	}
	return "/app/campaigns"
}

// putSteps puts the first steps away or finds them again, for the person who asks.
func (p *pages) putSteps(c *fiber.Ctx) error {
	ctx := c.UserContext()
	away := c.FormValue("away") == "true"
	var choice any // nil forgets it
	if away {
		choice = true
	}
	if err := p.Identity.SetPreference(ctx, identity.ActorFrom(ctx).Org, putAwayPreference, choice); err != nil {
		return err
	}
	if away {
		return page.RedirectUndo(c, homePath, words.T(ctx, "The first steps are put away. You find them again at the foot of this page."), stepsPath)
	}
	return page.Redirect(c, homePath, "")
}

func (v homeView) done() int {
	n := 0
	for _, s := range v.Steps {
		if s.Done {
			n++
		}
	}
	return n
}

func (v homeView) allDone() bool { return v.done() == len(v.Steps) }

// next says whether a step is the first that is not done: it gets the button.
func (v homeView) next(i int) bool {
	return i == slices.IndexFunc(v.Steps, func(s firstStep) bool { return !s.Done })
}
