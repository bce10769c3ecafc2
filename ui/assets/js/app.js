// Behaviour of every page. Each module listens on document, so swapped-in content needs no start-up.
import "./dialog.js";
import "./confirm.js";
import "./toast.js";
import "./guard.js";
import "./copy.js";
import "./theme.js";
import "./keys.js";
import "./palette.js";
import "./search.js";
import "./bulk.js";
import "./columns.js";
import "./upload.js";
import "./rows.js";
import "./table.js";

// What few pages have is loaded where it is, also when htmx brings it.
const parts = {
  "[data-chart]": "./charttip.js",
  "[data-drop]": "./drop.js",
  "select[data-search-select]": "./select.js",
};

function loadParts() {
  for (const [selector, module] of Object.entries(parts)) if (document.querySelector(selector)) import(module);
}
loadParts();
document.addEventListener("htmx:after:swap", loadParts);
