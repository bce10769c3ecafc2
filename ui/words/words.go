// Package words is the catalogue of everything that pages say. The English text is written where it
// is shown and is at the same time the key under which a translation is found, so that pages stay
// readable; en.json lists all of them for translators and is proved current by a test.
package words

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// bundle holds the catalogues: one file a language, named by its BCP 47 tag.
var bundle = mustLoad()

func mustLoad() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("read catalogues: %v", err))
	}
	for _, entry := range entries {
		if _, err := b.LoadMessageFileFS(files, entry.Name()); err != nil {
			panic(fmt.Sprintf("read catalogue %s: %v", entry.Name(), err))
		}
	}
	return b
}

// Data fills the places of a text: {{.Name}} is Data["Name"]. What the domain says is said in the language of the
// text.
type Data = map[string]any

type speakerKey struct{}

// speaker is a language in which a page is shown.
type speaker struct {
	tag       language.Tag
	localizer *i18n.Localizer
	kept      bool // whatever a request asks for
}

var english = speaker{tag: language.English, localizer: i18n.NewLocalizer(bundle, "en")}

// In returns a context whose pages speak the best known language for wanted, which are BCP 47 tags
// or Accept-Language headers in the order of preference. Without a match they speak English.
func In(ctx context.Context, wanted ...string) context.Context {
	if from(ctx).kept {
		return ctx
	}
	known := bundle.LanguageTags()
	_, best := language.MatchStrings(language.NewMatcher(known), wanted...)
	tag := known[best]
	return context.WithValue(ctx, speakerKey{}, speaker{tag: tag, localizer: i18n.NewLocalizer(bundle, tag.String())})
}

// Language is the BCP 47 tag of what the context's pages speak, for <html lang>.
func Language(ctx context.Context) string { return from(ctx).tag.String() }

// Known is a language that pages speak.
type Known struct {
	Tag  string // BCP 47
	Name string // as its speakers call it
}

// ownNames of languages; one without is called by its tag.
var ownNames = map[string]string{"en": "English"}

// Languages are the languages of the catalogues, English first.
func Languages() []Known {
	var all []Known
	for _, tag := range bundle.LanguageTags() {
		name, ok := ownNames[tag.String()]
		if !ok {
			name = tag.String()
		}
		all = append(all, Known{Tag: tag.String(), Name: name})
	}
	return all
}

func from(ctx context.Context) speaker {
	if s, ok := ctx.Value(speakerKey{}).(speaker); ok {
		return s
	}
	return english
}

// T says a text. It must be a literal, or it would be missing in the catalogue; see Mark and Say.
func T(ctx context.Context, text string) string { return Say(ctx, text) }

// Mark puts a literal text into the catalogue that a variable carries to where Say shows it: the
// label of a column, an item of a menu.
func Mark(text string) string { return text }

// Say says a text that Mark has put into the catalogue.
func Say(ctx context.Context, text string) string {
	s := from(ctx)
	if s.tag == language.English || text == "" {
		return text
	}
	return s.say(&i18n.LocalizeConfig{DefaultMessage: &i18n.Message{ID: text, Other: text}, TemplateParser: template.IdentityParser{}}, text)
}

// F says a literal text with places for data: F(ctx, "{{.Done}} of {{.Total}}", Data{…}). The result is
// plain text; whoever shows it escapes it.
func F(ctx context.Context, text string, data Data) string {
	return from(ctx).say(&i18n.LocalizeConfig{DefaultMessage: &i18n.Message{ID: text, Other: text}, TemplateData: spoken(ctx, data)}, text)
}

// N says a literal text about a number, in the form that the number asks for: N(ctx, n,
// "{{.Count}} contact", "{{.Count}} contacts"). {{.Count}} is the number as people read it.
func N(ctx context.Context, n int, one, other string) string { return NF(ctx, n, one, other, nil) }

// NF is N with more places for data.
func NF(ctx context.Context, n int, one, other string, data Data) string {
	all := spoken(ctx, data)
	if all["Count"] == nil {
		all["Count"] = Number(n)
	}
	return from(ctx).say(&i18n.LocalizeConfig{
		DefaultMessage: &i18n.Message{ID: other, One: one, Other: other}, PluralCount: n, TemplateData: all,
	}, other)
}

// say falls back to the English text: a page with a gap in its translation is better than none.
func (s speaker) say(config *i18n.LocalizeConfig, text string) string {
	said, err := s.localizer.Localize(config)
	if err != nil && said == "" {
		return text
	}
	return said
}

// Number writes a whole number as people read it, with narrow no-break spaces: 12 482.
func Number(n int) string {
	if n < 0 {
		return "−" + Number(-n)
	}
	digits := strconv.Itoa(n)
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString("\u202f")
		}
		out.WriteRune(d)
	}
	return out.String()
}
