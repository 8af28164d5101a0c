/** What waits below the cart for another time. */
import type { App } from "../app/app";
import type { CartLine } from "../cart/types";
import { copyOf, fill, find } from "../page/dom";
import { to } from "../page/facts";
import { amount } from "../page/money";
import { say } from "../page/words";

export class Aside {
  private drawn = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {}

  draw(lines: CartLine[]): void {
    const text = JSON.stringify(lines);
    if (text === this.drawn) return; // a pressed button keeps its focus
    this.drawn = text;
    this.root.hidden = lines.length === 0;
    find(this.root, "[data-aside-lines]").replaceChildren(...lines.map((line) => this.item(line)));
  }

  private item(line: CartLine): HTMLElement {
    const { title, variant_title: variant } = line;
    const price = amount(line.price_minor);
    const item = fill(copyOf("aside-line"), { title, variant, price, note: line.notes.join(". ") });
    const picture = find<HTMLImageElement>(item, "img");
    picture.srcset = line.picture.srcset;
    picture.src = line.picture.src;
    if (line.slug) find<HTMLAnchorElement>(item, ".line-title").href = to(`/p/${line.slug}`);
    const name = [title, variant].filter(Boolean).join(", ");
    const take = find(item, "[data-take]");
    take.setAttribute("aria-label", say("line_take", { name }));
    take.toggleAttribute("disabled", line.left <= 0);
    take.addEventListener("click", () => this.take(line), { signal: this.signal });
    const drop = find(item, "[data-drop]");
    drop.setAttribute("aria-label", say("line_none", { name }));
    drop.addEventListener("click", () => this.put(line, 0), { signal: this.signal });
    return item;
  }

  private take(line: CartLine): void {
    this.put(line, Math.max(1, line.quantity));
    find(document, "#said").textContent = say("added");
  }

  private put(line: CartLine, quantity: number): void {
    this.app.host.feel("tap");
    this.app.cart.set(line.key, quantity, line.price_minor);
  }
}
