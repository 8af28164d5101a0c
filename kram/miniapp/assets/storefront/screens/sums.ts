/** Rows of what the sum to pay is made of, above the total that the page has itself. */
import type { Totals } from "../cart/types";
import { all, find } from "../page/dom";
import { amount } from "../page/money";
import { say } from "../page/words";

export interface Row {
  name: string;
  amount: string;
}

export function listSums(list: HTMLElement, rows: Row[]): void {
  for (const old of all(list, "[data-part]")) old.remove();
  find(list, ".sum-total").before(...rows.flatMap(pair));
}

/** `without`: what the page says in another place. */
export function rowsOf(totals: Totals, without: string[] = []): Row[] {
  return totals.parts
    .filter((part) => !without.includes(part.kind))
    .map((part) => ({
      name: part.name,
      amount: part.kind === "delivery" && !part.minor ? say("free") : amount(part.minor),
    }));
}

function pair(row: Row): HTMLElement[] {
  const name = document.createElement("dt");
  const sum = document.createElement("dd");
  name.className = "muted";
  sum.className = "amount";
  name.textContent = row.name;
  sum.textContent = row.amount;
  for (const cell of [name, sum]) cell.dataset["part"] = "";
  return [name, sum];
}
