package words_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/ui/words"
)

var update = flag.Bool("update", false, "write en.json anew")

// message is an entry of a catalogue as go-i18n reads it.
type message struct {
	One   string `json:"one,omitempty"`
	Other string `json:"other"`
}

// sources are the folders whose texts pages show. What console says of them is for whoever runs the
// program.
var (
	sources = []string{"..", "../../domain", "../../store", "../../activities"}
	console = []string{"../../store/backup", "../../store/cluster", "../../store/migrate.go"}
)

// literalArgs says which arguments of the functions of a package are texts; the last one is the key.
var literalArgs = map[string]map[string][]int{
	"words": {"T": {1}, "Mark": {0}, "F": {1}, "N": {2, 3}, "NF": {2, 3}},
	"domain": {
		"Mark": {0}, "Say": {0}, "Keep": {0}, "SayN": {1, 2}, "Invalid": {1}, "NotFound": {0}, "Conflict": {0}, "Forbidden": {0}, "Unauthorized": {0},
		"TooMany": {0}, "TooLarge": {1}, "Unavailable": {0},
	},
	// What else has a format: variables that hold findings, and functions of a package.
	"findings": {"Add": {1}}, "found": {"Add": {1}}, "v": {"Problem": {1}, "Warn": {1}}, "search": {"wrong": {1}}, "campaign": {"fact": {2}}, "operations": {"many": {1, 2}, "verb": {1, 2}},
}

// passOn are the files whose functions hand a format on that is a literal where they are called.
var passOn = []string{"../words/words.go", "../words/time.go", "../../domain/error.go", "../../domain/phrase.go", "../../domain/kept.go", "../../domain/search/search.go", "../../domain/campaign/validate.go", "../../domain/campaign/why_evidence.go", "../../domain/operations/judge.go"}

func TestTheCatalogueHoldsWhatPagesSay(t *testing.T) {
	t.Parallel()
	said := map[string]message{}
	for _, root := range sources {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.Name() == "node_modules" || slices.Contains(console, path) {
				return filepathSkip(entry, err)
			}
			if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				collect(t, path, said)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(said); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("en.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("en.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("en.json is not what pages say. Run: go test ./ui/words -update")
	}
}

func filepathSkip(entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// collect adds the texts of one file.
func collect(t *testing.T, path string, said map[string]message) {
	t.Helper()
	files := token.NewFileSet()
	source, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range wordCodes(source) {
		if _, known := said[code]; !known {
			said[code] = message{Other: code}
		}
	}
	ast.Inspect(source, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		in, function := callee(call, source.Name.Name)
		places, wanted := literalArgs[in][function]
		if !wanted || len(call.Args) <= places[len(places)-1] {
			return true
		}
		var texts []string
		for _, place := range places {
			text, ok := literal(call.Args[place])
			switch {
			case ok && text != "%s" && text != "%v":
			case slices.Contains(passOn, path):
				return true
			default:
				t.Errorf("%s: %s.%s is called with something else than a text. In pages use Mark where it is written and Say here; "+
					"errors take a phrase by domain.Refuse, findings by their Say.", files.Position(call.Pos()), in, function)
				return true
			}
			texts = append(texts, text)
		}
		key := texts[len(texts)-1]
		entry := message{Other: key}
		if len(texts) == 2 {
			entry.One = texts[0]
		}
		if known, twice := said[key]; !twice || known.One == "" {
			said[key] = entry
		}
		return true
	})
}

// wordCodes are the constants of types that are words themselves: their method Phrase calls domain.Word,
// in the same file.
func wordCodes(file *ast.File) []string {
	var types, codes []string
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Phrase" && returnsWord(f) {
			if of, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
				types = append(types, of.Name)
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && slices.Contains(types, of.Name) && len(spec.Values) == 1 {
			if code, ok := literal(spec.Values[0]); ok {
				codes = append(codes, code)
			}
		}
		return true
	})
	return codes
}

func returnsWord(f *ast.FuncDecl) (returns bool) {
	ast.Inspect(f, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			in, function := callee(call, "")
			returns = returns || in == "domain" && function == "Word"
		}
		return true
	})
	return returns
}

// callee names a function that is called, and the package or variable that it belongs to; where it is
// called within a package, that is the package.
func callee(call *ast.CallExpr, within string) (in, function string) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return within, f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name, f.Sel.Name
		}
	}
	return "", ""
}

// literal returns a text that is written as one, or as several joined by +.
func literal(expr ast.Expr) (string, bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	}
	return "", false
}

func TestTextsAreSaidInTheirForm(t *testing.T) {
	t.Parallel()
	ctx := words.In(t.Context(), "fr", "en-GB")
	for want, got := range map[string]string{
		"Contacts":          words.T(ctx, "Contacts"),
		"3 of 5":            words.F(ctx, "{{.Done}} of {{.Total}}", words.Data{"Done": 3, "Total": 5}),
		"1 contact":         words.N(ctx, 1, "{{.Count}} contact", "{{.Count}} contacts"),
		"12\u202f482 found": words.N(ctx, 12482, "{{.Count}} found", "{{.Count}} found"),
		"<b> & co":          words.F(ctx, "{{.Name}} & co", words.Data{"Name": "<b>"}),
	} {
		if got != want {
			t.Errorf("Got %q, want %q.", got, want)
		}
	}
	if words.Language(ctx) != "en" {
		t.Errorf("An unknown language is %q.", words.Language(ctx))
	}
}
