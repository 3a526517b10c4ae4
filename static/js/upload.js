// Forms with data-upload: files can be dropped, and sending them shows its progress and can be stopped.
offerUpload();

function offerUpload() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const drop = form.querySelector("[data-drop]");
    const input = form.querySelector("input[type=file]");
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, () => drop.classList.add("drop--over"));
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("drop--over"));
    input.addEventListener("change", () => look(form, input));
    form.addEventListener("submit", (event) => send(form, event));
  }
}

// Names the chosen files; what is too large, or too many, is refused before it is sent.
function look(form, input) {
  const problem = problemOf([...input.files], form.dataset);
  input.setCustomValidity(problem);
  const names = [...input.files].map((file) => file.name).join(", ");
  form.querySelector("[data-drop-name]").textContent = problem || names;
}

function problemOf(files, { mostBytes, tooLarge, mostFiles, tooMany }) {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (mostBytes && size > Number(mostBytes)) return tooLarge;
  return mostFiles && files.length > Number(mostFiles) ? tooMany : "";
}

function send(form, event) {
  event.preventDefault();
  const progress = form.querySelector("[data-upload-progress]");
  const bar = progress.querySelector("progress");
  const percent = progress.querySelector("[data-upload-percent]");
  const request = new XMLHttpRequest();
  const body = new FormData(form);
  setBusy(form, progress, true);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    percent.textContent = `${Math.round(bar.value)} %`;
  });
  request.addEventListener("load", () => show(request));
  request.addEventListener("error", () => form.submit());
  request.addEventListener("abort", () => setBusy(form, progress, false));
  progress.querySelector("[data-upload-cancel]").addEventListener("click", () => request.abort(), { once: true });
  request.open("POST", form.action);
  request.send(body);
}

function setBusy(form, progress, isBusy) {
  progress.hidden = !isBusy;
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = isBusy;
}

// The answer is a page: the report after a redirect, or the form again with what was wrong.
function show(request) {
  if (request.responseURL && request.responseURL !== location.href) {
    location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(answer);
  window.htmx?.process(answer);
  answer.focus();
  offerUpload();
}
