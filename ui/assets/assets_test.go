package assets_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/ui/assets"
)

// budget is how large scripts and style sheet may be on the wire, each.
const budget = 30 << 10

func get(t *testing.T, url string) (status int, header map[string]string, body []byte) {
	t.Helper()
	app := fiber.New()
	assets.Register(app)
	request := httptest.NewRequest(fiber.MethodGet, url, nil)
	request.Header.Set(fiber.HeaderAcceptEncoding, "gzip, br")
	response, err := app.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	header = map[string]string{}
	for name := range response.Header {
		header[name] = response.Header.Get(name)
	}
	return response.StatusCode, header, body
}

func TestAnAssetIsKeptForeverUnderItsHash(t *testing.T) {
	t.Parallel()
	status, header, body := get(t, assets.URL("dist/app.css"))
	if status != fiber.StatusOK || !strings.Contains(header["Cache-Control"], "immutable") {
		t.Errorf("Got %d with Cache-Control %q.", status, header["Cache-Control"])
	}
	if header["Content-Encoding"] != "gzip" || !strings.HasPrefix(header["Content-Type"], "text/css") {
		t.Errorf("Got Content-Encoding %q and Content-Type %q.", header["Content-Encoding"], header["Content-Type"])
	}
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if css, err := io.ReadAll(reader); err != nil || !bytes.Contains(css, []byte("inter-latin.woff2")) {
		t.Errorf("The style sheet lacks its font (%v).", err)
	}
}

func TestAnOldAddressStillWorksButIsNotKept(t *testing.T) {
	t.Parallel()
	status, header, _ := get(t, "/assets/older/js/app.js")
	if status != fiber.StatusOK || header["Cache-Control"] != "no-cache" {
		t.Errorf("Got %d with Cache-Control %q.", status, header["Cache-Control"])
	}
}

func TestThereIsNothingBesideTheAssets(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/assets/x/dist/none.css", "/assets/x/../assets.go", "/assets/x/js/..%2f..%2fassets.go", "/assets/x/"} {
		if status, _, _ := get(t, path); status != fiber.StatusNotFound {
			t.Errorf("%s answered %d.", path, status)
		}
	}
}

func TestScriptsAndStyleSheetStaySmall(t *testing.T) {
	t.Parallel()
	modules, err := os.ReadDir("js")
	if err != nil {
		t.Fatal(err)
	}
	app, err := os.ReadFile("js/app.js")
	if err != nil {
		t.Fatal(err)
	}
	everywhere := []string{"dist/htmx.min.js", "dist/hx-sse.min.js"}
	for _, module := range modules {
		if !bytes.Contains(app, []byte(`: "./`+module.Name()+`"`)) { // loaded by the pages that need it
			everywhere = append(everywhere, "js/"+module.Name())
		}
	}
	scripts := 0
	for _, name := range everywhere {
		_, _, body := get(t, assets.URL(name))
		scripts += len(body)
	}
	_, _, css := get(t, assets.URL("dist/app.css"))
	if scripts > budget || len(css) > budget {
		t.Errorf("Scripts weigh %d bytes and the style sheet %d; each may weigh %d.", scripts, len(css), budget)
	}
}
