// Lets a file be dropped anywhere on its form, and shows how much of it has been sent. Without this file the browser
// chooses and sends as ever.
import { initAll } from "./govuk-frontend.min.js";

// Puts the page that the server answered with in the place of this one, as the browser would have.
function show(request) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  history.pushState({}, "", request.responseURL);
  document.title = answer.title;
  document.body.replaceWith(answer.body);
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  window.scrollTo(0, 0);
  initAll();
  watch();
}

function send(form, button) {
  const request = new XMLHttpRequest();
  const shown = document.createElement("p");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  shown.className = "govuk-body pcd-progress";
  shown.setAttribute("role", "status");
  bar.max = 100;
  bar.setAttribute("aria-label", "Sending the file");
  shown.append(said, bar);
  form.append(shown);
  button.disabled = true;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = Math.floor((100 * loaded) / total);
    said.textContent = loaded < total ? `Sending the file: ${bar.value}% ` : "The file is being read ";
  });
  request.addEventListener("load", () => show(request));
  request.addEventListener("error", () => {
    said.textContent = "The file could not be sent. Check your connection and try again.";
    bar.remove();
    button.disabled = false;
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function takeDrops(form, input) {
  const hint = document.createElement("p");
  hint.className = "govuk-hint pcd-drop";
  hint.textContent = "You can also drop the file here.";
  input.after(hint);
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      hint.classList.toggle("pcd-drop--over", over);
    });
  }
  form.addEventListener("drop", ({ dataTransfer }) => {
    if (dataTransfer.files.length) input.files = dataTransfer.files;
  });
}

function watch() {
  const form = document.querySelector("form[data-upload]");
  const input = form?.querySelector("[type=file]");
  if (!input) return;
  takeDrops(form, input);
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return; // the server says what is missing
    event.preventDefault();
    form.querySelector(".pcd-progress")?.remove();
    send(form, event.submitter);
  });
}

// Going back leads to a page that is not there any more as it was: it is asked for again.
window.addEventListener("popstate", () => location.reload());
watch();
