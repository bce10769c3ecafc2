package messagingui

import (
	"github.com/mauntic/mauntic/ui/words"
)

// mergeTagHelp is what people look up while they write.
var mergeTagHelp = []struct{ source, meaning string }{
	{"{{ contact.firstname }}", words.Mark("Likewise lastname, email, phone, company, position, points and custom fields.")},
	{`{{ contact.firstname | default: "there" }}`, words.Mark("What stands there when the contact has no first name.")},
	{"{% if contact.points > 100 %}…{% else %}…{% endif %}", words.Mark("One text or another.")},
	{`{% if contact.tags contains "vip" %}…{% endif %}`, words.Mark("Only for contacts who carry the tag.")},
	{"{{ unsubscribe_url }}", words.Mark("Added to marketing mail by itself if you leave it out.")},
	{"{{ view_url }}", words.Mark("The mail in the browser.")},
	{"{{ organization.name }}", words.Mark("From the settings; organization.address too.")},
}
