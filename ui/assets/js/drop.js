// data-drop around a file input: lights up under a file, and says which one was chosen.
const box = (event) => event.target.closest?.("[data-drop]");

for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => box(event)?.setAttribute("data-over", ""));
for (const name of ["dragleave", "drop"]) document.addEventListener(name, (event) => box(event)?.removeAttribute("data-over"));

function sizeOf({ size }, note) {
  const large = size >= 1e6;
  const { lang } = document.documentElement;
  const amount = large ? (size / 1e6).toLocaleString(lang, { maximumFractionDigits: 1 }) : Math.ceil(size / 1e3).toLocaleString(lang);
  return (large ? note.dataset.dropSize : note.dataset.dropSmall).replace("%n", amount);
}

document.addEventListener("change", (event) => {
  const note = box(event)?.querySelector("[data-drop-name]");
  const file = event.target.files?.[0];
  if (!note) return;
  note.dataset.dropEmpty ??= note.textContent;
  note.textContent = file ? `${file.name} (${sizeOf(file, note)})` : note.dataset.dropEmpty;
});
