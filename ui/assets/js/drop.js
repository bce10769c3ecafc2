// data-drop around a file input: lights up under a file, and says which one was chosen.
const box = (event) => event.target.closest?.("[data-drop]");

for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => box(event)?.setAttribute("data-over", ""));
for (const name of ["dragleave", "drop"]) document.addEventListener(name, (event) => box(event)?.removeAttribute("data-over"));

document.addEventListener("change", (event) => {
  const note = box(event)?.querySelector("[data-drop-name]");
  const file = event.target.files?.[0];
  if (!note) return;
  note.dataset.dropEmpty ??= note.textContent;
  const size = file && note.dataset.dropSize.replace("{{size}}", (file.size / 1e6).toLocaleString(undefined, { maximumFractionDigits: 1 }));
  note.textContent = file ? `${file.name} (${size})` : note.dataset.dropEmpty;
});
