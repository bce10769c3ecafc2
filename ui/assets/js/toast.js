// Short messages. The server sends HX-Trigger: {"toast":{"kind":"success","text":"…","undo":"/app/…"}}
// or prints them into #toasts. They leave after six seconds, or ten where something can be undone, but
// not while someone points at them or has the focus there; errors stay until closed.
import { said } from "./said.js";

const stay = 6000;
const stayWithUndo = 10000;

export function toast(kind, text, undo) {
  const list = document.getElementById("toasts");
  const template = document.getElementById(`toast-${kind}`) || document.getElementById("toast-info");
  if (!list || !template || [...list.children].some((t) => t.dataset.text === text)) return;
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.text = text;
  item.querySelector("[data-toast-text]").textContent = text;
  if (undo) addUndo(item, undo);
  list.append(item);
  htmx.process(item); // what is not in the page yet would be passed over
  leaveLater(item);
}

function addUndo(item, url) {
  const form = document.getElementById("toast-undo").content.firstElementChild.cloneNode(true);
  form.action = url;
  form.setAttribute("hx-post", url);
  form.setAttribute("hx-swap", "none");
  item.querySelector("[data-toast-close]").before(form);
}

function leaveLater(item) {
  if (item.dataset.toast === "error") return;
  const time = item.querySelector("[data-toast-undo]") ? stayWithUndo : stay;
  let timer;
  const wait = () => (timer = setTimeout(() => leave(item), time));
  const hold = () => clearTimeout(timer);
  const go = () => {
    hold();
    if (!item.matches(":hover, :focus-within")) wait();
  };
  for (const name of ["pointerenter", "focusin"]) item.addEventListener(name, hold);
  item.addEventListener("pointerleave", go);
  item.addEventListener("focusout", () => setTimeout(go));
  wait();
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

// Whoever takes it back needs the offer no longer; the answer brings a message of its own.
document.addEventListener("htmx:finally:request", (event) => {
  const undo = event.detail.ctx?.sourceElement?.closest?.("[data-toast-undo]");
  if (undo) leave(undo.closest("[data-toast]"));
});

document.addEventListener("toast", (event) => toast(event.detail.kind, event.detail.text, event.detail.undo));

// Polls and streams repeat by themselves; one lost answer is not worth a message.
const polls = (ctx) =>
  ctx?.sourceElement?.getAttribute("hx-trigger")?.startsWith("every ") || ctx?.sourceElement?.hasAttribute("hx-sse:connect");

document.addEventListener("htmx:error", (event) => {
  if (polls(event.detail.ctx) || event.detail.ctx?.response) return;
  if (event.detail.error?.name === "AbortError") return; // a newer request took its place
  toast("error", said("offline"));
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status < 500 || polls(ctx) || ctx.hx?.trigger?.includes('"toast"')) return;
  const id = ctx.response.headers.get("X-Request-ID");
  toast("error", said("broken") + (id ? ` (${said("request")} ${id})` : ""));
});
