// Rows of links that scroll have the current one in view, also after the screen was turned.
function showCurrent() {
  for (const row of document.querySelectorAll(".scroll-row")) {
    const current = row.querySelector("[aria-current]");
    if (!current || row.scrollWidth <= row.clientWidth) continue;
    const [outer, inner] = [row.getBoundingClientRect(), current.getBoundingClientRect()];
    row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }
}
showCurrent();
addEventListener("resize", showCurrent);
