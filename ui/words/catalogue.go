package words

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Catalogue holds the texts of a language that is not built in: a translation that is tried before it
// is, or one made up by a test.
type Catalogue struct{ speaker }

// Read reads a catalogue of the form of en.json.
func Read(tag language.Tag, catalogue []byte) (Catalogue, error) {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	if _, err := b.ParseMessageFileBytes(catalogue, tag.String()+".json"); err != nil {
		return Catalogue{}, fmt.Errorf("read catalogue of %s: %w", tag, err)
	}
	return Catalogue{speaker{tag, i18n.NewLocalizer(b, tag.String()), true}}, nil
}

// Speak returns a context whose pages speak the catalogue's language, whatever In is asked for later.
func (c Catalogue) Speak(ctx context.Context) context.Context {
	return context.WithValue(ctx, speakerKey{}, c.speaker)
}
