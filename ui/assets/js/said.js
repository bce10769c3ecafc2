// What scripts say. The texts are printed by the server, in the language of the page, as data- of #said.
export const said = (name) => document.getElementById("said")?.dataset[name] ?? "";
