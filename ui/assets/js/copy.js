// data-copy="text" puts text on the clipboard and says so.
import { said } from "./said.js";
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("success", said("copied"));
  } catch {
    toast("error", said("uncopied"));
  }
});
