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

// literalArgs says which arguments of each function are texts; the last one is the key.
var literalArgs = map[string][]int{"T": {1}, "Mark": {0}, "F": {1}, "N": {2, 3}, "NF": {2, 3}}

func TestTheCatalogueHoldsWhatPagesSay(t *testing.T) {
	t.Parallel()
	said := map[string]message{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() == "node_modules" {
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
	source, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(source, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		function, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		places, wanted := literalArgs[function.Sel.Name]
		if in, ok := function.X.(*ast.Ident); !wanted || !ok || in.Name != "words" {
			return true
		}
		var texts []string
		for _, place := range places {
			text, ok := literal(call.Args[place])
			if !ok {
				t.Errorf("%s: words.%s is called with something else than a text. Use Mark where it is written and Say here.", path, function.Sel.Name)
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
