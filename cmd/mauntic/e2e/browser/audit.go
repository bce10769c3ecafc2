//go:build e2e

package browser

import (
	_ "embed"
	"fmt"

	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 (MPL-2.0, see axe/LICENSE), unchanged. Only the browser tests use it.
//
//go:embed axe/axe.min.js
var axe string

// Themes are the colour schemes in which pages are shown.
var Themes = []string{"light", "dark"}

// axeFindings are the serious and critical findings against WCAG 2.2 AA, a sentence each.
const axeFindings = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
	resultTypes: ["violations"],
}).then(result => result.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.flatMap(v => v.nodes.slice(0, 5).map(n => v.id + " at " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " "))))`

// structure says what every page must have or must not have.
const structure = `(() => {
	const wrong = [];
	const headings = [...document.querySelectorAll("h1")].filter(h => !h.closest("iframe"));
	if (headings.length !== 1) wrong.push("it has " + headings.length + " main headings");
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
	if (twice.length) wrong.push("the ids " + [...new Set(twice)].join(", ") + " occur twice");
	const shown = document.querySelector("main")?.innerText ?? "";
	const raw = shown.match(/%![(a-zA-Z]|<no value>|\bundefined\b|\[object /);
	if (raw) wrong.push("it shows “" + raw[0] + "”");
	return wrong;
})()`

// Audit says what is wrong with the page as it stands, in both colour schemes: its structure, and
// what keeps people from using it. It leaves the page in the light scheme.
func (p *Page) Audit() []string {
	p.t.Helper()
	found := Value[[]string](p, structure)
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](axe+";true")); err != nil {
		p.t.Fatalf("load axe: %v", err)
	}
	for i := len(Themes) - 1; i >= 0; i-- {
		p.view(sizes[0].width, sizes[0].height, Themes[i])
		findings, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](axeFindings, chromedp.EvalAwaitPromise))
		if err != nil {
			p.t.Fatalf("run axe: %v", err)
		}
		for _, finding := range findings {
			found = append(found, fmt.Sprintf("%s: %s", Themes[i], finding))
		}
	}
	return found
}

// Overflow says by how many pixels the page scrolls sideways on a desk and on a phone; 0 or less: it does not.
func (p *Page) Overflow() (desk, phone int) {
	p.t.Helper()
	defer p.view(sizes[0].width, sizes[0].height, Themes[0])
	on := func(i int) int {
		p.view(sizes[i].width, sizes[i].height, Themes[0])
		return Value[int](p, "document.documentElement.scrollWidth") - int(sizes[i].width)
	}
	return on(0), on(len(sizes) - 1)
}
