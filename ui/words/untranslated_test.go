package words_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	templ "github.com/a-h/templ/parser/v2"
	"github.com/a-h/templ/parser/v2/visitor"
)

// forBuilders lists folders whose pages are for those who build pages: their samples stay English.
var forBuilders = []string{"kitui/"}

// names are not translated: of products, protocols and formats.
var names = []string{
	"Mauntic", "· Mauntic", "Temporal", "Temporal UI", "PostgreSQL", "Twilio", "Amazon SES", "Liquid", "UTC", "CSV", "JSON", "HTML", "SMS", "API", "DKIM", "SPF", "DMARC", "Atom",
	"Edge", "Opera", "Firefox", "Chrome", "Safari", "Samsung Internet", "ChromeOS", "Windows", "macOS", "Linux", "Android", "iPhone", "iPad", "English",
	"From", "To", "Date", // headers of mails
	"Message ", "Action on many contacts, job ", // begin details of consents
	"Windows-1252", "&nbsp;",
	"January", "Monday", "Mon", // of layouts of times
	"Mod", "Ctrl", "Esc", "Enter", "Alt", "Shift", "Edg", "SamsungBrowser", "FxiOS", "CriOS", "CrOS", "Mac OS X", "SameSite", "OPR/",
}

// TestPagesSayNothingBesideTheCatalogue finds texts that no translation can reach.
func TestPagesSayNothingBesideTheCatalogue(t *testing.T) {
	t.Parallel()
	eachSource(t, func(path string) {
		switch {
		case slices.ContainsFunc(forBuilders, func(begin string) bool { return strings.HasPrefix(path, "../"+begin) }):
		case strings.HasSuffix(path, ".templ"):
			for _, said := range saidInTemplate(t, path) {
				t.Errorf("%s says %q beside the catalogue. Write { words.T(ctx, \"…\") }.", path, said)
			}
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			for _, said := range saidInCode(t, path) {
				t.Errorf("%s says %s beside the catalogue. Write words.T(ctx, \"…\"), or words.Mark in a table.", path, said)
			}
		}
	})
}

func eachSource(t *testing.T, see func(path string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || strings.HasSuffix(entry.Name(), "test")):
			return fs.SkipDir
		case !entry.IsDir():
			see(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shown are the attributes that people read or hear.
var shown = []string{"title", "placeholder", "aria-label", "alt", "aria-description", "label"}

// saidInTemplate returns the texts between tags and in attributes of a template.
func saidInTemplate(t *testing.T, path string) []string {
	t.Helper()
	file, err := templ.Parse(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var found []string
	see := visitor.New()
	see.Text = func(n *templ.Text) error {
		if text := strings.TrimSpace(n.Value); isText(text) {
			found = append(found, text)
		}
		return nil
	}
	see.ConstantAttribute = func(n *templ.ConstantAttribute) error {
		if slices.Contains(shown, n.Key.String()) && isText(n.Value) {
			found = append(found, n.Key.String()+"="+n.Value)
		}
		return nil
	}
	element := see.Element
	see.Element = func(n *templ.Element) error {
		if n.Name == "code" || n.Name == "kbd" { // what is typed or pressed is the same everywhere
			return nil
		}
		return element(n)
	}
	if err := file.Visit(see); err != nil {
		t.Fatal(err)
	}
	return found
}

func isText(text string) bool {
	return strings.ContainsFunc(text, unicode.IsLetter) && !slices.Contains(names, text)
}

// sentence looks like something that people read: it begins with a capital letter and is no header,
// layout of a time, identifier or path.
var (
	sentence    = regexp.MustCompile(`^[“"(]?\p{Lu}[\p{L}'’]*([ ,.:;?!…-]|$)`)
	noSentence  = regexp.MustCompile(`^([A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+|[A-Z]{2,}[A-Z_0-9]*|[A-Z][a-z]*[A-Z]\w*|[A-Z]|Jan.*)$`)
	textKeys    = []string{"Label", "Title", "Text", "Hint", "Yes", "Sub", "BackLabel", "Placeholder"}
	notForPages = map[string][]string{ // functions whose texts are no page's
		"fmt": {"Errorf"}, "errors": {"New"}, "regexp": {"MustCompile"}, "domain": nil, "log": nil, "slog": nil, "Log": nil, "templruntime": nil, "words": nil,
	}
)

// saidInCode returns the literals of Go code that look like texts of a page. Generated code counts too:
// it holds what templates hand to components.
func saidInCode(t *testing.T, path string) []string {
	t.Helper()
	files := token.NewFileSet()
	source, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(source, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field: // its tag
			return n.Tag == nil
		case *ast.CallExpr:
			return !elsewhere(n)
		case *ast.CompositeLit:
			return !isData(n.Type)
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && slices.Contains(textKeys, key.Name) {
				if text, ok := literal(n.Value); ok && isText(text) {
					found = append(found, fmt.Sprintf("%q", text))
					return false
				}
			}
		case *ast.IndexExpr:
			_, isKey := n.Index.(*ast.BasicLit)
			return !isKey
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && looksSaid(text) {
				found = append(found, fmt.Sprintf("%q (line %d)", text, files.Position(n.Pos()).Line))
			}
		}
		return true
	})
	return found
}

// isData says whether a literal fills the places of a text: its keys are names.
func isData(of ast.Expr) bool {
	switch t := of.(type) {
	case *ast.Ident:
		return t.Name == "Data"
	case *ast.SelectorExpr:
		return t.Sel.Name == "Data"
	}
	return false
}

func looksSaid(text string) bool {
	return len(text) > 1 && sentence.MatchString(text) && !noSentence.MatchString(text) && !slices.Contains(names, text)
}

// elsewhere says whether the texts in a call are of the catalogue, for the log, or of the domain.
func elsewhere(call *ast.CallExpr) bool {
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		mark, is := call.Fun.(*ast.Ident)
		return is && mark.Name == "Mark"
	}
	var in string
	switch x := function.X.(type) {
	case *ast.Ident:
		in = x.Name
	case *ast.SelectorExpr:
		in = x.Sel.Name
	}
	if in == "templ_7745c5c3_Buffer" || function.Sel.Name == "ErrorContext" || function.Sel.Name == "WarnContext" {
		return true
	}
	only, listed := notForPages[in]
	return listed && (only == nil || slices.Contains(only, function.Sel.Name))
}
