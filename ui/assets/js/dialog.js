// Dialogs. data-open="#id" opens a <dialog>, data-close closes the one around it. Content that htmx
// puts into #modal-box opens the shared dialog; the server closes it with HX-Trigger: closeDialog.

const fillable = "input:not([type=hidden], [type=radio]:not(:checked)), select, textarea";

// show opens a dialog with the focus on what is to be filled in: left to itself, the browser gives it to the
// button that closes. What asks for the focus, such as a list of errors, keeps it; a touch would bring a
// keyboard that covers the dialog.
function show(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  if (dialog.querySelector("[autofocus]") || matchMedia("(pointer: coarse)").matches) return;
  dialog.querySelector("form")?.querySelector(fillable)?.focus();
}

function open(event, dialog) {
  if (!dialog || event.ctrlKey || event.metaKey) return; // a link that opens a dialog opens its page in a new tab
  event.preventDefault();
  show(dialog);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) open(event, document.querySelector(opener.dataset.open));
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) event.target.close(); // the backdrop
});

document.addEventListener("htmx:after:swap", (event) => {
  const box = document.getElementById("modal-box");
  const dialog = box?.closest("dialog");
  if (!dialog || event.detail.ctx?.target !== box || !box.firstElementChild) return;
  show(dialog);
});

// A dialog that was opened by a key has nobody to give the focus back to: it must not keep it.
document.addEventListener(
  "close",
  (event) => {
    if (event.target.contains(document.activeElement)) document.activeElement.blur();
  },
  true,
);

document.addEventListener("closeDialog", () => document.querySelector("dialog[open]")?.close());

// Popover menus open below their button, where style sheets cannot say so yet.
const anchored = CSS.supports("position-area", "bottom");

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (anchored || event.newState !== "open" || !menu.matches?.("[data-menu]")) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`)?.getBoundingClientRect();
    if (!button) return;
    const { width, height } = menu.getBoundingClientRect();
    const below = button.bottom + height + 8 <= innerHeight;
    menu.style.top = `${below ? button.bottom + 4 : Math.max(8, button.top - height - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(button.right - width, innerWidth - width - 8))}px`;
  },
  true,
);
