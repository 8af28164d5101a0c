/** Elements in one expression: make("button.send", { onclick }, icon("send")). */

export type Child = Node | string | null | undefined | false;
type Properties = Record<string, unknown>;

/** Makes an element of `tag.class.class`; functions become listeners, the rest attributes. */
export function make<K extends keyof HTMLElementTagNameMap>(
  selector: K | `${K}.${string}`,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const [tag, ...classes] = selector.split(".") as [K, ...string[]];
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  if (tag === "button") element.setAttribute("type", "button");
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...present(children));
  return element;
}

/** Replaces everything inside. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...present(children));
}

/** Brings the children into this order and takes others away; who stays is not touched.
 *
 * A frame that is taken out and put back loads its page anew: hence no `fill` around frames. */
export function arrange(element: Element, children: Element[]): void {
  for (const child of [...element.children]) {
    if (!children.includes(child)) child.remove();
  }
  children.forEach((child, at) => {
    if (element.children[at] !== child) element.insertBefore(child, element.children[at] ?? null);
  });
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child != null && child !== false);
}

function set(element: HTMLElement, name: string, value: unknown): void {
  if (value == null || value === false) return;
  if (typeof value === "function") {
    element.addEventListener(name.slice(2), value as EventListener);
  } else if (value === true) {
    element.setAttribute(name, "");
  } else {
    element.setAttribute(name, String(value));
  }
}
