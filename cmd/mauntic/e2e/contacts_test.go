//go:build e2e

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/mauntic/mauntic/cmd/mauntic/e2e/browser"
)

// TestContactsAreKeptByMouse makes a contact, writes about it, deletes it and takes that back, imports
// a file after a trial, changes all contacts that a search finds, and exports them.
func TestContactsAreKeptByMouse(t *testing.T) {
	t.Parallel()
	m := enter(t, start(t))
	m.makeContact("Ada", "ada@example.com")
	m.writeNote("Likes engines.")
	m.deleteAndTakeBack("Ada")
	m.importFile(t)
	m.tagAllThatMatch()
	m.export()
	m.endsWithoutComplaint(t)
}

// TestContactsAreKeptByKeyboardAlone does without a mouse: the palette, forms, menus, toasts.
func TestContactsAreKeptByKeyboardAlone(t *testing.T) {
	t.Parallel()
	p := start(t)
	m := marketer{browser.Open(t, p.base)}
	m.Goto("/login")
	m.TabTo("Email address")
	m.Press(ownerEmail + kb.Tab + ownerPassword + kb.Enter)
	m.Eventually("the start page, with its scripts", `location.pathname === "/app/dashboard" && document.readyState === "complete"`)
	m.PressCtrl("k")
	m.Eventually("the palette", `document.activeElement.name === "q"`)
	m.Press("new contact")
	m.Eventually("the offer to make one", `document.querySelector("#palette [aria-selected=true]")?.innerText.includes("New contact")`)
	m.Press(kb.Enter)
	m.Eventually("the form", `location.pathname === "/app/contacts/new"`)
	m.TabTo("First name")
	m.Press("Grace")
	m.TabTo("Email")
	m.Press("grace@example.com")
	m.TabTo("Save")
	m.Press(kb.Enter)
	m.Sees("heading", "Grace")
	m.TabTo("Notes")
	m.Press(kb.Enter)
	m.Eventually("the notes", `location.search.includes("notes")`)
	m.TabTo("Note")
	m.Press("Found a moth.")
	m.TabTo("Add note")
	m.Press(kb.Enter)
	m.Eventually("the note", `document.querySelector("main").innerText.includes("Found a moth.")`)
	m.TabTo("More")
	m.Press(kb.Enter)
	m.TabTo("Delete")
	m.Press(kb.Enter)
	m.Eventually("the list without her", `location.pathname === "/app/contacts"`)
	m.TabTo("Undo")
	m.Press(kb.Enter)
	m.Eventually("her return", `document.querySelector("main").innerText.includes("grace@example.com") || document.querySelector("#toasts").innerText.includes("restored")`)
	m.endsWithoutComplaint(t)
}

// enter opens a browser in which the owner is signed in.
func enter(t *testing.T, p *program) marketer {
	t.Helper()
	n := newcomer{Page: browser.Open(t, p.base)}
	n.Goto("/login")
	n.Fill("Email address", ownerEmail)
	n.Fill("Password", ownerPassword)
	n.Click("button", "Log in")
	n.Eventually("the start page", `location.pathname === "/app/dashboard"`)
	return marketer{n.Page}
}

func (m marketer) endsWithoutComplaint(t *testing.T) {
	t.Helper()
	for _, problem := range m.Problems() {
		if !strings.Contains(problem, "(Unprocessable Entity)") { // chromium tells of every refused form
			t.Errorf("The console complains: %s", problem)
		}
	}
}

func (m marketer) makeContact(name, email string) {
	m.Click("button", "Create")
	m.Click("link", "Contact")
	m.Eventually("the form", `location.pathname === "/app/contacts/new"`)
	m.Fill("First name", name)
	m.Fill("Email", "not an address")
	m.Click("button", "Save")
	m.Eventually("what is wrong, with the focus", `document.activeElement.matches("[role=alert]") && document.querySelector("#f-email[aria-invalid=true]")`)
	m.Fill("Email", email)
	m.Click("button", "Save")
	m.Sees("heading", name)
}

func (m marketer) writeNote(text string) {
	m.Click("link", "Add note")
	m.Fill("Note", text)
	m.Click("button", "Add note")
	m.Eventually("the note", fmt.Sprintf(`document.querySelector("main").innerText.includes(%q)`, text))
}

func (m marketer) deleteAndTakeBack(name string) {
	m.Click("link", "Timeline")
	m.Eventually("what happened", `document.querySelector("main").innerText.includes("Became a contact")`)
	m.Click("button", "More")
	m.Click("button", "Delete")
	m.Eventually("the list", `location.pathname === "/app/contacts"`)
	m.Click("button", "Undo")
	m.Eventually("the answer", `!document.querySelector("#toasts [data-toast-undo]") && document.querySelector("#toasts").innerText !== ""`)
	m.Goto("/app/contacts")
	m.Sees("link", name)
}

func (m marketer) importFile(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "people.csv")
	var csv strings.Builder
	csv.WriteString("E-mail,First name,Favourite colour\n")
	const people = 300
	for i := range people {
		fmt.Fprintf(&csv, "p%d@example.com,P%d,red\n", i, i)
	}
	csv.WriteString("nobody,Nobody,blue\n")
	if err := os.WriteFile(file, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	m.Goto("/app/imports/new")
	m.Attach("input[type=file]", file)
	m.Click("button", "Upload")
	m.Eventually("the columns", `/^\/app\/imports\/\d+$/.test(location.pathname) && document.querySelector("main").innerText.includes("Favourite colour")`)
	m.Click("button", "Check the file")
	m.Eventually("what would happen", `/\b300\b/.test(document.querySelector("main").innerText) && document.querySelector("main").innerText.includes("is not an email address")`)
	m.Click("button", "Import now: 300 new, 0 updated")
	m.Eventually("the end", `document.querySelector("main").innerText.includes("Done")`)
}

func (m marketer) tagAllThatMatch() {
	m.Goto("/app/contacts?search=email%3Ap*")
	m.do(`document.querySelector("[data-bulk-page]").click()`)
	m.Click("button", browser.Value[string](m.Page, `document.querySelector("[data-bulk-all]").textContent.trim()`))
	m.Click("button", "Add tags")
	m.Eventually("the number", `document.querySelector("dialog[open]")?.innerText.includes("300 contacts")`)
	m.Eventually("the choice of tags", `document.querySelector("dialog[open] select[name=tags]").tomselect`)
	m.Eventually("the focus on it", `document.activeElement.closest("dialog[open] .ts-wrapper")`)
	m.Press("spring")
	m.Eventually("the offer to make the tag", `document.querySelector("dialog[open] .ts-dropdown .create")`)
	m.do(`document.querySelector("dialog[open] .ts-dropdown .create").click()`)
	m.Eventually("the tag", `[...document.querySelector("dialog[open] select[name=tags]").selectedOptions].some(o => o.value === "spring")`)
	m.Click("button", "Add") // which no list of tags covers any more
	m.Eventually("the job's end", `/^\/app\/jobs\/\d+$/.test(location.pathname) && document.querySelector("main").innerText.includes("Done")`)
	m.Goto("/app/contacts?search=tag%3Aspring")
	m.Eventually("the tagged ones", `document.querySelector("main").innerText.includes("of 300")`)
}

func (m marketer) export() {
	m.do(`document.querySelector("[data-bulk-page]").click()`)
	m.Click("button", "Export")
	m.Eventually("the dialog", `document.querySelector("dialog[open] #export-form")`)
	m.do(`document.querySelector("#export-form [value=csv]").click()`)
	m.do(`document.querySelector("#export-form [type=submit]").click()`)
	m.Eventually("the file", `document.querySelector('main a[href$="/file"]')`)
	got := browser.Promised[string](m.Page, `fetch(document.querySelector('main a[href$="/file"]').href).then(r => r.text())`)
	if lines := strings.Count(got, "\n"); lines != 21 {
		m.Fatalf("The export of a page has %d lines:\n%s", lines, got)
	}
}
