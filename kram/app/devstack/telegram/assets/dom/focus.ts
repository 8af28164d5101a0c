/** Keyboard focus inside something that lies over everything else. */

const REACHABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select, textarea, iframe, [tabindex="0"]';

/** Keeps Tab inside `element`; the returned function gives focus back to where it was. */
export function trapFocus(element: HTMLElement): () => void {
  const before = document.activeElement;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Tab") return;
    const all = [...element.querySelectorAll<HTMLElement>(REACHABLE)];
    const first = all[0];
    const last = all[all.length - 1];
    const edge = event.shiftKey ? first : last;
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  };
  element.addEventListener("keydown", onKey);
  (element.querySelector<HTMLElement>("[autofocus]") ?? element).focus({ preventScroll: true });
  return () => {
    element.removeEventListener("keydown", onKey);
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}
