/** Goods in short: what, how many, for how much. */
import type { CartLine } from "../cart/types";
import { copyOf, fill } from "../page/dom";
import { amount } from "../page/money";

export interface Bought {
  title: string;
  variant: string;
  quantity: number;
  total: string;
  note?: string;
}

export function drawBought(list: HTMLElement, lines: CartLine[]): void {
  const bought = lines.map((line) => ({
    title: line.title,
    variant: line.variant_title,
    quantity: line.quantity,
    total: line.quantity ? amount(line.total_minor) : "",
    note: line.notes.join(". "),
  }));
  listBought(list, bought);
}

export function listBought(list: HTMLElement, bought: Bought[]): void {
  list.replaceChildren(...bought.map((line) => fill(copyOf("bought-line"), { note: "", ...line })));
}
