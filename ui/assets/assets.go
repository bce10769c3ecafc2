// Package assets holds the style sheet, scripts and fonts of the pages and serves them.
//
// Their addresses carry a hash of all of them, so browsers keep them for a year and still get the
// new ones after an upgrade. dist is built by `npm run build` in this folder and committed; js is
// written by hand and served as it stands.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

//go:embed dist js
var files embed.FS

type asset struct {
	mime  string
	plain []byte
	gzip  []byte // nil when compression does not pay
}

var load = sync.OnceValues(func() (map[string]asset, string) {
	all, sum := map[string]asset{}, sha256.New()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		all[name] = asset{mime: mimeOf(name), plain: body, gzip: compressed(name, body)}
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("read embedded assets: %v", err))
	}
	return all, hex.EncodeToString(sum.Sum(nil))[:12]
})

// URL returns the address of an asset, for example URL("dist/app.css").
func URL(name string) string {
	_, version := load()
	return "/assets/" + version + "/" + name
}

// Register serves all assets under /assets/. They need no session.
func Register(r fiber.Router) {
	r.Get("/assets/:version/*", serve)
}

func serve(c *fiber.Ctx) error {
	all, version := load()
	file, ok := all[path.Clean(c.Params("*"))]
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if c.Params("version") == version {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	c.Set(fiber.HeaderContentType, file.mime)
	c.Vary(fiber.HeaderAcceptEncoding)
	if file.gzip != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(file.gzip)
	}
	return c.Send(file.plain)
}

func mimeOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".LICENSE":
		return "text/plain; charset=utf-8"
	default:
		return mime.TypeByExtension(ext)
	}
}

func compressed(name string, body []byte) []byte {
	if strings.HasSuffix(name, ".woff2") {
		return nil
	}
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if _, err := w.Write(body); err != nil || w.Close() != nil {
		return nil
	}
	return out.Bytes()
}
