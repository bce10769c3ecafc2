package content

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
)

var anna = map[string]any{
	"firstname": "Anna",
	"contact": map[string]any{
		"firstname": "Anna", "html": "<b>&", "points": 12, "empty": nil, "tags": []string{"vip", "new"},
	},
}

func TestMergeTagsAreFilledIn(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"Hello {{ contact.firstname }}!":                                      "Hello Anna!",
		"Hello {{firstname | upcase}}":                                        "Hello ANNA",
		"{{ contact.nothing }}{{ nobody }}{{ contact.empty }}.":               ".",
		"{{ contact.nothing | default: 'friend' }}":                           "friend",
		"{% for tag in contact.tags %}{{ tag }},{% endfor %}":                 "vip,new,",
		"{% if contact.points > 10 %}many{% else %}few{% endif %}":            "many",
		"{% capture x %}<i>{{ firstname }}</i>{% endcapture %}{{ x | size }}": "11",
		"{% for i in (1..3) %}{{ i }}{% endfor %}":                            "123",
		"{{ contact.tags | join: '-' }}":                                      "vip-new",
		"{{ 'a-b' | replace: '-', '+' }}":                                     "a+b",
		"no liquid at all { % }":                                              "no liquid at all { % }",
		"{% raw %}{{ firstname }}{% endraw %}":                                "{{ firstname }}",
		"{{ '2026-03-04' | date: '%d.%m.%Y' }}":                               "04.03.2026",
	} {
		got, err := Render(source, anna, Text)
		if err != nil || got != want {
			t.Errorf("Render(%q) = %q, %v; want %q", source, got, err, want)
		}
	}
}

func TestValuesAreEscapedInHTMLOnly(t *testing.T) {
	t.Parallel()
	source := "<p>{{ contact.html }}</p>"
	if got, _ := Render(source, anna, HTML); got != "<p>&lt;b&gt;&amp;</p>" {
		t.Errorf("HTML: %q", got)
	}
	if got, _ := Render(source, anna, Text); got != "<p><b>&</p>" {
		t.Errorf("Text: %q", got)
	}
}

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"a\nb\n{% if x %}":                               `Line 3: the block "if" is never closed.`,
		"a\n{% nosuch %}":                                `Line 2: there is no tag "nosuch".`,
		"a\n{{ x | nosuch }}":                            `Line 2: there is no filter "nosuch".`,
		"a\n\n{{ firstname }":                            "Line 3: {{ is never closed.",
		"{% include 'x' %}":                              `Line 1: there is no tag "include".`,
		"{% render 'x' %}":                               `Line 1: there is no tag "render".`,
		"{% for i in (1..2000000000) %}{% endfor %}":     "Line 1: a range may have 1000 numbers at most.",
		"{% for i in (1..contact.points) %}{% endfor %}": "Line 1: a range is written with two numbers, like (1..10).",
		"{{ (1..2000000000) | join }}":                   "Line 1: a range may have 1000 numbers at most.",
		strings.Repeat("{% for a in b %}", 3) + strings.Repeat("{% endfor %}", 3): "Line 1: more than 2 loops stand inside each other.",
		strings.Repeat("{% if a %}", 1000) + strings.Repeat("{% endif %}", 1000):  "Line 1: more than 50 blocks stand inside each other.",
		"{{ x" + strings.Repeat(" | upcase", 21) + " }}":                          "Line 1: one tag may use 20 filters at most.",
	} {
		err := Check(source)
		var ours *domain.Error
		if !errors.As(err, &ours) || ours.Message != want {
			t.Errorf("Check(%.60q) = %v; want %s", source, err, want)
		}
	}
	for _, source := range []string{"{{ | }}", "{% if %}{% endif %}", "{{ a b c }}", "{% for %}{% endfor %}", "{% assign %}", "{% else %}", "{% endif %}", "{% cycle %}"} {
		err := Check(source)
		if domain.KindOf(err) != domain.KindInvalid || !strings.HasPrefix(err.Error(), "Line 1: ") {
			t.Errorf("Check(%q) = %v", source, err)
		}
	}
	if err := Check(strings.Repeat("x", MaxSource+1)); domain.KindOf(err) != domain.KindTooLarge {
		t.Errorf("too long: %v", err)
	}
}

func TestTemplatesThatNeverEndAreStopped(t *testing.T) {
	t.Parallel()
	nested := "{% for a in (1..1000) %}{% for b in (1..1000) %}" + strings.Repeat("{% assign x = b | plus: a | times: 3 %}", 500) + "{% endfor %}{% endfor %}"
	for name, source := range map[string]string{
		"loops that print nothing": nested,
		"endless output":           "{% for a in (1..1000) %}{% for b in (1..1000) %}xxxxxxxxxx{% endfor %}{% endfor %}",
		"doubling by append":       "{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% assign a = a | append: a %}", 40) + "{{ a }}",
		"doubling by prepend":      "{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% assign a = a | prepend: a %}", 40) + "{{ a }}",
		"doubling by replace":      "{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% assign a = a | replace: 'x', a %}", 40) + "{{ a }}",
		"doubling by join":         "{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% assign a = a | split: '' | join: a %}", 40) + "{{ a }}",
		"doubling by concat":       "{% assign a = 'a b c' | split: ' ' %}" + strings.Repeat("{% assign a = a | concat: a %}", 40) + "{{ a }}",
		"doubling by capture":      "{% assign a = 'xxxxxxxx' %}" + strings.Repeat("{% capture a %}{{ a }}{{ a }}{% endcapture %}", 40) + "{{ a }}",
		"padding by date":          "{{ 'now' | date: '%999999999d' }}",
		"endless tables":           "{% tablerow a in (1..1000) %}" + strings.Repeat("x", 2000) + "{% endtablerow %}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := make(chan error, 1)
			go func() { _, err := Render(source, nil, Text); done <- err }()
			select {
			case err := <-done:
				if domain.KindOf(err) != domain.KindInvalid || strings.HasSuffix(err.Error(), "..") {
					t.Errorf("err = %v", err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("it does not end")
			}
		})
	}
}

func TestMisspeltTagsAreNamed(t *testing.T) {
	t.Parallel()
	template, err := Parse("{{ contact.firstnam }}{{ contact.firstname }}{% assign x = 1 %}{{ x }}\n{% for tag in contact.tags %}{{ tag }}{{ forloop.index }}{% endfor %}{{ cantact.firstname }}", HTML)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(template.Unknown(anna), "|")
	want := "Line 1: there is no {{ contact.firstnam }}, so it stays empty.|Line 2: there is no {{ cantact.firstname }}, so it stays empty."
	if got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzLiquidNeverPanics(f *testing.F) {
	f.Add("{{ contact.firstname | upcase }}{% if a %}b{% else %}c{% endif %}")
	f.Fuzz(func(t *testing.T, source string) {
		if _, err := Render(source, anna, HTML); err != nil && domain.KindOf(err) == "" {
			t.Errorf("Render(%q): %v", source, err)
		}
	})
}
