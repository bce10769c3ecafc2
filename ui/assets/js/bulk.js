// Choosing rows of a list. [data-bulk=ID] is the region around the list #ID: its rows have checkboxes
// [data-bulk-row], [data-bulk-page] chooses all of a page, and [data-bulk-bar] takes the place of
// [data-bulk-toolbar] while something is chosen. The choice lasts while pages are turned and orders changed,
// and ends with another search. "All that match" is a click of its own and sends the search, not ids.
const most = 1000; // ids fit into an address
const choices = new Map();
let last; // checkbox that was clicked last, for ranges

const regionOf = (element) => element?.closest?.("[data-bulk]");
const bodyOf = (region) => document.getElementById(region.dataset.bulk);
const rowsOf = (region) => [...region.querySelectorAll("[data-bulk-row]")];

function choiceOf(region) {
  const search = bodyOf(region)?.dataset.search ?? "";
  const known = choices.get(region.dataset.bulk);
  if (known && known.search === search) return known;
  const fresh = { search, ids: new Set(), all: false };
  choices.set(region.dataset.bulk, fresh);
  return fresh;
}

const say = (text, n) => text.replace("%n", n);

function sync(region) {
  const body = bodyOf(region);
  const bar = region.querySelector("[data-bulk-bar]");
  if (!body || !bar) return;
  const choice = choiceOf(region);
  const rows = rowsOf(region);
  for (const row of rows) row.checked = choice.all || choice.ids.has(row.value);
  const page = region.querySelector("[data-bulk-page]");
  const checked = rows.filter((row) => row.checked).length;
  if (page) {
    page.checked = checked > 0 && checked === rows.length;
    page.indeterminate = checked > 0 && checked < rows.length;
  }
  const { total, totalText } = body.dataset;
  const n = choice.ids.size;
  const any = choice.all || n > 0;
  bar.hidden = !any;
  for (const toolbar of region.querySelectorAll("[data-bulk-toolbar]")) toolbar.hidden = any;
  const { one, many, all, limit } = bar.dataset;
  let text = "";
  if (choice.all) text = say(all, totalText);
  else if (n >= most) text = say(limit, n);
  else if (n) text = n === 1 ? one : say(many, n);
  const count = bar.querySelector("[data-bulk-count]");
  if (count.textContent !== text) count.textContent = text;
  const more = bar.querySelector("[data-bulk-all]");
  more.hidden = choice.all || !page?.checked || Number(total) <= n;
  more.textContent = say(more.dataset.text, totalText);
  const form = bar.querySelector("[data-bulk-form]").elements;
  form.ids.value = choice.all ? "" : [...choice.ids].join(",");
  form.all.value = choice.all ? "1" : "";
  form.search.value = choice.search;
}

function set(region, rows, on) {
  const choice = choiceOf(region);
  if (choice.all) {
    // Taking one out of all leaves the others of this page: more is not on the screen.
    choice.all = false;
    for (const row of rowsOf(region)) choice.ids.add(row.value);
  }
  for (const row of rows) {
    if (!on) choice.ids.delete(row.value);
    else if (choice.ids.size < most) choice.ids.add(row.value);
  }
  sync(region);
}

function clear(region) {
  choices.delete(region.dataset.bulk);
  sync(region);
}

document.addEventListener("click", (event) => {
  const region = regionOf(event.target);
  if (!region) return;
  const row = event.target.closest("[data-bulk-row]");
  if (row) {
    const rows = rowsOf(region);
    const [from, to] = [rows.indexOf(last), rows.indexOf(row)].sort((a, b) => a - b);
    set(region, event.shiftKey && from >= 0 ? rows.slice(from, to + 1) : [row], row.checked);
    last = row;
  }
  if (event.target.closest("[data-bulk-page]")) set(region, rowsOf(region), event.target.checked);
  if (event.target.closest("[data-bulk-clear]")) {
    clear(region);
    region.querySelector("[data-bulk-page]")?.focus();
  }
  if (event.target.closest("[data-bulk-all]")) {
    choiceOf(region).all = true;
    sync(region);
    region.querySelector("[data-bulk-clear]").focus();
  }
});

// Shift and a click would mark text as well.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest?.("label")?.querySelector("[data-bulk-row]")) event.preventDefault();
});

const syncAll = () => document.querySelectorAll("[data-bulk]").forEach(sync);
document.addEventListener("htmx:after:swap", syncAll);
addEventListener("pageshow", syncAll);
