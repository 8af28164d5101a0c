// A screen reader hears a live region only if it stood on the page before its text changed.
// The region is outside of what is swapped; toasts and form problems are copied into it.
export function announce(): void {
  const region = document.getElementById("announcer");
  const spoken = document.querySelector<HTMLElement>("[data-announce]");
  if (!region || !spoken || spoken.dataset.announced) return;
  spoken.dataset.announced = "yes";
  region.textContent = "";
  setTimeout(() => (region.textContent = spoken.innerText), 60);
}
