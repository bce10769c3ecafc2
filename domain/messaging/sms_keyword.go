package messaging

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
)

// Keyword is what a text asks for, beyond being an answer.
type Keyword string

// The keywords.
const (
	KeywordNone  Keyword = ""
	KeywordStop  Keyword = "stop"  // no more SMS
	KeywordStart Keyword = "start" // SMS again
	KeywordHelp  Keyword = "help"
)

//go:embed words/optout.txt
var wordList string

// words are the lines of the list by their kind.
var words = func() map[string][]string {
	byKind := map[string][]string{}
	for line := range strings.Lines(wordList) {
		kind, word, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && kind != "#" {
			byKind[kind] = append(byKind[kind], word)
		}
	}
	return byKind
}()

// ReadKeyword reads what a text asks for. People stop SMS in any words that can reasonably be
// understood, not only by the keywords of carriers; in doubt they mean it.
func ReadKeyword(text string) Keyword {
	said := plainWords(text)
	if len(said) == 0 {
		return KeywordNone
	}
	sentence := strings.Join(said, " ")
	meant := slices.DeleteFunc(slices.Clone(said), func(word string) bool { return slices.Contains(words["courtesy"], word) })
	first, only := said[0], len(said) == 1
	if len(meant) > 0 {
		first, only = meant[0], len(meant) == 1
	}
	const most = 5 // words after which "stop" is a part of a story
	switch {
	case holdsPhrase(sentence, "not"):
		return KeywordNone
	case only && (slices.Contains(words["stop"], first) || slices.Contains(words["strong"], first)),
		len(said) <= most && slices.Contains(words["strong"], first),
		holdsPhrase(sentence, "phrase"):
		return KeywordStop
	case only && slices.Contains(words["start"], first):
		return KeywordStart
	case only && slices.Contains(words["help"], first):
		return KeywordHelp
	}
	return KeywordNone
}

func holdsPhrase(sentence, kind string) bool {
	return slices.ContainsFunc(words[kind], func(phrase string) bool {
		return strings.Contains(" "+sentence+" ", " "+phrase+" ")
	})
}

// plainWords are the words of a text in small letters, without signs: "Don't!" is dont.
func plainWords(text string) []string {
	text = strings.NewReplacer("'", "", "’", "", "`", "", "´", "").Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}
