/** What the server refused, next to the fields it is about. */
import type { FieldError } from "../net/problem";
import { all } from "../page/dom";

/** Each until its field is changed. False when none of them has a field here. */
export function showErrors(form: HTMLFormElement, errors: FieldError[]): boolean {
  const shown = errors.filter((error) => show(form, error));
  const first = form.querySelector<HTMLElement>("[aria-invalid=true]");
  first?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "center", behavior: "smooth" });
  return shown.length > 0;
}

export function clearErrors(form: HTMLFormElement): void {
  for (const input of all(form, "[aria-invalid]")) unmark(input);
  for (const note of all(form, ".field-error")) note.remove();
}

function unmark(input: HTMLElement): void {
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
}

function show(form: HTMLFormElement, error: FieldError): boolean {
  const name = error.pointer.replace(/^\//, "");
  const input = form.elements.namedItem(name);
  if (!(input instanceof HTMLElement)) return false;
  const note = document.createElement("span");
  note.className = "field-error";
  note.id = `error-${name}`;
  note.textContent = error.detail;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", note.id);
  input.closest(".field")?.append(note);
  const changed = () => {
    unmark(input);
    note.remove();
  };
  input.addEventListener("input", changed, { once: true });
  return true;
}
