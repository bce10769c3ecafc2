// The theme switch: data-theme-choice="mauntic-dark" changes the look at once; "" follows the system.
// The form around it has the server remember the choice, which prints it from then on.
const schemes = { mauntic: "light", "mauntic-dark": "dark" };

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const theme = button.dataset.themeChoice;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.querySelector("meta[name=color-scheme]").content = schemes[theme] ?? "light dark";
  for (const choice of document.querySelectorAll("[data-theme-choice]")) {
    choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === theme));
  }
});
