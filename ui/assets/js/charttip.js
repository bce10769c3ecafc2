// A cursor over charts: pointer or arrow keys choose a point, and a tip says its values, which stand in
// the chart's own table.

function rows(chart) {
  return [...chart.querySelectorAll("tbody tr")];
}

function show(chart, at) {
  const plot = chart.querySelector("[data-chart-plot]");
  const all = rows(chart);
  if (!plot || !all.length) return;
  const i = Math.max(0, Math.min(all.length - 1, at));
  chart.dataset.chartAt = i;
  const svg = plot.querySelector("svg");
  const cursor = svg.querySelector("[data-chart-cursor]");
  const x = ((i + 0.5) / all.length) * svg.viewBox.baseVal.width;
  cursor.setAttribute("x1", x);
  cursor.setAttribute("x2", x);
  cursor.setAttribute("visibility", "visible");
  fill(plot.querySelector("[data-chart-tip]"), chart, all[i]);
  place(plot, (i + 0.5) / all.length);
}

function fill(tip, chart, row) {
  const names = [...chart.querySelectorAll("thead th")].slice(1).map((th) => th.textContent.trim());
  const keys = [...chart.querySelectorAll(".chart-key")];
  const heading = document.createElement("b");
  heading.textContent = row.querySelector("th").textContent.trim();
  const lines = [...row.querySelectorAll("td")].map((cell, i) => {
    const line = document.createElement("span");
    const name = document.createElement("em");
    name.className = "not-italic";
    if (keys[i]) name.append(keys[i].cloneNode());
    name.append(names[i]);
    line.append(name, cell.textContent.trim());
    return line;
  });
  tip.replaceChildren(heading, ...lines);
  tip.hidden = false;
}

// The tip stands beside the cursor, on the side where there is room.
function place(plot, share) {
  const tip = plot.querySelector("[data-chart-tip]");
  const x = share * plot.clientWidth;
  const left = x + 12 + tip.offsetWidth > plot.clientWidth ? x - 12 - tip.offsetWidth : x + 12;
  tip.style.left = `${Math.max(0, left)}px`;
}

function hide(chart) {
  chart.querySelector("[data-chart-tip]").hidden = true;
  chart.querySelector("[data-chart-cursor]").setAttribute("visibility", "hidden");
}

document.addEventListener("pointermove", (event) => {
  const plot = event.target.closest?.("[data-chart-plot]");
  if (!plot) return;
  const chart = plot.closest("[data-chart]");
  const box = plot.getBoundingClientRect();
  show(chart, Math.floor(((event.clientX - box.left) / box.width) * rows(chart).length));
});

document.addEventListener("pointerout", (event) => {
  const plot = event.target.closest?.("[data-chart-plot]");
  if (plot && !plot.contains(event.relatedTarget) && document.activeElement !== plot) hide(plot.closest("[data-chart]"));
});

document.addEventListener("keydown", (event) => {
  const plot = event.target.closest?.("[data-chart-plot]");
  if (!plot) return;
  const chart = plot.closest("[data-chart]");
  const last = rows(chart).length - 1;
  const at = Number(chart.dataset.chartAt ?? last + 1);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
  if (event.key === "Escape") hide(chart);
  if (to === undefined) return;
  event.preventDefault();
  show(chart, to);
});

document.addEventListener("focusout", (event) => {
  const plot = event.target.closest?.("[data-chart-plot]");
  if (plot) hide(plot.closest("[data-chart]"));
});
