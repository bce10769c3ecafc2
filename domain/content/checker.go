package content

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"

	"github.com/mauntic/mauntic/domain"
)

// usedTag is a merge tag that the template prints: its path and where it stands.
type usedTag struct {
	path string
	line int
}

// checker walks a parsed template, refuses what could run too long, and puts ticks into it.
type checker struct {
	tags  []usedTag
	names map[string]bool // paths that stand in any tag
	sets  map[string]bool
}

func (c *checker) children(node render.Node, depth, loops int) error {
	switch n := node.(type) {
	case *render.SeqNode:
		return c.sequence(&n.Children, depth, loops)
	case *render.BlockNode:
		return c.block(n, depth, loops)
	case *render.ObjectNode:
		if path, ok := leadingPath(n.Args); ok {
			c.tags = append(c.tags, usedTag{path: path, line: n.SourceLoc.LineNo})
		}
		c.note(n.Token)
		return checkArgs(n.Token)
	case *render.TagNode:
		c.note(n.Token)
		if n.Name == "assign" {
			c.sets[firstName.FindString(n.Args)] = true
		}
		return checkArgs(n.Token)
	case *render.TextNode:
		for _, open := range []string{"{{", "{%"} {
			if at := strings.Index(n.Source, open); at >= 0 {
				return domain.Invalid("", "Line %d: %s is never closed.", n.SourceLoc.LineNo+strings.Count(n.Source[:at], "\n"), open)
			}
		}
	}
	return nil
}

func (c *checker) sequence(nodes *[]render.Node, depth, loops int) error {
	for i, node := range *nodes {
		if err := c.children(node, depth, loops); err != nil {
			return err
		}
		if block, ok := node.(*render.BlockNode); ok && block.Name == "capture" {
			limited, err := metered(block)
			if err != nil {
				return err
			}
			(*nodes)[i] = limited
		}
	}
	const stride = 16 // nodes between two ticks
	for at := stride; at < len(*nodes); at += stride {
		*nodes = slices.Insert(*nodes, at, tickNode)
	}
	return nil
}

func (c *checker) block(n *render.BlockNode, depth, loops int) error {
	line := n.SourceLoc.LineNo
	if depth++; depth > maxNesting {
		return domain.Invalid("", "Line %d: more than %d blocks stand inside each other.", line, maxNesting)
	}
	if err := checkArgs(n.Token); err != nil {
		return err
	}
	c.note(n.Token)
	if n.Name == "capture" || n.Name == "for" || n.Name == "tablerow" {
		c.sets[firstName.FindString(n.Args)] = true
	}
	isLoop := n.Name == "for" || n.Name == "tablerow"
	if isLoop {
		if loops++; loops > maxLoops {
			return domain.Invalid("", "Line %d: more than %d loops stand inside each other.", line, maxLoops)
		}
	}
	if err := c.sequence(&n.Body, depth, loops); err != nil {
		return err
	}
	if isLoop {
		n.Body = slices.Insert(n.Body, 0, tickNode)
	}
	for _, clause := range n.Clauses {
		if err := c.block(clause, depth, loops); err != nil {
			return err
		}
	}
	return nil
}

// tickNode is a compiled tick.
var tickNode = func() render.Node {
	cfg := configs[Text]
	root, err := cfg.Compile("{% "+tickTag+" %}", parser.SourceLoc{})
	if err != nil {
		panic(err) // the tag is registered above
	}
	return root
}()

var (
	quotedText = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	rangeText  = regexp.MustCompile(`\(\s*(\S+?)\s*\.\.\s*(\S+?)\s*\)`)
	filterName = regexp.MustCompile(`\|\s*(\w+)`)
	firstName  = regexp.MustCompile(`[A-Za-z_][\w-]*`)
	pathText   = regexp.MustCompile(`^\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*(?:\||$)`)
)

// checkArgs looks at what stands inside one tag.
func checkArgs(token parser.Token) error {
	args, line := quotedText.ReplaceAllString(token.Args, `""`), token.SourceLoc.LineNo
	ranges := rangeText.FindAllStringSubmatch(args, -1)
	if strings.Count(args, "..") != len(ranges) {
		return domain.Invalid("", "Line %d: a range is written with two numbers, like (1..10).", line)
	}
	for _, r := range ranges {
		first, errFirst := strconv.Atoi(r[1])
		last, errLast := strconv.Atoi(r[2])
		switch {
		case errFirst != nil || errLast != nil:
			return domain.Invalid("", "Line %d: a range is written with two numbers, like (1..10).", line)
		case last-first >= maxRange || last < -maxInt || first > maxInt || first < -maxInt || last > maxInt:
			return domain.Invalid("", "Line %d: a range may have %d numbers at most.", line, maxRange)
		}
	}
	filters := filterName.FindAllStringSubmatch(args, -1)
	if len(filters) > maxFilters {
		return domain.Invalid("", "Line %d: one tag may use %d filters at most.", line, maxFilters)
	}
	for _, f := range filters {
		if !filterNames[f[1]] {
			return domain.Invalid("", "Line %d: there is no filter %q.", line, f[1])
		}
	}
	return nil
}

const maxInt = 1 << 30

// leadingPath returns the path that a merge tag prints: contact.city of {{ contact.city | upcase }}.
func leadingPath(args string) (string, bool) {
	found := pathText.FindStringSubmatch(args)
	if len(found) == 0 || slices.Contains([]string{"true", "false", "nil", "empty", "blank"}, found[1]) {
		return "", false
	}
	return found[1], true
}
