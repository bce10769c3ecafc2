package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse reads a search. It returns nil for one that asks for nothing, and an *Error that says what is
// wrong and where.
func Parse(text string, known Commands) (Expr, error) {
	p := &parser{text: []rune(text), known: known}
	if problem := p.unreadable(text); problem != nil {
		return nil, problem
	}
	x, problem := p.either()
	if problem == nil && p.at < len(p.text) { // only a bracket stops the reading
		problem = wrong(p.at, "The bracket at position %d closes nothing.", p.at+1)
	}
	if problem != nil {
		return nil, problem
	}
	return x, nil
}

// parser reads from left to right; at is the next character.
type parser struct {
	text  []rune
	at    int
	depth int
	terms int
	known Commands
}

func (p *parser) unreadable(text string) *Error {
	if !utf8.ValidString(text) {
		return wrong(0, "This is not readable text.")
	}
	for i, r := range p.text {
		if unicode.IsControl(r) && !isSpace(r) {
			return wrong(i, "There is a control character at position %d.", i+1)
		}
	}
	if len(p.text) > MaxLength {
		return wrong(MaxLength, "A search has at most %d characters, and this one has %d.", MaxLength, len(p.text))
	}
	return nil
}

// either reads a OR b OR …; nil when there is nothing before the end or a closing bracket.
func (p *parser) either() (Expr, *Error) {
	var parts Or
	for or := -1; ; {
		part, problem := p.both()
		if problem != nil {
			return nil, problem
		}
		before := or
		if or = p.keyword("OR"); part == nil && (or >= 0 || before >= 0) {
			return nil, lonely("OR", max(or, before))
		}
		if part != nil {
			parts = append(parts, flatten(part)...)
		}
		if or < 0 {
			break
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return parts, nil
}

// lonely says that a word between two others misses one of them.
func lonely(word string, at int) *Error {
	return wrong(at, "The %s at position %d needs something on each side of it.", word, at+1)
}

// flatten takes (a OR b) OR c for a OR b OR c.
func flatten(x Expr) []Expr {
	if inner, ok := x.(Or); ok {
		return inner
	}
	return []Expr{x}
}

// both reads a b AND c, and so on.
func (p *parser) both() (Expr, *Error) {
	var parts []Expr
	for and := -1; ; {
		if next := p.keyword("AND"); next >= 0 {
			if len(parts) == 0 || and >= 0 {
				return nil, lonely("AND", next)
			}
			and = next
			continue
		}
		part, problem := p.one()
		switch {
		case problem != nil:
			return nil, problem
		case part == nil && and >= 0:
			return nil, lonely("AND", and)
		case part == nil:
			return Join(parts...), nil
		}
		and = -1
		if inner, ok := part.(And); ok {
			parts = append(parts, inner...)
		} else {
			parts = append(parts, part)
		}
	}
}

// one reads a word, a phrase, a command or a bracket, with what stands before it; nil at an end.
func (p *parser) one() (Expr, *Error) {
	start := p.at
	switch r := p.peek(); {
	case r == 0 || r == ')' || p.isKeyword("OR"):
		return nil, nil
	case r == '(':
		return p.bracket()
	case r == '!':
		return p.not()
	}
	if p.terms++; p.terms > MaxTerms {
		return nil, wrong(start, "A search has at most %d words and commands.", MaxTerms)
	}
	whole := looksStrict(string(p.text[p.at:])) && p.take('+')
	if p.peek() == '"' {
		phrase, problem := p.quoted()
		if problem == nil && strings.TrimSpace(phrase) == "" {
			problem = wrong(start, "There is nothing between the quotation marks at position %d.", start+1)
		}
		if problem != nil {
			return nil, problem
		}
		return Word{Text: phrase, Whole: whole}, nil
	}
	word := p.bare()
	if name := commandName(word); name != "" && !whole {
		p.at = start + len(name) + 1 // behind the colon
		return p.command(name, start)
	}
	return Word{Text: word, Whole: whole}, nil
}

func (p *parser) not() (Expr, *Error) {
	start := p.at
	p.at++
	p.spaces()
	x, problem := p.one()
	switch {
	case problem != nil:
		return nil, problem
	case x == nil:
		return nil, wrong(start, "There is nothing after the ! at position %d. Write behind it what to leave out.", start+1)
	}
	return negate(x), nil
}

// negate takes !!a for a.
func negate(x Expr) Expr {
	if inner, ok := x.(Not); ok {
		return inner.X
	}
	return Not{x}
}

func (p *parser) bracket() (Expr, *Error) {
	start := p.at
	p.at++
	if p.depth++; p.depth > MaxDepth {
		return nil, wrong(start, "Brackets go at most %d deep, and the one at position %d goes deeper.", MaxDepth, start+1)
	}
	x, problem := p.either()
	switch {
	case problem != nil:
		return nil, problem
	case !p.take(')'):
		return nil, wrong(start, "The bracket at position %d is never closed.", start+1)
	case x == nil:
		return nil, wrong(start, "There is nothing inside the brackets at position %d.", start+1)
	}
	p.depth--
	return x, nil
}

// command reads what follows the colon of a command.
func (p *parser) command(name string, start int) (Expr, *Error) {
	known := p.known.Find(name)
	if known == nil {
		return nil, p.known.unknown(name, start)
	}
	not := false
	for p.take('!') {
		not = !not
	}
	term := Term{Command: known.Name, Op: p.op()}
	valueAt := p.at
	if p.peek() == '"' {
		value, problem := p.quoted()
		if problem != nil {
			return nil, problem
		}
		term.Value, term.Literal = value, true
	} else {
		term.Value = p.bare()
	}
	if strings.TrimSpace(term.Value) == "" {
		return nil, wrong(start, "The search command “%s:” at position %d has no value. Write it like %s.", known.Name, start+1, known.Example)
	}
	if problem := known.check(&term, valueAt); problem != nil {
		return nil, problem
	}
	if not {
		return Not{term}, nil
	}
	return term, nil
}
