// Runs before the first paint, so that a chosen theme does not flash in late.
try {
  const chosen = localStorage.getItem("phonex.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is closed to us: the system's theme it is.
}
