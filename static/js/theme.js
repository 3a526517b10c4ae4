// Sets the theme the listener chose before the first paint; runs blocking in <head> so that nothing flashes.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be switched off; the system's setting then holds.
  }
})();
