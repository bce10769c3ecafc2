package homeui

import (
	"fmt"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
)

// firstStep is something that a newcomer does once. It notices by itself that it is done.
type firstStep struct {
	Title string
	Text  string
	Href  string
	Done  bool
}

func firstSteps(org identity.Organization, contacts, emails, campaigns, active int) []firstStep {
	return []firstStep{
		{"Say who your emails come from", "A sender address, and the postal address that the law asks for.", "/app/settings", org.FromEmail != "" && org.PostalAddress != ""},
		{"Bring your contacts", "Import a CSV file, or add a few by hand.", "/app/imports/new", contacts > 0},
		{"Write an email", "With merge tags, a preview and a test to yourself.", "/app/emails", emails > 0},
		{"Draw a campaign", "A path of messages, waits and decisions.", "/app/campaigns", campaigns > 0},
		{"Publish it and add contacts", "Each contact starts on the path at once.", "/app/campaigns", active > 0},
	}
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

func campaignPath(c campaign.Campaign) string { return fmt.Sprintf("/app/campaigns/%d", c.ID) }
