/** While a phone's keyboard is up the docked button would cover what is typed. */
export function makeRoomForKeyboard(): void {
  if (!matchMedia("(pointer: coarse)").matches) return;
  const root = document.documentElement;
  document.addEventListener("focusin", (event) => {
    root.toggleAttribute("data-keyboard", isTyped(event.target));
  });
  document.addEventListener("focusout", () => root.removeAttribute("data-keyboard"));
}

function isTyped(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !["radio", "checkbox", "hidden"].includes(target.type);
}
