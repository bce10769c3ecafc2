package search

import "strings"

// Place is what stands at a cursor, for completing it.
type Place struct {
	From, To int     // characters that a completion replaces
	Command  Command // whose value is being typed; its Name is "" while a word or the name of a command is
	Typed    string  // what is typed of it so far, without quotation marks and signs
	Op       Op      // that stands before the value
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
