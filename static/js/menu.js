// Menus are <details data-menu>: they also close on Escape and on a press elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

function openMenus() {
  return document.querySelectorAll("details[data-menu][open]");
}
