/** What the server tells the script about the shop: one block of JSON in the page. */
import type { Paint, Scheme } from "../host/host";
import { find } from "./dom";

interface MoneyShape {
  before: string;
  after: string;
  group: string;
  decimal: string;
  exponent: number;
}

/** A text, or its forms by the plural categories of the language. */
export type Phrase = string | Partial<Record<Intl.LDMLPluralRule, string>>;

interface Facts {
  /** "/m/kvitka" */
  base: string;
  /** "?lang=uk" when the address names the language, else empty. */
  suffix: string;
  language: string;
  money: MoneyShape;
  paints: Record<Scheme, Paint>;
  words: Record<string, Phrase>;
}

export const facts: Facts = JSON.parse(find(document, "#facts").textContent ?? "");

/** The address of a page of this shop: `to("/cart")`. */
export function to(path: string): string {
  return `${facts.base}${path}${facts.suffix}`;
}
