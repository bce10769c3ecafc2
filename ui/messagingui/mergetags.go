package messagingui

import (
	"regexp"
	"strings"

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

// textPart is a piece of a text as lists show it: as it stands, or the name of a merge tag.
type textPart struct {
	Text string
	Tag  bool
}

var mergeTag = regexp.MustCompile(`{{\s*([\w.]+)[^}]*}}`)

// textParts replaces the merge tags of a text by the last part of their names: lists are read, not written.
func textParts(text string) []textPart {
	var parts []textPart
	from := 0
	for _, at := range mergeTag.FindAllStringSubmatchIndex(text, -1) {
		if at[0] > from {
			parts = append(parts, textPart{Text: text[from:at[0]]})
		}
		name := text[at[2]:at[3]]
		parts = append(parts, textPart{Text: name[strings.LastIndexByte(name, '.')+1:], Tag: true})
		from = at[1]
	}
	if from < len(text) {
		parts = append(parts, textPart{Text: text[from:]})
	}
	return parts
}
