package ui_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/layout"
)

func TestInputThatIsNoTextNeverReachesAHandler(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	service := identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	app := fiber.New(fiber.Config{
		Immutable: true, StreamRequestBody: true, DisablePreParseMultipartForm: true,
		ErrorHandler: layout.ErrorHandler(slog.New(slog.NewTextHandler(t.Output(), nil))),
	})
	app.Use(func(c *fiber.Ctx) error {
		c.Context().SetConnectionClose() // what is left of a body is not the next request
		return c.Next()
	})
	sessions := ui.NewSessions(ui.SessionOptions{Store: identitystore.NewSessions(db), Identity: service})
	ui.New(app, ui.Options{Sessions: sessions, Identity: service, Uploads: []string{"/login/file", "/login/:id<int>/files"}})
	app.Post("/login*", func(c *fiber.Ctx) error { return c.SendString("name=" + c.FormValue("name")) })

	const form, file = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	for name, test := range map[string]struct {
		path, media, body string
		status            int
		says              string
	}{
		"Text":                {"/login", form, "name=Zo%C3%AB", 200, "name=Zoë"},
		"NUL":                 {"/login", form, "name=a%00b", 422, "not text"},
		"NoUTF8":              {"/login", form, "name=%ff", 422, "not text"},
		"NoUTF8InTheQuery":    {"/login?next=%ff", form, "name=a", 422, "not text"},
		"MediaTypeAlmostRead": {"/login", form + "x", "name=%ff", 422, "not text"},
		"LongText":            {"/login", form, "name=" + strings.Repeat("x", 3<<20), 200, "xxx"},
		"EndlessForm":         {"/login", form, "name=" + strings.Repeat("x", 4<<20), 413, "4 MB"},
		"FileWhereNoneGoes":   {"/login", file, "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\xff\r\n--x--\r\n", 422, "takes no files"},
		"FileToARecord":       {"/login/7/files", file, "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--x--\r\n", 200, "name=a"},
		"FileToNoRecord":      {"/login/x/files", file, "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--x--\r\n", 422, "takes no files"},
		"FileBelowARecord":    {"/login/7/files/more", file, "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--x--\r\n", 422, "takes no files"},
		"FileWhereOneGoes":    {"/login/file", file, "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--x--\r\n", 200, "name=a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodPost, test.path, strings.NewReader(test.body))
			request.Header.Set("Content-Type", test.media)
			response, err := app.Test(request, -1)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != test.status || !strings.Contains(string(body), test.says) {
				t.Errorf("got %d %.300q, %v; want %d that says %q", response.StatusCode, body, err, test.status, test.says)
			}
		})
	}
}
