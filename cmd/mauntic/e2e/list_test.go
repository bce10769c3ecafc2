//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/cmd/mauntic/e2e/browser"
)

// TestAMarketerFindsAndSelectsContacts completes a search, takes filters away, and selects rows.
func TestAMarketerFindsAndSelectsContacts(t *testing.T) {
	t.Parallel()
	p := start(t)
	n := newcomer{Page: browser.Open(t, p.base)}
	n.logIn()
	n.loadDemo()
	m := marketer{n.Page}
	m.Goto("/app/contacts")
	m.completeAFilter()
	m.takeItAway()
	m.selectRows()
	m.keepAView()
	if _, overflow := m.Overflow(); overflow > 0 {
		t.Errorf("the list is %d pixels too wide for a phone", overflow)
	}
	if problems := m.Problems(); len(problems) > 0 {
		t.Errorf("The console complains:\n%s", strings.Join(problems, "\n"))
	}
}

type marketer struct{ *browser.Page }

const searchBox = `document.querySelector("#contacts-finder [type=search]")`

// types puts a text into the search box, as if it was typed.
func (m marketer) types(text string) {
	m.do(fmt.Sprintf(`%[1]s.focus(), %[1]s.value = %[2]q, %[1]s.dispatchEvent(new Event("input", {bubbles: true}))`, searchBox, text))
}

func (m marketer) press(key string) {
	m.do(fmt.Sprintf(`%s.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true}))`, searchBox, key))
}

func (m marketer) do(script string) { browser.Value[bool](m.Page, "("+script+", true)") }

// completeAFilter uses the keyboard only.
func (m marketer) completeAFilter() {
	const first = `document.querySelector("#contacts-suggestions [role=option]")?.dataset.insert`
	m.types("ha")
	m.Eventually("the command being offered", first+` === "has:"`)
	m.press("ArrowDown")
	m.Eventually("the option being read aloud", searchBox+`.getAttribute("aria-activedescendant") === "contacts-suggestions-0"`)
	m.press("Enter")
	m.Eventually("values being offered", searchBox+`.value === "has:" && `+first+`?.length > 1`)
	m.press("Escape")
	m.Eventually("the offers being closed", `document.querySelector("#contacts-suggestions").hidden && `+searchBox+`.value === "has:"`)
	m.types("is:sample points:>=0")
	m.Eventually("two chips", `document.querySelectorAll("[aria-label=Filters] li").length === 2`)
	m.Eventually("the address of the search", `new URLSearchParams(location.search).get("search") === "is:sample points:>=0"`)
}

// takeItAway removes one of two filters, which changes the text, too.
func (m marketer) takeItAway() {
	m.do(`document.querySelectorAll("[aria-label=Filters] li a")[1].click()`)
	m.Eventually("the text without the filter", searchBox+`.value === "is:sample"`)
	m.Eventually("the focus in the search box", `document.activeElement === `+searchBox)
}

func (m marketer) selectRows() {
	const row = `document.querySelectorAll("[data-bulk-row]")`
	const count = `document.querySelector("[data-bulk-count]").textContent`
	m.do(row + `[1].click()`)
	m.do(row + `[4].dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, shiftKey: true}))`)
	m.Eventually("four rows", count+` === "4 selected" && document.querySelector("[data-bulk-page]").indeterminate`)
	m.do(`document.querySelector("th a").click()`) // another order
	m.Eventually("the selection outlasting another order", `document.querySelector("th[aria-sort=ascending]") && `+count+` === "4 selected"`)
	m.do(`document.querySelector("[data-bulk-page]").click()`)
	m.Click("button", browser.Value[string](m.Page, `document.querySelector("[data-bulk-all]").textContent`))
	m.Eventually("all that match", `document.querySelector("#contacts-bulk [name=all]").value === "1" && document.querySelector("#contacts-bulk [name=search]").value === "is:sample"`)
	m.Click("button", "Add tags")
	m.Eventually("the dialog with the number", `document.querySelector("dialog[open]")?.innerText.includes("200 contacts")`)
	m.Click("button", "Close")
	m.Click("button", "Clear the selection")
	m.Eventually("the toolbar", `!document.querySelector("[data-bulk-toolbar]").hidden`)
}

func (m marketer) keepAView() {
	m.Click("button", "Save as a view")
	m.Fill("Name", "Samples")
	m.Click("button", "Save")
	m.Eventually("the view, with its scripts", `document.readyState === "complete" && location.search.startsWith("?view=") && document.querySelector("nav[aria-label=Views] [aria-current=page]").innerText.trim() === "Samples"`)
	m.types("is:sample anna")
	m.Eventually("a changed view", `document.querySelector("#contacts").innerText.includes("Custom view")`)
	m.Screenshots(screenshots, "contacts-view")
}
