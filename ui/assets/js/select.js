// Choices with a search: select[data-search-select]. Tom Select is loaded when a page has one. The
// texts are in data- attributes; {{what}} in them is what was typed, or the name of an option.
const selector = "select[data-search-select]";
let library;

const load = () => (library ??= import(new URL("../dist/tom-select.min.js", import.meta.url)).then(() => globalThis.TomSelect));

const fill = (text, what) => text.replace("{{what}}", what);

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

// Rendered as elements and not as text, so that nothing has to be escaped.
const render = (select) => ({
  option(data) {
    const option = element("div", "");
    option.append(element("span", "truncate", data.label));
    if (data.sub) option.append(element("span", "ts-sub", data.sub));
    return option;
  },
  item(data) {
    const item = element("div", "", data.label);
    if (!select.multiple) return item;
    const remove = element("button", "ts-remove", "×");
    remove.type = "button";
    remove.tabIndex = -1; // Backspace removes, too
    remove.setAttribute("aria-label", fill(select.dataset.remove, data.label));
    item.append(remove);
    return item;
  },
  option_create: (data) => element("div", "create", fill(select.dataset.create, data.input)),
  no_results: () => element("div", "no-results", select.dataset.none),
  loading: () => element("div", "no-results", select.dataset.loading),
});

async function find(url, query) {
  const address = new URL(url, location.href);
  address.searchParams.set("q", query);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : [];
}

async function enhance(select) {
  if (select.tomselect || select.dataset.enhancing) return;
  select.dataset.enhancing = "";
  const TomSelect = await load();
  delete select.dataset.enhancing;
  if (!select.isConnected || select.tomselect) return;
  const remote = select.dataset.remote;
  const focused = document.activeElement === select;
  let asked; // what was typed last: answers of the server may come in another order
  let waiting = false;
  const made = new TomSelect(select, {
    valueField: "value",
    labelField: "label",
    searchField: ["label", "sub"],
    maxOptions: 50,
    create: "create" in select.dataset,
    placeholder: select.getAttribute("placeholder"),
    hidePlaceholder: true,
    allowEmptyOption: false,
    closeAfterSelect: true, // or it covers the button that a dialog ends with; typing opens it again
    loadThrottle: 200,
    refreshThrottle: 0, // or Enter takes what the first letters found
    preload: remote ? "focus" : false,
    load: remote
      ? function (_, done) {
          this.clearOptions(); // those of another query; what is chosen stays
          const query = this.inputValue(); // who types at once is faster than the first load, which is for nothing typed
          asked = query;
          const show = (found) => {
            if (query === asked) waiting = false;
            done(query === asked ? found : []);
          };
          find(remote, query).then(show, () => show([]));
        }
      : null,
    shouldLoad: () => true,
    ...(remote && { score: () => () => 1 }), // the server has chosen and ordered
    render: render(select),
  });
  if (remote) {
    const canSelect = made.canSelect.bind(made);
    made.canSelect = (option) => !waiting && canSelect(option); // Enter does not take what another query found
    made.on("type", (text) => {
      asked = text;
      waiting = true;
    });
  }
  // The plain select is out of sight: its search speaks for it.
  select.setAttribute("aria-hidden", "true");
  select.addEventListener("focus", () => made.focus());
  if (focused) made.focus();
  if (select.hasAttribute("aria-describedby")) made.control_input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  made.wrapper.classList.remove("select", "select-error"); // those of the plain select
}

function enhanceIn(root) {
  if (root.matches?.(selector)) enhance(root);
  root.querySelectorAll?.(selector).forEach(enhance);
}

document.addEventListener("click", (event) => {
  const remove = event.target.closest(".ts-remove");
  if (!remove) return;
  event.preventDefault();
  const item = remove.closest("[data-value]");
  remove.closest(".ts-wrapper").previousElementSibling?.tomselect?.removeItem(item.dataset.value);
});

// What htmx puts into the page gets its search, and what leaves takes its listeners along.
new MutationObserver((changes) => {
  for (const { addedNodes, removedNodes } of changes) {
    removedNodes.forEach((node) => {
      for (const select of node.querySelectorAll?.(selector) ?? []) if (!select.isConnected) select.tomselect?.destroy();
    });
    addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && enhanceIn(node));
  }
}).observe(document.body, { childList: true, subtree: true });
enhanceIn(document);
