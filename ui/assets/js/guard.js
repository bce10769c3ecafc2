// Forms with data-guard: leaving the page with unsaved changes asks first, in our own dialog for links of
// the page and in the browser's for the rest. data-guard-note inside shows that there are some.
import { ask } from "./confirm.js";
import { said } from "./said.js";

const changed = new WeakSet();
let leaving = false;

function mark(form, isChanged) {
  if (isChanged) changed.add(form);
  else changed.delete(form);
  form.querySelectorAll("[data-guard-note]").forEach((note) => (note.hidden = !isChanged));
}

const unsaved = () => [...document.querySelectorAll("form[data-guard]")].filter((form) => changed.has(form));

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) mark(form, true);
});

// Tom Select and the like change a control without input.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) mark(form, true);
});

// A submit into a frame, such as a preview, saves nothing.
document.addEventListener("submit", (event) => {
  const saves = !event.submitter?.hasAttribute("formtarget");
  if (saves && event.target.matches("form[data-guard]")) mark(event.target, false);
});

document.addEventListener("reset", (event) => {
  if (event.target.matches("form[data-guard]")) mark(event.target, false);
});

// A refused form comes back with what was typed, still unsaved.
function markRefused() {
  document.querySelectorAll("form[data-guard][data-refused]").forEach((form) => mark(form, true));
}
markRefused();
document.addEventListener("htmx:after:swap", markRefused);

// A request that failed has saved nothing either.
for (const name of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(name, (event) => {
    const form = event.detail.ctx?.sourceElement;
    if (form?.isConnected && form.matches("form[data-guard]")) mark(form, true);
  });
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target === "_blank" || link.hasAttribute("download")) return;
    if (link.hasAttribute("hx-get") || link.hasAttribute("data-open")) return; // the page stays
    const to = new URL(link.href, location.href);
    if (to.pathname === location.pathname && to.search === location.search && to.hash) return;
    if (!unsaved().length) return;
    event.preventDefault();
    event.stopPropagation();
    ask({ title: said("leaveTitle"), text: said("leaveText"), yes: said("leaveYes"), danger: true }, (yes) => {
      if (!yes) return;
      leaving = true;
      location.assign(link.href);
    });
  },
  true,
);

addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved().length) event.preventDefault();
});
