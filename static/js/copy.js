// Buttons with data-copy="#id" copy that element's text or value and then show data-copied for a moment.
const SHOWN_MS = 2500;

if (navigator.clipboard) {
  offer();
  document.addEventListener("htmx:afterSettle", offer);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copyFrom(button);
  });
}

function offer() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

async function copyFrom(button) {
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  words.textContent = button.dataset.copied;
  setTimeout(() => { words.textContent = before; }, SHOWN_MS);
}
