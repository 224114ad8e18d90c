// Keeps what is typed and not saved yet: after some seconds without typing, the form goes to an address of its own.
// Without this file its button saves it all the same. Nothing is stored in the browser.
const QUIET = 4000;

for (const mark of document.querySelectorAll("[data-keep]")) {
  const form = mark.closest("form");
  const status = document.createElement("p");
  status.className = "pcd-meta";
  status.setAttribute("role", "status");
  form.append(status);
  let timer, sending;

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET);
  }

  async function keep(last = {}) {
    timer = undefined;
    sending = new AbortController();
    const { signal } = sending;
    try {
      const answer = await fetch(mark.dataset.keep, {
        method: "POST",
        body: new FormData(form),
        redirect: "error",
        signal,
        ...last,
      });
      if (answer.status === 429) later();
      else status.textContent = answer.ok ? await answer.text() : mark.dataset.keepLost;
    } catch {
      if (!signal.aborted) status.textContent = mark.dataset.keepLost;
    }
  }

  form.addEventListener("input", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = undefined;
    sending?.abort();
  });
  // Somebody leaves before the seconds are over: what they typed goes at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) {
      clearTimeout(timer);
      keep({ keepalive: true });
    }
  });
}
