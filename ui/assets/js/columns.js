// Moves the columns of a chooser: a button with data-move="-1" or "1" takes its line up or down.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-columns] [data-move]");
  if (!button) return;
  const line = button.closest("li");
  if (button.dataset.move === "-1") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  button.focus();
});
