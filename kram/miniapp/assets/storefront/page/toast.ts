/** Short messages above the page, read out by screen readers. */
import { find } from "./dom";

const SHOWN_MS = 4500;

interface Offer {
  text: string;
  run: () => void;
}

let leaving = 0;

/** One at a time: the newer replaces the older. */
export function toast(text: string, offer?: Offer): void {
  const place = find(document, "#toasts");
  const note = document.createElement("div");
  note.className = "toast";
  note.append(text);
  if (offer) note.append(button(offer));
  place.replaceChildren(note);
  clearTimeout(leaving);
  leaving = window.setTimeout(clearToasts, SHOWN_MS);
}

function clearToasts(): void {
  find(document, "#toasts").replaceChildren();
}

function button(offer: Offer): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = offer.text;
  made.addEventListener("click", () => {
    clearToasts();
    offer.run();
  });
  return made;
}
