// data-copy="text" puts text on the clipboard and says so.
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("success", "Copied.");
  } catch {
    toast("error", "The browser did not allow copying. Select the text and copy it by hand.");
  }
});
