// The queue of reviews without a mouse: j and k move, a shows, r rejects, e answers.
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select") !== null;
}

function entries(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-queue] [data-entry]")];
}

function current(all: HTMLElement[]): HTMLElement | undefined {
  return all.find((entry) => entry.contains(document.activeElement)) ?? all[0];
}

function move(all: HTMLElement[], by: number): void {
  const at = all.findIndex((entry) => entry.contains(document.activeElement));
  all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
}

function act(entry: HTMLElement | undefined, key: string): void {
  const form = entry?.querySelector<HTMLFormElement>(`form[data-key="${key}"]`);
  if (form) return form.requestSubmit();
  const fold = entry?.querySelector<HTMLDetailsElement>(`details[data-key-open="${key}"]`);
  if (!fold) return;
  fold.open = true;
  fold.querySelector("textarea")?.focus();
}

export function wireQueue(): void {
  document.addEventListener("keydown", (event) => {
    const all = entries();
    if (!all.length || isTyping(event.target)) return;
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (!["j", "k", "a", "r", "e"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "j") move(all, 1);
    else if (event.key === "k") move(all, -1);
    else act(current(all), event.key);
  });
}
