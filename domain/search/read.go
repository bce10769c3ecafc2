package search

import (
	"strings"
	"unicode"
)

// The reader's smallest pieces.

func isSpace(r rune) bool { return unicode.IsSpace(r) }

// peek returns the next character, 0 at the end.
func (p *parser) peek() rune {
	if p.at >= len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// take reads r if it is next.
func (p *parser) take(r rune) bool {
	if p.peek() != r {
		return false
	}
	p.at++
	return true
}

func (p *parser) spaces() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

// bare reads up to the next blank, bracket or quotation mark.
func (p *parser) bare() string {
	start := p.at
	for p.at < len(p.text) && !isSpace(p.text[p.at]) && !strings.ContainsRune(`()"`, p.text[p.at]) {
		p.at++
	}
	return string(p.text[start:p.at])
}

// quoted reads "…", in which \ keeps the next character as it is.
func (p *parser) quoted() (string, *Error) {
	start := p.at
	p.at++
	var out strings.Builder
	for p.at < len(p.text) {
		r := p.text[p.at]
		p.at++
		switch {
		case r == '"':
			return out.String(), nil
		case r == '\\' && p.at < len(p.text):
			r = p.text[p.at]
			p.at++
		}
		out.WriteRune(r)
	}
	return "", wrong(start, "The quotation mark at position %d is never closed.", start+1)
}

// isKeyword says whether AND or OR stands next, as a word of its own.
func (p *parser) isKeyword(word string) bool {
	rest := p.text[p.at:]
	n := len(word)
	return len(rest) >= n && string(rest[:n]) == word && (len(rest) == n || isSpace(rest[n]) || strings.ContainsRune(`()"`, rest[n]))
}

// keyword reads AND or OR if it is next, and says where it stood; -1 when it was not there.
func (p *parser) keyword(word string) int {
	p.spaces()
	if !p.isKeyword(word) {
		return -1
	}
	p.at += len(word)
	return p.at - len(word)
}

func (p *parser) op() Op {
	for _, op := range []Op{AtLeast, AtMost, More, Less} {
		if n := len(op); p.at+n <= len(p.text) && string(p.text[p.at:p.at+n]) == string(op) {
			p.at += n
			return op
		}
	}
	return Is
}

// commandName returns what stands before the colon of a command that text begins with, or "". 12:30 and
// http://… are no commands.
func commandName(text string) string {
	name, rest, ok := strings.Cut(text, ":")
	if !ok || name == "" || strings.HasPrefix(rest, "//") {
		return ""
	}
	for i, r := range name {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return ""
		}
	}
	return name
}

// looksStrict says whether text begins with the + of a whole word. +49… is a phone number.
func looksStrict(text string) bool {
	rest, ok := strings.CutPrefix(text, "+")
	return ok && rest != "" && !digitFirst(rest) && !strings.ContainsFunc(rest[:1], func(r rune) bool { return isSpace(r) || r == '(' || r == ')' })
}

func digitFirst(text string) bool { return text != "" && '0' <= text[0] && text[0] <= '9' }
