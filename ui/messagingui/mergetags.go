package messagingui

// mergeTagHelp is what people look up while they write.
var mergeTagHelp = []struct{ source, meaning string }{
	{"{{ contact.firstname }}", "Likewise lastname, email, phone, company, position, points and custom fields."},
	{`{{ contact.firstname | default: "there" }}`, "What stands there when the contact has no first name."},
	{"{% if contact.points > 100 %}…{% else %}…{% endif %}", "One text or another."},
	{`{% if contact.tags contains "vip" %}…{% endif %}`, "Only for contacts who carry the tag."},
	{"{{ unsubscribe_url }}", "Added to marketing mail by itself if you leave it out."},
	{"{{ view_url }}", "The mail in the browser."},
	{"{{ organization.name }}", "From the settings; organization.address too."},
}
