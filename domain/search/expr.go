package search

import (
	"slices"
	"strings"
)

// Expr is a search as a tree: And, Or, Not, Word or Term.
type Expr interface {
	// write prints the expression as it stands inside a stronger one: 0 nothing, 1 OR, 2 AND, 3 NOT.
	write(out *strings.Builder, inside int)
}

// And holds when all of its parts, at least two, hold.
type And []Expr

// Or holds when one of its parts, at least two, holds.
type Or []Expr

// Not holds when X does not.
type Not struct{ X Expr }

// Word is looked for in the columns that a list names.
type Word struct {
	Text  string
	Whole bool // +word: not as a part of a longer word
}

// Op compares; Is is used where no sign is written.
type Op string

// The signs.
const (
	Is      Op = ""
	More    Op = ">"
	AtLeast Op = ">="
	Less    Op = "<"
	AtMost  Op = "<="
)

// Term is a command with its value.
type Term struct {
	Command string // as the list names it
	Op      Op
	Value   string // of a Choice one of its values; of other kinds as it was typed
	Literal bool   // it was quoted: * is a star
}

// Any says whether the term asks for any value at all: tag:*.
func (t Term) Any() bool { return t.Value == "*" && !t.Literal }

// String prints the tree as the text that reads back the same; "" for nil.
func String(x Expr) string {
	if x == nil {
		return ""
	}
	var out strings.Builder
	x.write(&out, 0)
	return out.String()
}

// Parts returns what is joined by AND at the top: the pieces that can be shown and removed one by one.
func Parts(x Expr) []Expr {
	switch x := x.(type) {
	case nil:
		return nil
	case And:
		return x
	}
	return []Expr{x}
}

// Join is the opposite of Parts; nil when there are none.
func Join(parts ...Expr) Expr {
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return parts[0]
	}
	return And(parts)
}

// Without returns x without one of its parts, by place; nil when nothing is left.
func Without(x Expr, place int) Expr {
	return Join(slices.Delete(slices.Clone(Parts(x)), place, place+1)...)
}

func (x And) write(out *strings.Builder, inside int) {
	writeJoined(out, x, " ", 2, inside)
}

func (x Or) write(out *strings.Builder, inside int) {
	writeJoined(out, x, " OR ", 1, inside)
}

// writeJoined writes brackets only where they are needed, so that no text gets deeper by printing it.
func writeJoined(out *strings.Builder, parts []Expr, between string, strength, inside int) {
	if inside > strength {
		out.WriteByte('(')
		defer out.WriteByte(')')
	}
	for i, part := range parts {
		if i > 0 {
			out.WriteString(between)
		}
		part.write(out, strength)
	}
}

func (x Not) write(out *strings.Builder, _ int) {
	out.WriteByte('!')
	x.X.write(out, 3)
}

func (x Word) write(out *strings.Builder, _ int) {
	if x.Whole {
		out.WriteByte('+')
	}
	if plainWord(x.Text) && (!x.Whole || !digitFirst(x.Text)) {
		out.WriteString(x.Text)
		return
	}
	out.WriteString(quoted(x.Text))
}

func (t Term) write(out *strings.Builder, _ int) {
	out.WriteString(t.Command + ":" + string(t.Op))
	if t.Literal || !plainValue(t.Value) {
		out.WriteString(quoted(t.Value))
		return
	}
	out.WriteString(t.Value)
}

// quoted writes a text in quotation marks.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// plainWord says whether a text reads as itself where a word may stand.
func plainWord(text string) bool {
	if text == "AND" || text == "OR" || !bare(text) || strings.HasPrefix(text, "!") || looksStrict(text) {
		return false
	}
	return commandName(text) == ""
}

// plainValue says whether a text reads as itself after the colon of a command.
func plainValue(text string) bool { return bare(text) && !strings.ContainsAny(text[:1], "!<>") }

// bare says whether a text is one piece for the reader.
func bare(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return isSpace(r) || strings.ContainsRune(`()"`, r) })
}
