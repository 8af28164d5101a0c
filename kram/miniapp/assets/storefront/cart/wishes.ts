/** Changes on their way to the server; kept over a reload, so that none is lost in a tunnel. */
import { forGood, keep, recall } from "../page/memory";
import type { Cart, CartLine, Totals, Wish } from "./types";

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
    const known = [...cart.lines, ...cart.aside];
    const lines = this.placed(known, cart.lines, false);
    const shown = new Set(known.map((line) => line.key));
    const fresh = [...this.waiting].filter(([variant, wish]) => !shown.has(variant) && !wish.aside);
    const subtotal =
      sum(lines, (line) => line.total_minor) +
      sum(fresh, ([, wish]) => wish.quantity * wish.price_minor);
    return {
      lines,
      units: sum(lines, (line) => line.quantity) + sum(fresh, ([, wish]) => wish.quantity),
      subtotal_minor: subtotal,
      problem: cart.problem,
      aside: this.placed(known, cart.aside, true),
      known: cart.known,
      is_sent: cart.is_sent,
      totals: guessed(cart.totals, subtotal - cart.subtotal_minor),
    };
  }

  /** Of all lines those that will lie in that place; `here` are those that do now. */
  private placed(known: CartLine[], here: CartLine[], aside: boolean): CartLine[] {
    const staying = known.filter((line) => {
      const wish = this.waiting.get(line.key);
      return wish ? wish.quantity > 0 && wish.aside === aside : here.includes(line);
    });
    return staying.map((line) => this.changed(line));
  }

  private changed(line: CartLine): CartLine {
    const wish = this.waiting.get(line.key);
    if (!wish) return line;
    return { ...line, quantity: wish.quantity, total_minor: wish.quantity * line.price_minor };
  }

  private save(): void {
    keep(forGood, this.key, this.waiting.size ? Object.fromEntries(this.waiting) : null);
  }
}

/** Near enough until the server says what it is: promotions may have come or gone. */
function guessed(totals: Totals, more: number): Totals {
  const parts = totals.parts.map((part) =>
    part.kind === "goods" ? { ...part, minor: part.minor + more } : part,
  );
  const toPay = Math.max(totals.to_pay_minor + more, 0);
  return { ...totals, parts, total_minor: Math.max(totals.total_minor + more, 0), to_pay_minor: toPay };
}

function sum<T>(items: T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
