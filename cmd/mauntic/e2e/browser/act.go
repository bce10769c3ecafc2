//go:build e2e

package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Click clicks the first thing with an accessible role and name, once it is there.
func (p *Page) Click(role, name string) {
	p.t.Helper()
	p.act(fmt.Sprintf("click on %s “%s”", role, name), func(ctx context.Context, t *chromedp.Target) error {
		node, err := find(ctx, t, role, name)
		if err != nil {
			return err
		}
		x, y, err := centre(ctx, t, node)
		if err != nil {
			return err
		}
		_, err = chromedp.MouseClickXY(x, y)(ctx, t)
		return err
	})
}

// Fill replaces the text of the field with that label.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	p.act(fmt.Sprintf("filling in “%s”", label), func(ctx context.Context, t *chromedp.Target) error {
		node, err := find(ctx, t, "textbox", label)
		if err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, dom.Focus, dom.FocusParams{BackendNodeID: node}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.activeElement.select()"}); err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// Attach chooses a file in the input that the CSS selector names: the system's own dialog can't be clicked.
func (p *Page) Attach(selector, file string) {
	p.t.Helper()
	p.act("choosing a file", func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.SetUploadFiles(chromedp.CSS(selector), []string{file})(ctx, t)
		return err
	})
}

// Fatalf ends the test.
func (p *Page) Fatalf(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf(format, args...)
}

// Sees waits until something with that accessible role and name is on the page.
func (p *Page) Sees(role, name string) {
	p.t.Helper()
	p.act(fmt.Sprintf("seeing %s “%s”", role, name), func(ctx context.Context, t *chromedp.Target) error {
		_, err := find(ctx, t, role, name)
		return err
	})
}

func (p *Page) act(what string, fn func(context.Context, *chromedp.Target) error) {
	p.t.Helper()
	p.within(patience, what, func() error {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		defer cancel()
		return chromedp.Do(ctx, chromedp.Func(fn))
	})
}

// find asks the browser's own accessibility tree, as a screen reader does.
func find(ctx context.Context, t *chromedp.Target, role, name string) (cdp.BackendNodeID, error) {
	document, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	if err != nil {
		return 0, err
	}
	found, err := cdp.Call(ctx, t, accessibility.QueryAXTree,
		accessibility.QueryAXTreeParams{ObjectID: document.Result.ObjectID, Role: role, AccessibleName: name})
	if err != nil {
		return 0, err
	}
	for _, node := range found.Nodes {
		if !node.Ignored {
			return node.BackendDOMNodeID, nil
		}
	}
	return 0, fmt.Errorf("there is no %s “%s”", role, name)
}

func centre(ctx context.Context, t *chromedp.Target, node cdp.BackendNodeID) (x, y float64, err error) {
	if _, err := cdp.Call(ctx, t, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: node}); err != nil {
		return 0, 0, err
	}
	shape, err := cdp.Call(ctx, t, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: node})
	if err != nil {
		return 0, 0, err
	}
	if len(shape.Quads) == 0 {
		return 0, 0, fmt.Errorf("it is not visible")
	}
	const corners = 4
	for i := range corners {
		x += shape.Quads[0][2*i] / corners
		y += shape.Quads[0][2*i+1] / corners
	}
	return x, y, nil
}
