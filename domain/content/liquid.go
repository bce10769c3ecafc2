package content

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"

	"github.com/mauntic/mauntic/domain"
)

// Limits of what a marketer's Liquid may cost.
const (
	MaxSource  = 256 << 10 // bytes of source
	MaxOutput  = 1 << 20   // bytes that one rendering may write, or keep by capture
	maxTime    = 2 * time.Second
	maxRange   = 1000 // elements of a range such as (1..10)
	maxLoops   = 2    // loops inside each other
	maxNesting = 50   // blocks inside each other
	maxFilters = 20   // filters in one tag
)

// Template is parsed Liquid. It may be rendered by many at once.
type Template struct {
	plain string      // the source, when it has no Liquid in it
	root  render.Node // nil: plain
	mode  Mode
	tags  []usedTag
	names map[string]bool // paths that it asks for, and what they begin with
	sets  map[string]bool // names that the template itself gives a value
}

// Parse reads source and refuses what could run too long. The error is a domain error whose
// sentence names the line.
func Parse(source string, mode Mode) (_ *Template, err error) {
	if len(source) > MaxSource {
		return nil, domain.TooLarge("", "This text is longer than %d KB.", MaxSource>>10)
	}
	if !strings.Contains(source, "{{") && !strings.Contains(source, "{%") {
		return &Template{plain: source}, nil
	}
	defer rescue(&err)
	cfg := configs[mode]
	root, parseErr := cfg.Compile(source, parser.SourceLoc{LineNo: 1})
	if parseErr != nil {
		return nil, explain(parseErr)
	}
	check := checker{sets: map[string]bool{"forloop": true}, names: map[string]bool{}}
	if err := check.children(root, 0, 0); err != nil {
		return nil, err
	}
	return &Template{root: root, mode: mode, tags: check.tags, names: check.names, sets: check.sets}, nil
}

// Render fills the template with vars. Unknown tags render empty.
func (t *Template) Render(vars map[string]any) (_ string, err error) {
	if t.root == nil {
		return t.plain, nil
	}
	defer rescue(&err)
	ctx, cancel := context.WithTimeout(context.Background(), maxTime)
	defer cancel()
	bindings := make(map[string]any, len(vars)+1)
	maps.Copy(bindings, vars)
	bindings[meterName] = &meter{ctx: ctx, room: MaxOutput}
	out := limitedBuffer{room: MaxOutput}
	if err := render.Render(t.root, &out, bindings, configs[t.mode]); err != nil {
		return "", explain(err)
	}
	return out.buf.String(), nil
}

// configs hold tags and filters for each mode. Nothing changes them after the start.
var configs = [...]render.Config{Text: newConfig(Text), HTML: newConfig(HTML), JSON: newConfig(JSON), URL: newConfig(URL)}

func newConfig(mode Mode) render.Config {
	cfg := render.NewConfig()
	addFilters(&cfg)
	tags.AddStandardTags(&cfg)
	cfg.UnregisterTag("include") // they read files
	cfg.UnregisterTag("render")
	cfg.AddTag(tickTag, func(string) (tagRenderer, error) { return tick, nil })
	cfg.AddBlock(captureBlock).Compiler(capture)
	if escaper, ok := escapers[mode]; ok {
		cfg.SetAutoEscapeReplacer(escaper)
	}
	addMachineFilters(&cfg, mode)
	return cfg
}

type tagRenderer = func(out writer, ctx render.Context) error

// rescue turns a panic of the library, which some malformed templates provoke, into an error.
func rescue(err *error) {
	p := recover()
	if cause, ok := p.(error); ok && tooMuch(cause) != nil {
		*err = tooMuch(cause) // some tags panic with what the writer says
	} else if p != nil {
		*err = domain.Invalid("", "This text can't be understood as Liquid: %v.", p)
	}
}

// explain says in a sentence what the library found.
func explain(err parser.Error) error {
	for _, cause := range []error{err, err.Cause()} {
		if refused := tooMuch(cause); refused != nil {
			return refused
		}
	}
	reason := err.Error()
	if _, after, found := strings.Cut(reason, "): "); found {
		reason = after
	}
	if cause := err.Cause(); cause != nil {
		reason = cause.Error()
	}
	line := max(err.LineNumber(), 1)
	switch {
	case strings.Contains(reason, "undefined tag"):
		return domain.Invalid("", "Line %d: there is no tag %s.", line, quoted(reason))
	case strings.Contains(reason, "undefined filter"):
		return domain.Invalid("", "Line %d: there is no filter %s.", line, quoted(reason))
	case strings.Contains(reason, "unterminated"):
		return domain.Invalid("", "Line %d: the block %s is never closed.", line, quoted(reason))
	}
	return domain.Invalid("", "Line %d: %s.", line, strings.TrimSuffix(reason, "."))
}

// quoted returns the part of s in double quotes, with them.
func quoted(s string) string {
	if start, end := strings.Index(s, `"`), strings.LastIndex(s, `"`); start >= 0 && end > start {
		return s[start : end+1]
	}
	return s
}

// What the writer of a template's output says when it refuses more.
var (
	errTooLong = errors.New("rendering takes too long")
	errTooMuch = errors.New("the output is too long")
)

// tooMuch explains what the writer said; nil when it was something else.
func tooMuch(err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return domain.Invalid("", "Rendering this text takes too long. Use fewer or shorter loops.")
	case errors.Is(err, errTooMuch):
		return domain.Invalid("", "This text becomes longer than %d KB.", MaxOutput>>10)
	}
	return nil
}

// limitedBuffer is a buffer that refuses to grow beyond its room.
type limitedBuffer struct {
	buf  bytes.Buffer
	room int
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.buf.Len()+len(p) > b.room {
		return 0, errTooMuch
	}
	return b.buf.Write(p)
}
