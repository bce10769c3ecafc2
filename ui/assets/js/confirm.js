// Asks before a request whose element carries hx-confirm, in our own dialog. data-confirm-title and
// data-confirm-label give its heading and the word on its button; data-confirm-danger makes it red.
import { said } from "./said.js";

// ask shows the question; then() hears whether the answer was yes.
export function ask({ title, text, yes, danger }, then) {
  const dialog = document.getElementById("confirm");
  const button = dialog.querySelector("[value=yes]");
  dialog.querySelector("[data-confirm-heading]").textContent = title || said("sure");
  dialog.querySelector("[data-confirm-text]").textContent = text;
  button.textContent = yes || said("goOn");
  button.classList.toggle("btn-error", !!danger);
  button.classList.toggle("btn-primary", !danger);
  dialog.returnValue = "";
  dialog.addEventListener("close", () => then(dialog.returnValue === "yes"), { once: true });
  dialog.showModal();
}

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm || !document.getElementById("confirm")) return;
  event.preventDefault();
  const { confirmTitle, confirmLabel, confirmDanger } = ctx.sourceElement.dataset;
  ask({ title: confirmTitle, text: ctx.confirm, yes: confirmLabel, danger: confirmDanger !== undefined }, (yes) => (yes ? issueRequest() : dropRequest()));
});
