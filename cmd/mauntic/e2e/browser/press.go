//go:build e2e

package browser

import (
	"context"
	"time"

	"github.com/chromedp/chromedp"
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
