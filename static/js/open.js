// What is open stays open when the part of the page around it is drawn anew: <details> with an id.
const opened = new WeakMap();

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  opened.set(detail.xhr, [...detail.target.querySelectorAll("details[id][open]")].map(({ id }) => id));
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  for (const id of opened.get(detail.xhr) ?? []) document.getElementById(id)?.setAttribute("open", "");
});
