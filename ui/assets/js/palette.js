// The search over everything. The server ranks; here the arrow keys move the choice while the focus
// stays in the box, and an empty box shows the records that were opened last in this browser.
const recentKey = "mauntic-recent";
const keep = 6;

const dialog = () => document.querySelector("[data-palette]");
const input = () => dialog().querySelector("[role=combobox]");
const options = () => [...dialog().querySelectorAll("[role=option]")];

const recents = () => {
  try {
    return JSON.parse(localStorage.getItem(recentKey)) ?? [];
  } catch {
    return [];
  }
};

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input().removeAttribute("aria-activedescendant");
}

// The records that were opened last come before what the server offers for an empty box.
function addRecents() {
  const list = dialog().querySelector("[role=listbox]");
  const template = document.getElementById("palette-recent");
  const all = recents().filter((r) => r.href !== location.pathname);
  const first = list.querySelector("[role=group]");
  if (input().value.trim() || !all.length || !first || list.querySelector("[data-recent]")) return;
  const group = first.cloneNode(true);
  group.dataset.recent = "";
  const heading = group.firstElementChild;
  heading.textContent = template.dataset.title;
  heading.id = "palette-recent-title";
  group.setAttribute("aria-labelledby", heading.id);
  group.replaceChildren(heading);
  all.forEach((recent, i) => {
    const option = template.content.firstElementChild.cloneNode(true);
    option.id = `palette-recent-${i}`;
    option.href = recent.href;
    option.querySelector("[data-recent-title]").textContent = recent.title;
    group.append(option);
  });
  list.prepend(group);
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target !== dialog()?.querySelector("[role=listbox]")) return;
  addRecents();
  choose(options()[0]);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open='#palette']");
  if (!opener) return;
  input().value = "";
  choose(); // what was chosen last time is no choice until the list is new
  input().form.dispatchEvent(new Event("palette"));
});

document.addEventListener("keydown", (event) => {
  if (event.target !== dialog()?.querySelector("[role=combobox]")) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const move = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (move !== undefined && all.length) {
    event.preventDefault();
    choose(all[(move + all.length) % all.length]);
  }
  if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) window.open(all[at].href, "_blank", "noopener");
    else all[at].click();
  }
});

document.addEventListener("pointermove", (event) => {
  const option = event.target.closest?.("[data-palette] [role=option]");
  if (option && option.getAttribute("aria-selected") !== "true") choose(option);
});

// A record's page is /app/…/number: remember it under its heading. Logging out forgets all of them.
// The page of an error stands at such an address, too, but without a menu and a palette.
if (/^\/app\/[a-z-]+(\/[a-z-]+)?\/\d+$/.test(location.pathname) && dialog()) {
  const title = document.querySelector("main h1")?.textContent.trim();
  if (title) {
    const all = [{ href: location.pathname, title }, ...recents().filter((r) => r.href !== location.pathname)];
    localStorage.setItem(recentKey, JSON.stringify(all.slice(0, keep)));
  }
}
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/logout") localStorage.removeItem(recentKey);
});
