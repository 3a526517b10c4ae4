// Toasts can be closed, and those that report success go by themselves.
const SHOWN_MS = 7000;

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove());
document.addEventListener("htmx:afterSettle", armToasts);
armToasts();

function armToasts() {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-armed])")) {
    toast.dataset.armed = "";
    toast.querySelector("[data-dismiss]").hidden = false;
    if (!toast.classList.contains("toast--error")) setTimeout(() => toast.remove(), SHOWN_MS);
  }
}
