// Asks before a request whose element carries hx-confirm, in our own dialog. data-confirm-title and
// data-confirm-label give its heading and the word on its button; data-confirm-danger makes it red.

document.addEventListener("htmx:confirm", (event) => {
  const dialog = document.getElementById("confirm");
  if (!dialog) return;
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  const { confirmTitle, confirmLabel, confirmDanger } = ctx.sourceElement.dataset;
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("[data-confirm-heading]").textContent = confirmTitle || "Are you sure?";
  dialog.querySelector("[data-confirm-text]").textContent = ctx.confirm;
  yes.textContent = confirmLabel || "Continue";
  yes.classList.toggle("btn-error", confirmDanger !== undefined);
  yes.classList.toggle("btn-primary", confirmDanger === undefined);
  dialog.returnValue = "";
  dialog.addEventListener("close", () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest()), { once: true });
  dialog.showModal();
});
