package campaignui

import (
	"github.com/mauntic/mauntic/domain/campaign"
)

// examples show what the settings of each kind of step look like in a document.
var examples = map[campaign.Kind]string{
	"send_email":     `{"email": 1}`,
	"send_sms":       `{"sms": 1}`,
	"wait":           `{"for": {"amount": 2, "unit": "days"}}`,
	"decision":       `{"did": "opened", "step": "welcome"}`,
	"condition":      `{"field": "points", "operator": "greater", "value": "10"}`,
	"notify_user":    "{\"to\": \"owner\",\n \"subject\": \"Call {{ contact.name }}\",\n \"text\": \"They have {{ contact.points }} points.\"}",
	"call_webhook":   "{\"url\": \"https://crm.example.com/people\",\n \"body\": \"{\\\"email\\\": {{ contact.email | json }}}\"}",
	"change_tags":    `{"add": ["vip"], "remove": ["new"]}`,
	"change_points":  `{"points": 5}`,
	"update_contact": `{"fields": {"city": "Berlin"}}`,
	"exit":           `{}`,
}
