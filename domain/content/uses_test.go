package content_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain/content"
)

func TestATemplateKnowsWhatItAsksFor(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"":                        false,
		"city, contact.city":      false,
		"{{ contact.city }}":      true,
		"{{contact.city|upcase}}": true,
		"{{ contact.cityname }}":  false,
		"{{ contact.name | append: contact.city }}":                      true,
		`{{ "contact.city" }}`:                                           false,
		`{{ contact["city"] }}`:                                          true,
		"{{ contact['city'] | default: 'x' }}":                           true,
		"{% if contact.city == 'Bonn' %}x{% endif %}":                    true,
		"{% if true %}x{% elsif contact.city %}y{% endif %}":             true,
		"{% unless contact.city.size > 3 %}x{% endunless %}":             true,
		"{% case contact.city %}{% when 'x' %}{% endcase %}":             true,
		"{% for c in contact.city %}{{ c }}{% endfor %}":                 true,
		"{% assign where = contact.city %}{{ where }}":                   true,
		"{% assign contact = 'mine' %}{{ contact.city }}":                false,
		"{% capture x %}{{ contact.city }}{% endcapture %}{{ x }}":       true,
		"{% comment %}{{ contact.city }}{% endcomment %}{{ contact.x }}": false,
		"{% raw %}{{ contact.city }}{% endraw %}{{ organization.name }}": false,
	} {
		template, err := content.Parse(source, content.Text)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := template.Names("contact.city"); got != want {
			t.Errorf("%s: got %v", source, got)
		}
	}
}
