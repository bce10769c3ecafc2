//go:build e2e

// Package browser drives chromium through pages as a person does: it finds things by role and
// name, waits for what it looks for, and notes everything the console complains about.
package browser

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a person would wait for something to show up.
const patience = 45 * time.Second

// Page is one tab. Its methods fail the test when something does not show up in time.
type Page struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu       sync.Mutex
	problems []string
}

// Open starts a browser with an empty tab; paths are relative to base. It ends with the test.
func Open(tb testing.TB, base string) *Page {
	tb.Helper()
	path := slices.IndexFunc(names, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if path < 0 {
		tb.Fatal("The browser tests need chromium: apt-get install -y --no-install-recommends chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(names[path]),
		chromedp.NoSandbox, // root may not use it
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1440, 900),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	tb.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	tb.Cleanup(closeTab)
	p := &Page{t: tb, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		tb.Fatalf("start chromium: %v", err)
	}
	return p
}

var names = []string{"chromium", "chromium-browser", "google-chrome"}

// note collects console errors, uncaught exceptions and violations of the content security policy.
func (p *Page) note(event any) {
	problem := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		problem = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			problem += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeError {
			return
		}
		for _, arg := range e.Args {
			problem += fmt.Sprintf("%s%s ", arg.Value, arg.Description)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelError {
			return
		}
		problem = e.Entry.Text + " " + e.Entry.URL
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, problem)
}

// Problems returns what the console complained about so far.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Goto opens a path of the installation.
func (p *Page) Goto(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(p.base+path)); err != nil {
		p.t.Fatalf("open %s: %v", path, err)
	}
	// On a busy machine the event that ends the waiting may have been the page's before.
	p.Eventually("the page to be there", `document.readyState === "complete"`)
}

// Promised evaluates a JavaScript expression that is a promise and returns what it keeps.
func Promised[T any](p *Page, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}

// Value evaluates a JavaScript expression in the page.
func Value[T any](p *Page, expression string) T {
	p.t.Helper()
	value, err := evaluate[T](p, expression)
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}

func evaluate[T any](p *Page, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Eventually waits until a JavaScript expression is true. What says what the test waits for.
func (p *Page) Eventually(what, expression string) {
	p.t.Helper()
	p.within(patience, what, func() error {
		ok, err := evaluate[bool](p, "Boolean("+expression+")")
		if err == nil && !ok {
			err = fmt.Errorf("%s is not true", expression)
		}
		return err
	})
}

// within tries again until fn succeeds. A page that is being replaced fails in between.
func (p *Page) within(limit time.Duration, what string, fn func() error) {
	p.t.Helper()
	deadline := time.Now().Add(limit)
	for {
		err := fn()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			where, _ := evaluate[string](p, "location.pathname + ': ' + document.body.innerText.slice(0, 1500)")
			p.t.Fatalf("%s did not happen within %s: %v\n%s", what, limit, err, where)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
