// Package api knows how programs talk to Mauntic: the contract as an OpenAPI document, who is
// calling, the shape of errors, and requests that are safe to repeat.
package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
)

// Options is what New needs.
type Options struct {
	Identity       *identity.Service
	Sessions       Sessions
	Answers        Answers
	Log            *slog.Logger
	Version        string   // of the program, shown in the document
	AllowedOrigins []string // browsers of these origins may call with an API key; none when empty
}

// Sessions lets browsers that are signed in use the API.
type Sessions interface {
	// Handler puts the actor of the browser session, if there is one, into the user context.
	Handler(c *fiber.Ctx) error
}

// New mounts /api on the app, which must be Immutable, and returns the API to register operations
// with. Every operation needs somebody who is signed in, unless its Security is Public().
func New(app *fiber.App, o Options) huma.API {
	if !app.Config().Immutable {
		panic("api: the Fiber app must be Immutable, or inputs of one request turn up in another")
	}
	setGlobals()
	if len(o.AllowedOrigins) > 0 {
		app.Use(prefix, allowOrigins(o.AllowedOrigins))
	}
	app.Use(prefix, noStore, readableQuery, o.Sessions.Handler, authenticate(o.Identity))
	mountDocs(app)
	a := humafiber.NewV2(app, config(o))
	a.UseMiddleware(requireActor(a), repeatable{api: a, answers: o.Answers, log: o.Log}.handle)
	return a
}

const prefix = "/api"

func config(o Options) huma.Config {
	c := huma.DefaultConfig("Mauntic", o.Version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = prefix+"/openapi", "", ""
	c.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	c.CreateHooks = nil                   // they would add a $schema to every body
	c.RejectUnknownQueryParameters = true // a filter with a wrong name would find everything
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.OnAddOperation = append(c.OnAddOperation, complete)
	sharedParts(c.Components)
	c.Info.Description = introduction
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"apiKey":  {Type: "http", Scheme: "bearer", Description: "An API key, made under Settings."},
		"session": {Type: "apiKey", In: "cookie", Name: "mauntic", Description: "The session of a browser that is signed in."},
	}
	c.Security = []map[string][]string{{"apiKey": {}}, {"session": {}}}
	c.Transformers = []huma.Transformer{reporter(o.Log)}
	return c
}

// introduction is what programs need to know before the first operation; docs/api.md says more.
const introduction = `Contacts, emails and campaigns of one organization.

Make an API key under Settings → API keys, try it with GET /api/auth/me, and send it with every request:

    curl -H "Authorization: Bearer mk_…" -X PUT --json '{"email": "eva.lang@example.com"}' http://127.0.0.1:8080/api/crm/contacts

- Bodies are application/json. A property or a parameter that an operation does not know is refused.
- Lists answer with items, total, page, limit (at most 100) and totalPages.
- Errors are problem details (RFC 9457); errors names each property that is wrong.
- A POST that carries an Idempotency-Key is safe to repeat for 24 hours.
- What may be changed by two at once has a revision, or ifUpdatedAt: the slower one gets 409 and reads again.`

// Public is the Security of operations that anybody may call.
func Public() []map[string][]string { return []map[string][]string{{}} }

// setGlobals makes huma, which keeps these choices in variables, answer errors in our shape and
// promise arrays that are never null.
var setGlobals = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = newProblem
})

// jsonFormat is huma's, except that it refuses the one character that Postgres can't store.
var jsonFormat = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if containsNUL(data) {
			return errors.New("text may not contain the character U+0000")
		}
		return plainJSON(json.Unmarshal(data, v))
	},
}

// containsNUL looks for \u0000 whose backslash is not itself escaped.
func containsNUL(data []byte) bool {
	for rest := data; ; {
		at := bytes.Index(rest, []byte(`\u0000`))
		if at < 0 {
			return false
		}
		before := len(rest[:at]) - len(bytes.TrimRight(rest[:at], `\`))
		if before%2 == 0 {
			return true
		}
		rest = rest[at+1:]
	}
}

// noStore keeps answers out of caches; handlers of public files may say otherwise.
func noStore(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Next()
}
