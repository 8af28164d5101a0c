/** Elements that must be there: a page without them is a bug, so it fails loudly. */
export function find<E extends HTMLElement = HTMLElement>(root: ParentNode, selector: string): E {
  const found = root.querySelector<E>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

export function all<E extends HTMLElement = HTMLElement>(root: ParentNode, selector: string): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

/** A copy of what a fetched page has, for this one; that page may be shown once more. */
export function copied(page: ParentNode, selector: string): HTMLElement {
  return document.importNode(find(page, selector), true);
}

/** A copy of the only element inside `<template id=…>`. */
export function copyOf(template: string): HTMLElement {
  const source = find<HTMLTemplateElement>(document, `template#${template}`);
  const copy = source.content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`template ${template} is empty`);
  return copy;
}

type Values = Record<string, string | number | boolean | null | undefined>;

/**
 * Fills a copy: `data-text="name"` gets the text, `data-if="name"` is hidden when it is empty.
 * Text only, never markup: titles are written by merchants.
 */
export function fill(root: HTMLElement, values: Values): HTMLElement {
  for (const element of withAttribute(root, "data-text")) {
    const value = values[element.dataset["text"] ?? ""];
    if (value !== undefined) element.textContent = String(value ?? "");
  }
  for (const element of withAttribute(root, "data-if")) {
    const value = values[element.dataset["if"] ?? ""];
    if (value !== undefined) element.hidden = !value;
  }
  return root;
}

function withAttribute(root: HTMLElement, name: string): HTMLElement[] {
  const inside = all(root, `[${name}]`);
  return root.hasAttribute(name) ? [root, ...inside] : inside;
}
