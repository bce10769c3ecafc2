package domain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Phrase is a sentence, or a part of one, that people read. It is English, but keeps the text apart
// from what fills its places, so that pages find the text in their catalogue and say it in another
// language. Nil says nothing.
type Phrase struct {
	// Format is the English text with its places, as package fmt writes them, and the key under which
	// a translation is found; "" when the words are somebody's own and stay as they are.
	Format string
	// One replaces Format where Count is 1; "" when the phrase is not about a number.
	One   string
	Count int
	// Args fill the places. Phrases, what has a method Phrase, numbers, lists and moments among them are
	// said in the language of the whole.
	Args []any

	english string
}

// Say returns a phrase. The format is a literal, or it would be missing in the catalogue of pages.
func Say(format string, args ...any) *Phrase {
	return &Phrase{Format: format, Args: args, english: fmt.Sprintf(format, args...)}
}

// SayN returns a phrase about a number of things, which fills the first %s of both formats:
// SayN(n, "%s contact", "%s contacts").
func SayN(n int, one, other string) *Phrase {
	p := &Phrase{Format: other, One: one, Count: n, Args: []any{Number(n)}}
	if n == 1 {
		other = one
	}
	p.english = fmt.Sprintf(other, p.Args...)
	return p
}

// With returns the phrase with other things in its places.
func (p *Phrase) With(args ...any) *Phrase {
	format := p.Format
	if p.One != "" && p.Count == 1 {
		format = p.One
	}
	return &Phrase{Format: p.Format, One: p.One, Count: p.Count, Args: args, english: fmt.Sprintf(format, args...)}
}

// Word returns the phrase of a code that is an English word itself, such as a state. The constants of
// types whose method Phrase returns one are in the catalogue of pages.
func Word(code string) *Phrase { return &Phrase{Format: code, english: code} }

// Mark puts an English text into the catalogue of pages that stays a plain text: a label that documents
// hold, or a reason that rows keep. Pages look it up when they show it.
func Mark(text string) string { return text }

// Quote returns a phrase of words that are nobody's to translate: what a provider answered, or what
// was written down long ago.
func Quote(text string) *Phrase { return &Phrase{english: text} }

// PhraseOf returns what an error of ours says, and quotes others.
func PhraseOf(err error) *Phrase {
	if ours := own(err); ours != nil {
		return ours.Phrase()
	}
	return Quote(err.Error())
}

// String says the phrase in English.
func (p *Phrase) String() string {
	if p == nil {
		return ""
	}
	return p.english
}

// MarshalText writes the phrase in English.
func (p *Phrase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Figure is a number within a phrase; see Number.
type Figure struct{ N int }

// Number is a number within a phrase, written with commas between thousands in English.
func Number(n int) Figure { return Figure{n} }

func (f Figure) String() string {
	digits := strconv.Itoa(f.N)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Decimal is a number with so many decimals within a phrase.
type Decimal struct {
	N      float64
	Places int
}

func (d Decimal) String() string { return strconv.FormatFloat(d.N, 'f', d.Places, 64) }

// List are several things within a phrase: names, or phrases.
type List []any

// ListOf lists values of one type.
func ListOf[T any](values []T) List {
	list := make(List, len(values))
	for i, value := range values {
		list[i] = value
	}
	return list
}

func (l List) String() string {
	texts := make([]string, len(l))
	for i, one := range l {
		texts[i] = fmt.Sprint(one)
	}
	return strings.Join(texts, ", ")
}

// Moment is a time within a phrase, in the zone in which it is to be read.
type Moment struct {
	At     time.Time
	Layout string // of package time
}

func (m Moment) String() string { return m.At.Format(m.Layout) }

// Clause is a sentence within another one: without its full stop, and in small letters where it does not
// begin with a name.
type Clause struct{ Of *Phrase }

func (c Clause) String() string { return c.Cut(c.Of.String()) }

var (
	// openings are the first words of sentences that we write; anything else may be a name.
	openings = []string{"The ", "It ", "Somebody ", "Earlier ", "This ", "There ", "A ", "An ", "No ", "No:", "Yes", "Not ", "Nobody ", "Passed "}
	// outcomes begin sentences that hold another one.
	outcomes = []string{"Not sent: ", "Failed: ", "Passed by: ", "Held back: "}
)

// Cut makes a clause of the sentence as it is said in some language.
func (c Clause) Cut(said string) string {
	said = strings.TrimRight(said, ". ")
	for _, outcome := range outcomes {
		if reason, ok := strings.CutPrefix(said, outcome); ok {
			return strings.ToLower(outcome) + Clause{Quote(reason)}.Cut(reason)
		}
	}
	english := c.Of.String()
	begins := func(opening string) bool { return strings.HasPrefix(english, opening) }
	if slices.ContainsFunc(openings, begins) || slices.ContainsFunc(outcomes, begins) {
		first, size := utf8.DecodeRuneInString(said)
		return string(unicode.ToLower(first)) + said[size:]
	}
	return said
}
