package api

import (
	"embed"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"
)

// The page that shows the contract: Swagger UI 5.35.0, served by us because the network may be
// away and the content security policy lets nobody else in.
//
//go:embed assets
var assets embed.FS

const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// mountDocs serves the contract's page at /api/docs.
func mountDocs(app fiber.Router) {
	app.Get(prefix+"/docs", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentSecurityPolicy, docsPolicy)
		return sendAsset(c, "docs.html")
	})
	app.Get(prefix+"/docs/:file", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
		return sendAsset(c, path.Base(c.Params("file")))
	})
}

func sendAsset(c *fiber.Ctx, name string) error {
	data, err := fs.ReadFile(assets, "assets/"+name)
	if err != nil {
		return fiber.ErrNotFound
	}
	c.Type(path.Ext(name)[1:], "utf-8")
	return c.Send(data)
}
