/** Fields of a sheet, with visible labels. */

import { make } from "../dom/make";

interface FieldLook {
  value?: string;
  type?: string;
  autocomplete?: string;
  options?: [string, string][];
}

/** A labelled field; its value is read from the element. */
export function field(
  label: string,
  look: FieldLook = {},
): { row: HTMLElement; input: HTMLInputElement | HTMLSelectElement } {
  const input = look.options
    ? make("select.field", {}, ...look.options.map(([id, text]) => make("option", { value: id }, text)))
    : make("input.field", { type: look.type ?? "text", autocomplete: look.autocomplete ?? "off" });
  if (look.value !== undefined) input.value = look.value;
  return { row: make("label.field-row", {}, make("span", {}, label), input), input };
}
