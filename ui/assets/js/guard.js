// Forms with data-guard: leaving the page with unsaved changes asks first. An element with
// data-guard-note inside shows that there are some.

const changed = new WeakSet();

function mark(form, isChanged) {
  if (isChanged) changed.add(form);
  else changed.delete(form);
  form.querySelectorAll("[data-guard-note]").forEach((note) => (note.hidden = !isChanged));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) mark(form, true);
});

// A submit into a frame, such as a preview, saves nothing.
document.addEventListener("submit", (event) => {
  const saves = !event.submitter?.hasAttribute("formtarget");
  if (saves && event.target.matches("form[data-guard]")) mark(event.target, false);
});

// A refused form comes back with what was typed, still unsaved.
function markRefused() {
  document.querySelectorAll("form[data-guard][data-refused]").forEach((form) => mark(form, true));
}
markRefused();
document.addEventListener("htmx:after:swap", markRefused);

addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[data-guard]")].some((form) => changed.has(form))) event.preventDefault();
});
