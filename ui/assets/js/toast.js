// Short messages. The server sends HX-Trigger: {"toast":{"kind":"success","text":"…"}} or prints them
// into #toasts. They leave after six seconds unless someone points at them; errors stay until closed.

const stay = 6000;

export function toast(kind, text) {
  const list = document.getElementById("toasts");
  const template = document.getElementById(`toast-${kind}`) || document.getElementById("toast-info");
  if (!list || !template || [...list.children].some((t) => t.dataset.text === text)) return;
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.text = text;
  item.querySelector("[data-toast-text]").textContent = text;
  list.append(item);
  leaveLater(item);
}

function leaveLater(item) {
  if (item.dataset.toast === "error") return;
  let timer = setTimeout(() => leave(item), stay);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => (timer = setTimeout(() => leave(item), stay)));
}

function leave(item) {
  item.classList.add("toast-leaving");
  setTimeout(() => item.remove(), 160);
}

document.querySelectorAll("#toasts > *").forEach(leaveLater);

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-toast-close]");
  if (close) leave(close.closest("[data-toast]"));
});

document.addEventListener("toast", (event) => toast(event.detail.kind, event.detail.text));

// Polls repeat by themselves; one lost answer is not worth a message.
const polls = (ctx) => ctx?.sourceElement?.getAttribute("hx-trigger")?.startsWith("every ");

document.addEventListener("htmx:error", (event) => {
  if (polls(event.detail.ctx) || event.detail.ctx?.response) return;
  toast("error", "The server did not answer. Check your connection and try again.");
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status < 500 || polls(ctx) || ctx.hx?.trigger?.includes('"toast"')) return;
  const id = ctx.response.headers.get("X-Request-ID");
  toast("error", `Something went wrong on our side.${id ? ` Request ${id}.` : ""} Nothing you typed is lost.`);
});
