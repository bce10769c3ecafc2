//go:build e2e

package browser_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/cmd/mauntic/e2e/browser"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/assets"
	"github.com/mauntic/mauntic/ui/kitui"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// found is what the search of the kit's frame answers, whatever is asked.
const found = `<div role="group" aria-labelledby="palette-places"><p id="palette-places">Go to</p>
<a role="option" id="o-1" aria-selected="false" class="palette-option" href="/app/_kit?first">First</a>
<a role="option" id="o-2" aria-selected="false" class="palette-option" href="/app/_kit?second">Second</a></div>`

// kit serves the kit in its frame, under the content security policy of all pages.
func kit(t *testing.T) *browser.Page {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	assets.Register(app)
	app.Get("/favicon.ico", func(c *fiber.Ctx) error { return nil })
	app.Use(func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentSecurityPolicy, ui.Policy)
		c.SetUserContext(page.With(context.Background(), page.Ctx{
			User: identity.Actor{Org: 1, User: 1, Name: "Anna", Role: identity.RoleUser}, Org: identity.Organization{Name: "Acme"}, Now: time.Now(),
		}))
		return c.Next()
	})
	app.Get(layout.SearchPath, func(c *fiber.Ctx) error {
		c.Type("html")
		return c.SendString(found)
	})
	app.Post(layout.ThemePath, func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusNoContent) })
	kitui.Register(app)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	p := browser.Open(t, "http://"+listener.Addr().String())
	p.Goto(kitui.Path)
	p.Eventually("the scripts", `document.querySelector("#f-kit-tags.tomselected")`)
	t.Cleanup(func() {
		for _, problem := range p.Problems() {
			if !strings.Contains(problem, "(Unprocessable Entity)") { // chromium tells of every refused form
				t.Errorf("The console complains: %s", problem)
			}
		}
	})
	return p
}

func TestTheKitIsFitForEverybody(t *testing.T) {
	t.Parallel()
	p := kit(t)
	for _, wrong := range p.Audit() {
		t.Error(wrong)
	}
	if _, wide := p.Overflow(); wide > 0 {
		t.Errorf("On a phone it is %d pixels too wide.", wide)
	}
}

func TestThePaletteIsUsedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	p := kit(t)
	p.PressCtrl("k")
	p.Eventually("the palette", `document.getElementById("palette").open && document.activeElement.name === "q"`)
	p.Eventually("its first choice", `document.activeElement.getAttribute("aria-activedescendant") === "o-1"`)
	p.Press("x" + kb.ArrowDown)
	p.Eventually("the second choice", `document.activeElement.getAttribute("aria-activedescendant") === "o-2" || document.querySelector("#o-1[aria-selected=true]")`)
	p.Press(kb.Escape)
	p.Eventually("the palette to close", `!document.getElementById("palette").open`)
	p.Press("?")
	p.Eventually("the list of shortcuts", `document.getElementById("keys").open && document.querySelector("#keys dl").children.length > 2`)
	p.Press(kb.Escape)
	p.PressCtrl("k")
	p.Eventually("its first choice again", `document.activeElement.getAttribute("aria-activedescendant") === "o-1"`)
	p.Press(kb.ArrowDown + kb.Enter)
	p.Eventually("the second place", `location.search === "?second"`)
}

func TestSingleKeysWorkOnlyWhileNobodyTypes(t *testing.T) {
	t.Parallel()
	p := kit(t)
	p.Fill("First name", "")
	p.Press("c?")
	p.Eventually("the text", `document.getElementById("f-kit-plain").value === "c?"`)
	if browser.Value[bool](p, `document.getElementById("keys").open || document.querySelector("#create-menu:popover-open") !== null`) {
		t.Error("A shortcut was taken while somebody typed.")
	}
	p.Press(kb.Tab)
	p.Eventually("the focus to leave", `document.activeElement.id !== "f-kit-plain"`)
	browser.Value[bool](p, `document.activeElement.blur() ?? true`)
	p.Press("c")
	p.Eventually("the menu", `document.querySelector("#create-menu:popover-open")`)
}

func TestAChoiceIsFoundByTyping(t *testing.T) {
	t.Parallel()
	p := kit(t)
	browser.Value[bool](p, `document.querySelector("#f-kit-city").tomselect.focus() ?? true`)
	p.Press("lis")
	p.Eventually("the answer of the server", `document.querySelector(".ts-dropdown .active[data-value=lis]") && document.querySelectorAll(".ts-dropdown .option").length === 1`)
	p.Press(kb.Enter)
	p.Eventually("the choice", `document.getElementById("f-kit-city").value === "lis"`)
	browser.Value[bool](p, `document.querySelector("#f-kit-tags").tomselect.focus() ?? true`)
	p.Press("quite new" + kb.Enter)
	p.Eventually("the new tag", `[...document.getElementById("f-kit-tags").selectedOptions].some(o => o.value === "quite new")`)
}

func TestARequiredChoiceIsWrongOnlyAfterAnAttempt(t *testing.T) {
	t.Parallel()
	p := kit(t)
	browser.Value[bool](p, `(() => {
		const form = document.createElement("form");
		form.id = "attempt";
		form.innerHTML = '<select name="must" required multiple data-search-select data-none="" data-loading="" data-remove=""><option value="a">A</option></select><button>Send</button>';
		document.querySelector("main").append(form);
		return true;
	})()`)
	p.Eventually("the choice", `document.querySelector("#attempt .ts-control")`)
	border := `getComputedStyle(document.querySelector("#attempt .ts-control")).borderColor`
	usual := `getComputedStyle(document.querySelector("[data-search-select]:not([name=must]) + .ts-wrapper .ts-control")).borderColor`
	if !browser.Value[bool](p, border+" === "+usual) {
		t.Error("the choice looks wrong before anything was sent")
	}
	browser.Value[bool](p, `document.querySelector("#attempt").requestSubmit() ?? true`)
	p.Eventually("the border of what is missing", border+" !== "+usual)
	browser.Value[bool](p, `document.querySelector("#attempt select").tomselect.addItem("a") ?? true`)
	p.Eventually("the usual border again", border+" === "+usual)
}

func TestWhatIsTypedBeforeTheChoicesAreThereIsSearchedFor(t *testing.T) {
	t.Parallel()
	p := kit(t)
	browser.Value[bool](p, `(() => {
		const choice = document.querySelector("#f-kit-city").tomselect;
		choice.control_input.value = "lis";
		choice.control_input.dispatchEvent(new Event("input", { bubbles: true }));
		choice.focus(); // loads the first choices
		return true;
	})()`)
	p.Eventually("the answer of the server", `document.querySelectorAll(".ts-dropdown .option").length === 1 && document.querySelector(".ts-dropdown .active[data-value=lis]")`)
}

func TestALateAnswerToAnEarlierSearchIsNotShown(t *testing.T) {
	t.Parallel()
	p := kit(t)
	browser.Value[bool](p, `(() => {
		const real = fetch;
		window.fetch = (at, how) => new URL(at).searchParams.get("q") ? real(at, how) : new Promise((come) => { window.comes = () => come(real(at, how)); });
		document.querySelector("#f-kit-city").tomselect.focus();
		return true;
	})()`)
	p.Eventually("the first question", `window.comes`)
	p.Press("lis" + kb.Enter)
	p.Eventually("the answer of the server", `document.querySelector(".ts-dropdown .active[data-value=lis]")`)
	if chosen := browser.Value[string](p, `document.getElementById("f-kit-city").value`); chosen != "" {
		t.Errorf("%q was chosen before there was an answer.", chosen)
	}
	browser.Value[bool](p, `window.comes() ?? true`)
	p.Eventually("the late answer", `document.querySelector("#f-kit-city").tomselect.loading === 0`)
	if shown := browser.Value[int](p, `document.querySelectorAll(".ts-dropdown .option").length`); shown != 1 {
		t.Errorf("%d choices are shown, one was searched for.", shown)
	}
}

func TestLeavingUnsavedChangesAsks(t *testing.T) {
	t.Parallel()
	p := kit(t)
	p.Fill("Name", "Anna")
	p.Eventually("the note", `!document.querySelector("#kit-form [data-guard-note]").hidden`)
	browser.Value[bool](p, `document.querySelector("#kit-form a.btn").click() ?? true`)
	p.Sees("button", "Leave the page")
	p.Click("button", "Cancel")
	p.Eventually("the dialog to close", `!document.getElementById("confirm").open && location.pathname === "/app/_kit"`)
	browser.Value[bool](p, `document.querySelector("#kit-form [type=submit]").click() ?? true`)
	p.Eventually("the errors, with the focus", `document.activeElement.matches("#kit-form [role=alert]")`)
}

func TestWhatWasDoneIsTakenBackFromItsToast(t *testing.T) {
	t.Parallel()
	p := kit(t)
	p.Click("button", "One to take back")
	p.Click("button", "Undo")
	p.Eventually("the answer", `document.getElementById("toasts").innerText.includes("They are back.")`)
	p.Eventually("the offer to leave", `!document.querySelector("#toasts [data-toast-undo]")`)
}

func TestAChartIsReadByArrowKeys(t *testing.T) {
	t.Parallel()
	p := kit(t)
	browser.Value[bool](p, `document.querySelector("#kit-bar [data-chart-plot]").focus() ?? true`)
	p.Press(kb.ArrowLeft)
	p.Eventually("the last month", `document.querySelector("#kit-bar [data-chart-tip]").innerText.includes("Nov")`)
	p.Press(kb.ArrowLeft)
	p.Eventually("the month before", `document.querySelector("#kit-bar [data-chart-tip]").innerText.includes("690")`)
}

func TestTheThemeChangesAtOnce(t *testing.T) {
	t.Parallel()
	p := kit(t)
	p.Click("button", "Anna")
	p.Click("button", "Dark")
	p.Eventually("the dark theme", `document.documentElement.dataset.theme === "mauntic-dark" && getComputedStyle(document.documentElement).colorScheme === "dark"`)
	p.Click("button", "As the system")
	p.Eventually("the system's", `!document.documentElement.hasAttribute("data-theme")`)
}
