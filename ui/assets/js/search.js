// Search boxes that complete what is typed: an input with data-suggest (an address) and the id of its
// listbox in aria-controls. The server says which characters a suggestion replaces. The focus stays in the
// box; arrow keys choose, Enter or Tab takes, Escape closes. [data-add-term] puts the beginning of a filter
// into the box that data-into selects; [data-clear] empties the search box that it stands in.
const pause = 120;
let timer;
let turn = 0;

const boxOf = (target) => target?.closest?.("input[data-suggest]");
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const inputOf = (list) => document.querySelector(`input[aria-controls="${list.id}"]`);
const chosen = (list) => list.querySelector('[aria-selected="true"]');

function show(input, open) {
  listOf(input).hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) {
    input.removeAttribute("aria-activedescendant");
    turn++; // an answer that is still under way comes too late
  }
}

function choose(input, option) {
  for (const other of listOf(input).children) other.setAttribute("aria-selected", String(other === option));
  if (!option) return;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

// With all, an empty place offers every command; unasked it stays quiet.
async function suggest(input, all) {
  const mine = ++turn;
  const address = new URL(input.dataset.suggest, location.href);
  address.searchParams.set("search", input.value);
  address.searchParams.set("at", [...input.value.slice(0, input.selectionStart)].length); // characters, not UTF-16
  if (all) address.searchParams.set("all", "1");
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || mine !== turn || document.activeElement !== input) return;
    listOf(input).innerHTML = await answer.text();
    show(input, listOf(input).childElementCount > 0);
    input.removeAttribute("aria-activedescendant");
  } catch {
    // Completing is a help; the search itself says when the server is away.
  }
}

function take(input, option) {
  const text = [...input.value];
  const insert = [...option.dataset.insert];
  const from = Number(option.dataset.from);
  text.splice(from, Number(option.dataset.to) - from, ...insert);
  input.value = text.join("");
  const cursor = text.slice(0, from + insert.length).join("").length;
  input.setSelectionRange(cursor, cursor);
  show(input, false);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// A command whose value is still to come, or a phrase that is open. Searching for it would only complain.
const unfinished = (text) => /(^|[\s(!])[A-Za-z]\w*:!*[<>]?=?$/.test(text) || text.replace(/\\./g, "").split('"').length % 2 === 0;

// Before htmx hears of it.
document.addEventListener(
  "input",
  (event) => {
    const input = boxOf(event.target);
    if (!input || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => suggest(input), pause);
    if (unfinished(input.value)) event.stopPropagation();
  },
  true,
);

// A link of a filter goes with the list that it changes: the focus moves to the search box.
document.addEventListener("htmx:after:swap", (event) => {
  const { target } = event.detail.ctx ?? {};
  if (!target?.dataset?.bulk || document.activeElement !== document.body) return;
  document.getElementById(target.id)?.querySelector("input[data-suggest]")?.focus();
});

document.addEventListener("keydown", (event) => {
  const input = boxOf(event.target);
  if (!input || event.isComposing) return;
  const list = listOf(input);
  const options = [...list.children];
  const at = options.indexOf(chosen(list));
  const move = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (move !== undefined) {
    event.preventDefault();
    if (list.hidden) suggest(input, true);
    else choose(input, options[(move + options.length) % options.length]);
  } else if (list.hidden) {
    return;
  } else if ((event.key === "Enter" || event.key === "Tab") && options[at]) {
    event.preventDefault();
    take(input, options[at]);
  } else if (event.key === "Escape") {
    event.preventDefault(); // the browser would empty the box
    show(input, false);
  } else if (event.key === "Enter") {
    show(input, false);
  }
});

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[role=option][data-insert]");
  if (!option) return;
  event.preventDefault(); // keep the focus in the box
  take(inputOf(option.parentElement), option);
});

document.addEventListener("focusout", (event) => {
  const input = boxOf(event.target);
  if (input) show(input, false);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-add-term]");
  if (!button) return;
  const input = document.querySelector(button.dataset.into);
  const before = input.value.trim();
  input.value = (before ? `${before} ` : "") + button.dataset.addTerm;
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
  suggest(input, true);
});

document.addEventListener("click", (event) => {
  const input = event.target.closest?.("[data-clear]")?.parentElement.querySelector("input[type=search]");
  if (!input) return;
  input.value = "";
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
