package domain_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
)

func TestAPhraseComesBackAsItWasKept(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.FixedZone("", 3600))
	for english, phrase := range map[string]*domain.Phrase{
		"":                                   nil,
		"The contact was deleted.":           domain.Say("The contact was deleted."),
		"100% sure":                          domain.Say("100%% sure"),
		"It said: 100 %s, <b>":               domain.Say("It said: %s", "100 %s, <b>"),
		"Not sent: 3 of 12,000 came back.":   domain.Say("Not sent: %s", domain.Say("%d of %s came back.", 3, domain.Number(12000))),
		"6.1 % of 1,200 came back.":          domain.Say("%s %% of %s came back.", domain.Decimal{N: 6.1, Places: 1}, domain.Number(1200)),
		"10 %, Anna":                         domain.Say("%s %%, %s", domain.Decimal{N: 10}, "Anna"),
		"2 emails within 7 days":             domain.SayN(2, "%s email within %s", "%s emails within %s").With(domain.Number(2), domain.Say("7 days")),
		"1 contact":                          domain.SayN(1, "%s contact", "%s contacts"),
		"Undo: 1,200 contacts":               domain.Say("Undo: %s", domain.SayN(1200, "%s contact", "%s contacts")),
		"Held until 25 Nov 09:00.":           domain.Say("Held until %s.", domain.Moment{At: at, Layout: "2 Jan 15:04"}),
		"Tags: a, b":                         domain.Say("Tags: %s", domain.List{"a", domain.Say("b")}),
		"Job is running, at 2.5.":            domain.Say("Job is %s, at %v.", domain.Say("running"), 2.5),
		"Said: somebody wrote \"x\" & left.": domain.Say("Said: %s.", domain.Clause{domain.Say("Somebody wrote %q & left.", "x")}),
		"What others say. ":                  domain.Quote("What others say.\x1f"),
	} {
		kept := phrase.Kept()
		if kept.English() != english || fmt.Sprint(kept) != english {
			t.Errorf("%q is kept as %q.", english, kept.English())
		}
		back := kept.Phrase()
		if back.String() != english {
			t.Errorf("%q came back as %q.", english, back)
		}
		if phrase != nil && phrase.Format != "" && (back.Format != phrase.Format || back.One != phrase.One || back.Count != phrase.Count || fmt.Sprintf(phrase.Format, back.Args...) != fmt.Sprintf(phrase.Format, phrase.Args...)) {
			t.Errorf("%q came back as %+v from %q.", english, back, string(kept))
		}
		var again domain.Kept
		coded, err := json.Marshal(kept)
		if err != nil || json.Unmarshal(coded, &again) != nil || again != kept {
			t.Errorf("JSON makes %q of %q: %v", string(again), string(kept), err)
		}
	}
}

func TestWhatWasKeptBeforeIsPlain(t *testing.T) {
	t.Parallel()
	for _, old := range []string{"Not sent: the contact has unsubscribed.", "It is 100 % full", "Held back: 50%d", "It said: a\x1f{", "It said: a\x1f[]"} {
		english, _, _ := strings.Cut(old, "\x1f")
		if got := domain.Kept(old).Phrase().String(); got != english {
			t.Errorf("%q came back as %q.", old, got)
		}
	}
}

func TestAClauseBeginsSmallUnlessItIsAName(t *testing.T) {
	t.Parallel()
	for sentence, want := range map[string]string{
		"The contact was deleted.":          "the contact was deleted",
		"Not sent: Somebody marked it.":     "not sent: somebody marked it",
		"Berlin is far.":                    "Berlin is far",
		"Failed: “Offer” was refused. Now.": "failed: “Offer” was refused. Now",
	} {
		if got := (domain.Clause{Of: domain.Quote(sentence)}).String(); got != want {
			t.Errorf("%q is %q within a sentence, want %q.", sentence, got, want)
		}
	}
}
