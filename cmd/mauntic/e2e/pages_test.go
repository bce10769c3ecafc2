//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/cmd/mauntic/e2e/browser"
)

// screenshots is where pictures of the pages are kept for people to look at.
const screenshots = "../../../bin/screenshots"

// TestANewcomerWatchesTheDemo is the first quarter of an hour of a new user.
func TestANewcomerWatchesTheDemo(t *testing.T) {
	t.Parallel()
	p := start(t)
	n := newcomer{Page: browser.Open(t, p.base)}
	n.logIn()
	n.loadDemo()
	n.watchPeopleMove()
	n.readMail()
	n.followAJourney()
	n.lookAround()
	if problems := n.Problems(); len(problems) > 0 {
		t.Errorf("The console complains:\n%s", strings.Join(problems, "\n"))
	}
	n.lookBehindTheScenes()
}

type newcomer struct {
	*browser.Page
	campaign string // path of the demo campaign
}

func (n *newcomer) logIn() {
	n.Goto("/app")
	n.Eventually("being asked to log in", `location.pathname === "/login"`)
	n.Screenshots(screenshots, "login")
	n.Fill("Email address", ownerEmail)
	n.Fill("Password", ownerPassword)
	n.Click("button", "Log in")
	n.Eventually("the dashboard", `location.pathname === "/app/dashboard"`)
	n.Screenshots(screenshots, "dashboard-empty")
}

func (n *newcomer) loadDemo() {
	n.Click("button", "Load the demo")
	n.Eventually("the demo's campaign", `/^\/app\/campaigns\/\d+$/.test(location.pathname)`)
	n.campaign = browser.Value[string](n.Page, "location.pathname")
}

// peopleHere is a JavaScript list of how many people are at each step.
const peopleHere = `[...document.querySelector("main").innerText.matchAll(/(\d+) here now/g)].map(m => Number(m[1]))`

func (n *newcomer) watchPeopleMove() {
	n.Eventually("people at a step", peopleHere+`.some(n => n > 0)`)
	before := browser.Value[string](n.Page, peopleHere+`.join()`)
	n.Eventually("people moving", peopleHere+`.join() !== "`+before+`"`)
	n.Screenshots(screenshots, "campaign")
}

func (n *newcomer) readMail() {
	n.Goto("/app/inbox")
	n.Eventually("a mail", `document.querySelector('main a[href^="/app/inbox/"]')`)
	n.Screenshots(screenshots, "inbox")
	n.follow(`/app/inbox/`)
	n.Eventually("the mail's frame", `document.querySelector("main iframe")`)
	n.Screenshots(screenshots, "inbox-mail")
}

func (n *newcomer) followAJourney() {
	n.Goto(n.campaign + "/people")
	n.Screenshots(screenshots, "campaign-people")
	n.follow(`/app/journeys/`)
	n.Eventually("what happened", `/Entered the campaign/.test(document.querySelector("main").innerText)`)
	n.Screenshots(screenshots, "journey")
}

// lookAround visits the other pages.
func (n *newcomer) lookAround() {
	n.visit("dashboard", "/app/dashboard")
	n.visit("campaigns", "/app/campaigns")
	n.visit("campaign-versions", n.campaign+"/versions")
	n.visit("campaign-document", n.campaign+"/document")
	n.visit("contact-new", "/app/contacts/new")
	n.visit("imports", "/app/imports/new")
	n.visit("contacts", "/app/contacts")
	n.follow(`/app/contacts/`)
	n.Screenshots(screenshots, "contact")
	n.visit("emails", "/app/emails")
	n.follow(`/app/emails/`)
	n.Eventually("the preview", `document.querySelector("main iframe")`)
	n.Screenshots(screenshots, "email")
	n.visit("settings", "/app/settings")
	n.visit("api-keys", "/app/settings/api-keys")
}

// lookBehindTheScenes opens Temporal UI, whose console is its own affair.
func (n *newcomer) lookBehindTheScenes() {
	n.Goto("/temporal/namespaces/mauntic/workflows")
	n.Eventually("a journey's workflow in Temporal UI", `/journey\/\d+\/\d+/.test(document.body.innerText)`)
	n.Screenshots(screenshots, "temporal")
}

func (n *newcomer) visit(name, path string) {
	n.Goto(path)
	n.Eventually("a page with one heading at "+path, `document.querySelectorAll("h1").length === 1 && !/^(Not found|Nothing here)/i.test(document.querySelector("h1").innerText)`)
	n.Screenshots(screenshots, name)
}

// follow opens the first link to something with a number below a path.
func (n *newcomer) follow(path string) {
	link := `[...document.querySelectorAll('main a[href^="` + path + `"]')].map(a => a.getAttribute("href")).find(href => /\/\d+$/.test(href))`
	n.Eventually("a link below "+path, link)
	n.Goto(browser.Value[string](n.Page, link))
}
