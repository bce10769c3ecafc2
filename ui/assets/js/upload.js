// Forms with data-upload send their file with progress. The server answers JSON: {next} or {message}.
// Without scripts it is a plain form.

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.uploading) return;
  send(form);
});

function send(form) {
  const bar = form.querySelector("[data-upload-progress]");
  const note = form.querySelector("[data-upload-error]");
  const fail = (text) => {
    delete form.dataset.uploading;
    bar.hidden = true;
    note.hidden = false;
    note.textContent = text;
  };
  form.dataset.uploading = "true";
  note.hidden = true;
  bar.hidden = false;
  bar.value = 0;

  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // A proxy or an error page answered.
    }
    if (request.status < 300 && answer.next) {
      location.replace(answer.next);
      return;
    }
    fail(answer.message || form.dataset.uploadLost);
  });
  for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => fail(form.dataset.uploadLost));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
}
