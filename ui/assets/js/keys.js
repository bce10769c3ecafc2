// Keyboard shortcuts. Elements say theirs by data-key: "Mod+K" (Mod is Ctrl, ⌘ on a Mac) works
// everywhere; "?" and sequences such as "g c" work while nothing is focused for typing and no dialog is
// open, and can be turned off. Pressing them presses the element. #keys lists those of the page.
const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const pause = 1200; // between the keys of a sequence
const off = "mauntic-single-keys-off";

let typed = "";
let timer;

const registry = () => {
  const all = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!all.has(element.dataset.key)) all.set(element.dataset.key, element);
  }
  return all;
};

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");

function combination(event) {
  const parts = [];
  if (mac ? event.metaKey : event.ctrlKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey) parts.push("Shift");
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join("+");
}

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const keys = registry();
  if (event.ctrlKey || event.metaKey || event.altKey) {
    const element = keys.get(combination(event));
    // A dialog lies over the page: only what is inside it counts, and the search, which is a dialog itself.
    if (!element || (document.querySelector("dialog[open]") && !element.closest("dialog[open]"))) return;
    event.preventDefault();
    press(element);
    return;
  }
  if (event.key.length !== 1 || typing(event.target) || document.querySelector("dialog[open]") || localStorage.getItem(off)) return;
  clearTimeout(timer);
  typed = `${typed} ${event.key}`.trim();
  if (![...keys.keys()].some((key) => key.startsWith(typed))) typed = event.key;
  const element = keys.get(typed);
  if (element) {
    typed = "";
    event.preventDefault();
    press(element);
    return;
  }
  timer = setTimeout(() => (typed = ""), pause);
});

const macCaps = { Mod: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↵" };

// Key caps on a Mac say what is printed there.
function rewrite(root) {
  if (!mac) return;
  for (const caps of root.querySelectorAll("[data-keycaps*='+']")) {
    const names = caps.dataset.keycaps.split("+");
    [...caps.children].forEach((cap, i) => (cap.textContent = macCaps[names[i]] ?? names[i]));
  }
}
rewrite(document);
document.addEventListener("htmx:after:swap", () => rewrite(document));

function caps(key) {
  const names = key.includes("+") ? key.split("+") : key.split(" ");
  return names.map((name) => {
    const cap = document.createElement("kbd");
    cap.className = "kbd kbd-sm font-sans";
    cap.textContent = (mac && macCaps[name]) || { Mod: "Ctrl", Enter: "↵" }[name] || name;
    return cap;
  });
}

function list() {
  const box = document.querySelector("[data-keys-list]");
  const groups = { everywhere: [], go: [], page: [] };
  for (const [key, element] of registry()) {
    const group = element.closest("main") ? "page" : key.startsWith("g ") ? "go" : "everywhere";
    groups[group].push([key, element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.trim()]);
  }
  box.replaceChildren();
  for (const [name, rows] of Object.entries(groups)) {
    if (!rows.length) continue;
    const section = document.getElementById("keys-group").content.firstElementChild.cloneNode(true);
    section.querySelector("h3").textContent = box.dataset[name];
    for (const [key, label] of rows) {
      const row = document.getElementById("keys-row").content.firstElementChild.cloneNode(true);
      row.querySelector("dt").textContent = label;
      row.querySelector("dd").append(...caps(key));
      row.querySelector("dd").classList.add("flex", "gap-1");
      section.querySelector("dl").append(row);
    }
    box.append(section);
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-open='#keys']")) return;
  list();
  document.querySelector("[data-keys-switch]").checked = !localStorage.getItem(off);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  if (event.target.checked) localStorage.removeItem(off);
  else localStorage.setItem(off, "1");
});
