package search

import (
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// MaxCompletions is how many commands or looked up values complete a search.
const MaxCompletions = 8

// Place is what stands at a cursor, for completing it.
type Place struct {
	From, To int     // characters that a completion replaces
	Command  Command // whose value is being typed; its Name is "" while a word or the name of a command is
	Typed    string  // what is typed of it so far, without quotation marks and signs
	Op       Op      // that stands before the value
}

// Unlisted says whether the values that are typed here are only known to the records themselves.
func (p Place) Unlisted() bool {
	return p.Command.Name != "" && len(p.Command.Values) == 0 && (p.Command.Kind == Text || p.Command.Kind == Choice)
}

// days are what people ask of a date most often.
var days = []Value{
	{Value: "today", Label: domain.Mark("today")},
	{Value: "yesterday", Label: domain.Mark("yesterday")},
	{Value: ">=-7d", Label: domain.Mark("the last 7 days")},
	{Value: ">=-30d", Label: domain.Mark("the last 30 days")},
	{Value: "<-365d", Label: domain.Mark("more than a year ago")},
}

// Complete returns what stands at a cursor, and what it may become: commands, or those of the command's
// values that are known beforehand.
func (c Commands) Complete(text string, cursor int) (Place, []Command, []Value) {
	place := c.At(text, cursor)
	switch {
	case place.Command.Name == "":
		return place, c.beginning(place.Typed), nil
	case place.Command.Kind == Date && place.Op == Is && place.Typed == "":
		return place, nil, days
	case place.Command.Kind != Text && place.Command.Kind != Choice:
		return place, nil, nil
	}
	typed := strings.ToLower(place.Typed)
	fitting := slices.DeleteFunc(slices.Clone(place.Command.Values), func(v Value) bool {
		return !strings.HasPrefix(strings.ToLower(v.Value), typed) && !strings.HasPrefix(strings.ToLower(v.Label), typed)
	})
	return place, nil, fitting[:min(len(fitting), 3*MaxCompletions)]
}

// beginning returns the commands that a word may become.
func (c Commands) beginning(typed string) []Command {
	typed = strings.ToLower(strings.TrimSuffix(typed, ":"))
	found := slices.DeleteFunc(slices.Clone(c), func(known Command) bool { return !strings.HasPrefix(known.Name, typed) })
	return found[:min(len(found), MaxCompletions)]
}

// At returns what stands at a cursor, which is a number of characters. It reads any text, complete or not.
func (c Commands) At(text string, cursor int) Place {
	runes := []rune(text)
	cursor = min(max(cursor, 0), len(runes))
	start := pieceStart(runes[:cursor])
	for start < cursor && (runes[start] == '!' || runes[start] == '+') {
		start++
	}
	place := Place{From: start, To: pieceEnd(runes, start, cursor), Typed: string(runes[start:cursor])}
	name := commandName(place.Typed)
	known := c.Find(name)
	if name == "" || known == nil {
		return place
	}
	place.Command = *known
	p := &parser{text: runes[:cursor], at: start + len(name) + 1}
	for p.take('!') {
		continue
	}
	place.Op = p.op()
	place.From = p.at
	place.Typed = strings.TrimPrefix(string(runes[p.at:cursor]), `"`)
	return place
}

// pieceStart finds where the piece begins that ends with text: behind the last blank or bracket outside of
// quotation marks.
func pieceStart(text []rune) int {
	start, quoted := 0, false
	for i, r := range text {
		switch {
		case r == '"' && (i == 0 || text[i-1] != '\\'):
			quoted = !quoted
		case !quoted && (isSpace(r) || r == '(' || r == ')'):
			start = i + 1
		}
	}
	return start
}

// pieceEnd finds where the piece ends that the cursor stands in.
func pieceEnd(text []rune, start, cursor int) int {
	quoted := strings.Count(string(text[start:cursor]), `"`)%2 == 1
	for i := cursor; i < len(text); i++ {
		switch r := text[i]; {
		case quoted && r == '"':
			return i + 1
		case !quoted && (isSpace(r) || r == '(' || r == ')'):
			return i
		}
	}
	if quoted {
		return cursor // what follows may be another piece: its quotation mark is still to come
	}
	return len(text)
}

// Completion is a value as it is written behind a command.
func Completion(value string) string {
	if plainValue(value) {
		return value
	}
	return quoted(value)
}
