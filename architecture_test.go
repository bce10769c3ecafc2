// Package mauntic_test holds the import rules of the whole tree. The maps below are the
// architecture; docs/architecture.md explains them.
package mauntic_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mauntic/mauntic/"

// mayImport says, for each part of the tree, which parts it may import. A part is a folder with
// everything below it that is not a part itself. cmd is absent: it wires, so it may import all.
var mayImport = map[string][]string{
	"domain":                     {"domain"},
	"workflows":                  {"domain", "workflows", "activities"},
	"activities":                 {"domain", "activities"},
	"activities/provider":        {"domain", "activities/provider/egress"}, // and what lies below the provider's own folder
	"activities/provider/egress": {"domain"},
	"store":                      {"domain", "store"},
	"api":                        {"domain", "api"},
	"ui":                         {"domain", "ui"},
	"temporal":                   {"domain", "workflows", "activities", "temporal"},
	"temporal/embedded":          {"domain", "workflows"},
}

// upstream is the context map: the contexts that each one may know. It binds domain/<context> and
// store/<context>store; pages, API and workflows may combine contexts.
var upstream = map[string][]string{
	"identity":     {},
	"crm":          {"identity"},
	"content":      {"identity", "crm"},
	"messaging":    {"identity", "crm", "content"},
	"campaign":     {"identity", "crm", "content", "messaging"},
	"integrations": {"identity", "crm", "messaging"},
	"analytics":    {"identity"},
	"operations":   {"identity", "crm", "content", "messaging", "campaign"},
}

// vendors says which parts a library is confined to; the longest prefix counts.
var vendors = map[string][]string{
	"github.com/Masterminds/squirrel": {"store"},
	"github.com/jackc/pgx":            {"store", "temporal/embedded", "cmd"},
	"github.com/pressly/goose":        {"store"},
	"database/sql":                    {"store", "temporal/embedded", "cmd"},
	"github.com/danielgtaylor/huma":   {"api", "cmd"},
	"github.com/gofiber/fiber":        {"api", "ui", "cmd"},
	"github.com/a-h/templ":            {"ui"},
	"github.com/nicksnyder/go-i18n":   {"ui/words"},
	"github.com/xuri/excelize":        {"domain/crm"},
	"github.com/alexedwards/scs":      {"store/identitystore", "ui", "cmd"},
	"github.com/alexedwards/argon2id": {"domain/identity"},
	"github.com/alecthomas/kong":      {"cmd"},
	"github.com/osteele":              {"domain/content"},
	"github.com/nyaruka/phonenumbers": {"domain/crm"},
	"github.com/emersion/go-msgauth":  {"domain/messaging"},
	"github.com/wneessen/go-mail":     {"domain/messaging", "activities/provider/smtp"},
	"github.com/aws/aws-sdk-go-v2":    {"activities/provider/ses", "activities/provider/s3"},
	"github.com/emersion/go-imap":     {"activities/provider/mailbox"},
	"github.com/emersion/go-message":  {"activities/provider/mailbox"},
	"github.com/twilio/twilio-go":     {"activities/provider/twilio"},
	"github.com/jmoiron/sqlx":         {"temporal/embedded"},
	"github.com/chromedp":             {"cmd/mauntic/e2e"},
	"go.temporal.io/sdk":              {"temporal", "cmd"},
	"go.temporal.io/sdk/workflow":     {"workflows", "temporal", "cmd"},
	"go.temporal.io/sdk/temporal":     {"workflows", "activities", "temporal", "cmd"},
	"go.temporal.io/sdk/activity":     {"activities", "temporal", "cmd"},
	"go.temporal.io/api":              {"temporal", "temporal/embedded", "cmd"},
	"go.temporal.io/server":           {"temporal/embedded", "cmd/mauntic"},
	"github.com/temporalio/ui-server": {"temporal/embedded", "cmd/mauntic"},
	"github.com/prometheus":           {"cmd"},
	"math/rand":                       {"activities", "api", "store", "temporal", "cmd"},               // never in workflows or rules
	"math/rand/v2":                    {"activities", "api", "store", "temporal", "cmd", "domain/crm"}, // there only for sample contacts, from a seed
}

// domainLibraries lists what the domain may use beyond the standard library. "" is for all of it.
var domainLibraries = map[string][]string{
	"":          {"golang.org/x/sync"},
	"identity":  {"github.com/alexedwards/argon2id", "golang.org/x/crypto"},
	"crm":       {"github.com/nyaruka/phonenumbers", "github.com/xuri/excelize", "golang.org/x/net/idna", "golang.org/x/text"},
	"content":   {"github.com/osteele", "golang.org/x/net/html", "github.com/inbucket/html2text"},
	"messaging": {"github.com/wneessen/go-mail", "golang.org/x/net/idna", "github.com/emersion/go-msgauth", "golang.org/x/net/publicsuffix"},
	"campaign":  {"github.com/oklog/ulid"},
}

// notInDomain lists the parts of the standard library that the domain must not use.
var notInDomain = []string{"net/http", "database/sql", "os/exec", "html/template", "text/template"}

// linksServer lists the libraries that only their part may link, in tests too: they are so large
// that every test binary with them would take a minute to build.
var linksServer = []string{"go.temporal.io/server", "github.com/temporalio/ui-server"}

func TestImportsFollowTheArchitecture(t *testing.T) {
	t.Parallel()
	eachFile(t, parser.ImportsOnly, func(file string, source *ast.File) {
		for _, spec := range source.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if complaint := judge(file, imported); complaint != "" {
				t.Errorf("%s: %s", file, complaint)
			}
		}
	})
}

func TestOnlyCmdReadsTheEnvironment(t *testing.T) {
	t.Parallel()
	reads := []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}
	eachFile(t, parser.SkipObjectResolution, func(file string, source *ast.File) {
		if isTest(file) || under(file, "cmd") {
			return
		}
		eachCall(source, func(pkg, name string) {
			if pkg == "os" && slices.Contains(reads, name) {
				t.Errorf("%s: only cmd reads the environment; take the value as a parameter instead of os.%s.", file, name)
			}
		})
	})
}

// Several processes share the stores, and the clock of one of them may be wrong: leases, deadlines and
// ages that are compared in SQL come from the database's clock.
func TestStoresHaveNoClockOfTheirOwn(t *testing.T) {
	t.Parallel()
	eachFile(t, parser.SkipObjectResolution, func(file string, source *ast.File) {
		if isTest(file) || !under(file, "store") || under(file, "store/cluster") || under(file, "store/backup") { // they run programs and write files
			return
		}
		eachCall(source, func(pkg, name string) {
			if pkg == "time" && name == "Now" {
				t.Errorf("%s: stores ask the database for the time: write now() in SQL instead of time.Now.", file)
			}
		})
	})
}

// Whoever can guess a token is somebody else. The packages that make secrets have no random numbers
// that can be guessed at hand.
func TestSecretsAreNotMadeOfGuessableNumbers(t *testing.T) {
	t.Parallel()
	guessable := []string{"math/rand", "math/rand/v2"}
	eachFile(t, parser.ImportsOnly, func(file string, source *ast.File) {
		if isTest(file) || under(file, "cmd/bench") || under(file, "activities/provider") { // providers spread their retries
			return
		}
		if file == "domain/crm/sample_person.go" { // the same people for the same seed; they hold no secret
			return
		}
		for _, spec := range source.Imports {
			if imported, _ := strconv.Unquote(spec.Path.Value); slices.Contains(guessable, imported) {
				t.Errorf("%s imports %s: use crypto/rand, whose numbers nobody can guess.", file, imported)
			}
		}
	})
}

// eachCall names every call of a package's function.
func eachCall(source *ast.File, see func(pkg, name string)) {
	ast.Inspect(source, func(node ast.Node) bool {
		if call, ok := node.(*ast.SelectorExpr); ok {
			if pkg, ok := call.X.(*ast.Ident); ok {
				see(pkg.Name, call.Sel.Name)
			}
		}
		return true
	})
}

func TestForbiddenImportsAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, imported, want string }{
		{"domain/crm/contact.go", module + "domain/campaign", "crm does not know campaign"},
		{"domain/crm/contact.go", module + "store", "domain may not import store"},
		{"domain/crm/contact.go", "net/http", "the domain does not use net/http"},
		{"domain/crm/contact.go", "github.com/google/uuid", "the domain does not use github.com/google/uuid"},
		{"domain/identity/user.go", "github.com/nyaruka/phonenumbers", "belongs to domain/crm"},
		{"store/crmstore/contact.go", module + "store/campaignstore", "crm does not know campaign"},
		{"store/crmstore/contact.go", "github.com/gofiber/fiber/v2", "belongs to api, ui, cmd"},
		{"api/crmapi/contact.go", module + "api/campaignapi", "crmapi does not know its neighbour campaignapi"},
		{"ui/crmui/contact.go", module + "store/crmstore", "ui may not import store"},
		{"ui/crmui/contact.go", module + "ui/campaignui", "crmui does not know its neighbour campaignui"},
		{"workflows/journey/journey.go", "go.temporal.io/sdk/client", "belongs to temporal, cmd"},
		{"activities/crm.go", module + "activities/provider/ses", "activities may not import activities/provider"},
		{"activities/provider/ses/ses.go", module + "activities/provider/smtp", "ses does not know its neighbour smtp"},
		{"temporal/client.go", module + "temporal/embedded", "temporal may not import temporal/embedded"},
		{"temporal/client.go", "go.temporal.io/server/temporal", "belongs to temporal/embedded, cmd/mauntic"},
		{"temporal/client_test.go", "go.temporal.io/server/temporal", "belongs to temporal/embedded, cmd/mauntic"},
		{"api/crmapi/contact.go", module + "store/storetest", "only tests import store/storetest"},
	} {
		if got := judge(c.file, c.imported); !strings.Contains(got, c.want) {
			t.Errorf("judge(%q, %q) = %q, want it to say %q.", c.file, c.imported, got, c.want)
		}
	}
	for _, c := range [][2]string{
		{"domain/campaign/step.go", module + "domain/messaging"},
		{"domain/crm/contact_test.go", module + "store/crmstore"},
		{"domain/crm/contact_test.go", module + "store/storetest"},
		{"store/storetest/world/world.go", module + "domain/campaign"},
		{"domain/content/render.go", "golang.org/x/net/html/atom"},
		{"store/campaignstore/journey.go", module + "domain/crm"},
		{"workflows/journey/journey.go", "go.temporal.io/sdk/workflow"},
		{"activities/provider/ses/fakeses/cmd/fakeses/main.go", module + "activities/provider/ses/fakeses"},
		{"cmd/mauntic/wire.go", "go.temporal.io/server/temporal"},
	} {
		if got := judge(c[0], c[1]); got != "" {
			t.Errorf("judge(%q, %q) = %q, want no complaint.", c[0], c[1], got)
		}
	}
}

// judge returns a sentence that says why the file must not import the package, or "".
func judge(file, imported string) string {
	if isTest(file) {
		// Tests run services on the real stores, so layers do not bind them.
		if confined(imported, linksServer) {
			return judgeVendor(file, imported)
		}
		return ""
	}
	if ours, ok := strings.CutPrefix(imported+"/", module); ok {
		ours = strings.TrimSuffix(ours, "/")
		if supportsTests(ours) {
			return fmt.Sprintf("only tests import %s.", ours)
		}
		return judgeOurs(path.Dir(file), ours)
	}
	if complaint := judgeVendor(file, imported); complaint != "" {
		return complaint
	}
	if under(file, "domain") {
		return judgeDomain(file, imported)
	}
	return ""
}

// judgeOurs applies the layers, the context map and the walls between neighbours.
func judgeOurs(from, to string) string {
	fromPart, toPart := part(from), part(to)
	if fromPart == "cmd" {
		return ""
	}
	if fromPart == "activities/provider" && toPart == fromPart {
		mine, theirs := folder(from, 2), folder(to, 2)
		if mine != theirs {
			return fmt.Sprintf("%s does not know its neighbour %s.", mine, theirs)
		}
		return ""
	}
	if !slices.Contains(mayImport[fromPart], toPart) {
		return fmt.Sprintf("%s may not import %s (%s).", fromPart, toPart, to)
	}
	if mine, theirs := context(from), context(to); mine != "" && theirs != "" && mine != theirs && !slices.Contains(upstream[mine], theirs) {
		return fmt.Sprintf("%s does not know %s: see the context map.", mine, theirs)
	}
	if mine, theirs := folder(from, 1), folder(to, 1); fromPart == toPart && neighbours(fromPart, mine, theirs) {
		return fmt.Sprintf("%s does not know its neighbour %s.", mine, theirs)
	}
	return ""
}

// neighbours says whether two folders serve contexts side by side, as crmui and campaignui do.
func neighbours(part, a, b string) bool {
	return (part == "api" || part == "ui") && a != b && a != "" && strings.HasSuffix(a, part) && strings.HasSuffix(b, part)
}

func judgeVendor(file, imported string) string {
	library := ""
	for prefix := range vendors {
		if under(imported, prefix) && len(prefix) > len(library) {
			library = prefix
		}
	}
	if library == "" || slices.ContainsFunc(vendors[library], func(part string) bool { return under(file, part) }) {
		return ""
	}
	return fmt.Sprintf("%s belongs to %s.", imported, strings.Join(vendors[library], ", "))
}

func judgeDomain(file, imported string) string {
	isStandard := !strings.Contains(strings.Split(imported, "/")[0], ".")
	allowed := slices.Concat(domainLibraries[""], domainLibraries[context(path.Dir(file))])
	if isStandard && !confined(imported, notInDomain) || confined(imported, allowed) {
		return ""
	}
	return fmt.Sprintf("the domain does not use %s.", imported)
}

// part returns the part of the tree that a folder belongs to.
func part(dir string) string {
	longest, _, _ := strings.Cut(dir, "/")
	for name := range mayImport {
		if under(dir, name) && len(name) > len(longest) {
			longest = name
		}
	}
	return longest
}

// context returns the bounded context of a folder that the context map binds, or "".
func context(dir string) string {
	name := folder(dir, 1)
	switch {
	case under(dir, "store"):
		name = strings.TrimSuffix(name, "store")
	case !under(dir, "domain"):
		return ""
	}
	if _, ok := upstream[name]; ok {
		return name
	}
	return ""
}

// folder returns the n-th element of a path, or "".
func folder(dir string, n int) string {
	if names := strings.Split(dir, "/"); n < len(names) {
		return names[n]
	}
	return ""
}

func under(name, prefix string) bool { return strings.HasPrefix(name+"/", prefix+"/") }

func confined(imported string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return under(imported, prefix) })
}

func isTest(file string) bool {
	return strings.HasSuffix(file, "_test.go") || supportsTests(path.Dir(file))
}

// supportsTests says whether a folder serves tests only, as storetest does with all below it.
func supportsTests(dir string) bool {
	return slices.ContainsFunc(strings.Split(dir, "/"), func(name string) bool { return strings.HasSuffix(name, "test") })
}

// eachFile parses every Go file of the repository.
func eachFile(t *testing.T, mode parser.Mode, see func(file string, source *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "bin" || len(entry.Name()) > 1 && entry.Name()[0] == '.'):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go":
			return nil
		}
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, mode)
		if err != nil {
			return err
		}
		see(filepath.ToSlash(file), source)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
