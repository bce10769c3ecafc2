package words_test

import (
	"testing"

	"golang.org/x/text/language"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/words"
)

func TestWhatRowsKeepIsSaidInTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	catalogue, err := words.Read(language.German, []byte(`{
		"Undo: %s": {"other": "Rückgängig: %s"}, "Add tags: %s": {"other": "Tags geben: %s"}, "Sent.": {"other": "Gesendet."},
		"The contact was deleted.": {"other": "Der Kontakt wurde gelöscht."}, "Ended: %s.": {"other": "Beendet: %s."}}`))
	if err != nil {
		t.Fatal(err)
	}
	ctx := catalogue.Speak(t.Context())
	for want, kept := range map[string]domain.Kept{
		"Gesendet.":                            "Sent.",
		"Rückgängig: Tags geben: vip":          domain.Keep("Undo: %s", domain.Say("Add tags: %s", "vip")),
		"Beendet: der Kontakt wurde gelöscht.": domain.Keep("Ended: %s.", domain.Clause{Of: domain.Say("The contact was deleted.")}),
		"Undo: Add tags: vip":                  "Undo: Add tags: vip", // written before phrases were kept
		"It is 50 % full, %s.":                 "It is 50 % full, %s.",
		"":                                     "",
	} {
		if got := words.Kept(ctx, kept); got != want {
			t.Errorf("%q is said as %q, want %q.", kept.English(), got, want)
		}
	}
}
