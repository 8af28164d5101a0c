/** Changes on their way to the server; kept over a reload, so that none is lost in a tunnel. */
import { forGood, keep, recall } from "../page/memory";
import type { Cart, CartLine, Wish } from "./types";

export class Wishes {
  private readonly waiting: Map<string, Wish>;

  constructor(private readonly key: string) {
    this.waiting = new Map(Object.entries(recall<Record<string, Wish>>(forGood, key) ?? {}));
  }

  get(variant: string): Wish | undefined {
    return this.waiting.get(variant);
  }

  first(): [string, Wish] | undefined {
    return this.waiting.entries().next().value;
  }

  put(variant: string, wish: Wish): void {
    this.waiting.set(variant, wish);
    this.save();
  }

  /** Done with it, unless the shopper has wished something else meanwhile. */
  settle(variant: string, wish: Wish): void {
    if (this.waiting.get(variant) !== wish) return;
    this.waiting.delete(variant);
    this.save();
  }

  clear(): void {
    this.waiting.clear();
    this.save();
  }

  /** The cart as it will be when all wishes have come true. */
  applied(cart: Cart): Cart {
    if (!this.waiting.size) return cart;
    const lines = cart.lines.map((line) => this.changed(line)).filter((line) => line !== null);
    const known = new Set(cart.lines.map((line) => line.variant_id));
    const fresh = [...this.waiting].filter(([variant]) => !known.has(variant));
    return {
      lines,
      units: sum(lines, (line) => line.quantity) + sum(fresh, ([, wish]) => wish.quantity),
      subtotal_minor:
        sum(lines, (line) => line.total_minor) +
        sum(fresh, ([, wish]) => wish.quantity * wish.price_minor),
      problem: cart.problem,
    };
  }

  private changed(line: CartLine): CartLine | null {
    const wish = this.waiting.get(line.variant_id);
    if (!wish) return line;
    if (wish.quantity === 0) return null;
    return { ...line, quantity: wish.quantity, total_minor: wish.quantity * line.price_minor };
  }

  private save(): void {
    keep(forGood, this.key, this.waiting.size ? Object.fromEntries(this.waiting) : null);
  }
}

function sum<T>(items: T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
