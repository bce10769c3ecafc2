package content

import (
	"regexp"
	"strings"

	"github.com/osteele/liquid/parser"
)

var (
	indexText = regexp.MustCompile(`\[\s*(?:"([\w-]+)"|'([\w-]+)')\s*\]`) // contact["city"] is contact.city
	nameText  = regexp.MustCompile(`[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*`)
)

// Names says whether the template asks for the value at a path, such as contact.city, anywhere: where it
// prints, compares or assigns. A first name that the template itself gives a value is its own.
func (t *Template) Names(path string) bool {
	first, _, _ := strings.Cut(path, ".")
	return t.names[path] && !t.sets[first]
}

// note keeps the paths that stand inside one tag.
func (c *checker) note(token parser.Token) {
	args := indexText.ReplaceAllString(token.Args, ".$1$2")
	args = filterName.ReplaceAllString(quotedText.ReplaceAllString(args, `""`), "|")
	for _, path := range nameText.FindAllString(args, -1) {
		for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
			c.names[path[:end]] = true // contact.city.size asks for contact.city
		}
	}
}
