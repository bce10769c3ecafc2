// Lists that fit scroll with the page, under a head that stays in sight; src/table.css says how.
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) measure(target.closest(".table-scroll"));
});

function measure(box) {
  const fits = box.firstElementChild.offsetWidth <= box.clientWidth;
  if (fits === box.hasAttribute("data-fits")) return;
  box.toggleAttribute("data-fits", fits);
  if (fits) box.removeAttribute("tabindex"); // what does not scroll needs no focus
  else box.tabIndex = 0;
}

// Observing again what is observed changes nothing, but morphing takes away what was said of it.
function watch() {
  for (const box of document.querySelectorAll(".table-scroll")) {
    measure(box);
    sizes.observe(box);
    sizes.observe(box.firstElementChild);
  }
}
watch();
document.addEventListener("htmx:after:swap", watch);
