//go:build e2e

package browser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Press types keys where the focus is, Ctrl held down for those of PressCtrl. Special keys are those of
// the package kb.
func (p *Page) Press(keys string) { p.press(keys) }

// PressCtrl is Press with Ctrl held down.
func (p *Page) PressCtrl(keys string) { p.press(keys, chromedp.KeyModifiers(chromedp.ModifierCtrl)) }

func (p *Page) press(keys string, options ...chromedp.KeyOption) {
	p.t.Helper()
	const soon = 10 * time.Second
	ctx, cancel := context.WithTimeout(p.ctx, soon)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys, options...)); err != nil {
		p.t.Fatalf("press %q: %v", keys, err)
	}
}

// focused is what a screen reader would call the thing that has the focus.
const focused = `(() => {
	const e = document.activeElement;
	const named = e.getAttribute("aria-labelledby")?.split(" ").map(id => document.getElementById(id)?.textContent ?? "").join(" ");
	const label = e.labels?.[0]?.textContent;
	return (e.getAttribute("aria-label") || named || label || e.textContent || e.title || "").replace(/\s+/g, " ").trim();
})()`

// TabTo presses Tab until something with that name has the focus, as a person without a mouse does.
func (p *Page) TabTo(name string) {
	p.t.Helper()
	const most = 200
	var passed []string
	for range most {
		p.Press(kb.Tab)
		here := Value[string](p, focused)
		if strings.TrimRight(here, " *") == name { // a star marks what is required
			return
		}
		passed = append(passed, fmt.Sprintf("%.40q", here))
	}
	p.t.Fatalf("Tab never leads to %q on %s; it passes %v", name, Value[string](p, "location.href"), passed)
}
