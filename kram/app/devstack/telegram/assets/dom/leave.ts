/** Elements on their way out: seen for a moment more, out of reach at once. */

export function leave(element: HTMLElement, afterMs: number): void {
  element.inert = true;
  element.setAttribute("aria-hidden", "true");
  setTimeout(() => element.remove(), afterMs);
}
