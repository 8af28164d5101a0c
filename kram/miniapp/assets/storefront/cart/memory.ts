/** What was in the cart last time, on this device: for the day on which the server has lost it. */
import { forGood, keep, recall } from "../page/memory";
import type { Cart, CartLine, Remembered } from "./types";

export class CartMemory {
  /** Not empty after the server has lost the cart, until it was filled again or given up. */
  lost: Remembered[] = [];

  constructor(private readonly key: string) {}

  /** An answer of the server. */
  see(cart: Cart): void {
    const now = [...remembered(cart.lines, false), ...remembered(cart.aside, true)];
    if (!now.length && !cart.known) {
      this.lost = recall<Remembered[]>(forGood, this.key) ?? [];
      return;
    }
    keep(forGood, this.key, now.length ? now : null);
  }

  forget(): void {
    this.lost = [];
    keep(forGood, this.key, null);
  }
}

function remembered(lines: CartLine[], aside: boolean): Remembered[] {
  return lines.map((line) => ({
    variant: line.key,
    quantity: line.quantity || 1,
    price_minor: line.price_minor,
    aside,
  }));
}
