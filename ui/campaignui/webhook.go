package campaignui

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const webhooksPath = "/app/settings/webhooks"

func (p *pages) webhookRoutes(r fiber.Router) {
	r.Get(webhooksPath, p.webhooks)
	r.Post(webhooksPath+"/secret", p.changeSecret)
}

// webhooksView is the part of the settings about webhooks.
type webhooksView struct {
	Since   time.Time // of the present secret; zero: there is none
	Secret  string    // shown once, right after it was made
	MayEdit bool
}

func (p *pages) webhooks(c *fiber.Ctx) error { return p.showWebhooks(c, "") }

func (p *pages) changeSecret(c *fiber.Ctx) error {
	secret, err := p.Campaigns.ChangeWebhookSecret(c.UserContext(), orgOf(c))
	if err != nil {
		return err
	}
	return p.showWebhooks(c, secret)
}

func (p *pages) showWebhooks(c *fiber.Ctx, secret string) error {
	since, err := p.Campaigns.WebhookSecretChanged(c.UserContext(), orgOf(c))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return page.Render(c, fiber.StatusOK, webhooksPage(webhooksView{
		Since: since, Secret: secret, MayEdit: page.May(c.UserContext(), identity.EditSettings),
	}))
}

// webhookTags are the merge tags that people need most.
var webhookTags = []struct{ tag, means string }{
	{"{{ contact.email }}", words.Mark("a field of the contact; in JSON put it between quotes")},
	{"{{ contact.city | json }}", words.Mark("a field with its quotes, and null when it is empty")},
	{"{{ contact | json }}", words.Mark("everything that is known of the contact")},
	{"{{ webhook.name_of_the_step.field }}", words.Mark("what an earlier webhook of the journey has answered")},
}
