//go:build e2e

package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// sizes are a desk and a phone.
var sizes = []struct{ width, height int64 }{{1440, 900}, {390, 844}}

// Screenshots saves the page as <folder>/<name>-<width>-<scheme>.png at both sizes in both colour
// schemes, and reports pages that scroll sideways.
func (p *Page) Screenshots(folder, name string) {
	p.t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	for _, size := range sizes {
		for _, scheme := range []string{"light", "dark"} {
			p.view(size.width, size.height, scheme)
			if wide := Value[int](p, "document.documentElement.scrollWidth"); wide > int(size.width) {
				p.t.Errorf("%s scrolls sideways: it is %d wide on a screen of %d.", name, wide, size.width)
			}
			png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				p.t.Fatalf("take screenshot of %s: %v", name, err)
			}
			file := filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, size.width, scheme))
			if err := os.WriteFile(file, png, 0o600); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	p.view(sizes[0].width, sizes[0].height, "light")
}

// view sets the size of the screen and the colour scheme that the person prefers.
func (p *Page) view(width, height int64, scheme string) {
	p.t.Helper()
	features := []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}
	err := chromedp.Do(p.ctx, chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}))
	if err != nil {
		p.t.Fatalf("set the screen: %v", err)
	}
}
