/** The cart as the server sees it now. Amounts are minor units of the shop's currency. */
export interface CartLine {
  /** Names the line: a variant, or one and the code of a design. */
  key: string;
  variant_id: string;
  /** The code of what was put together; empty for goods as they come. */
  design: string;
  slug: string;
  title: string;
  variant_title: string;
  picture: { src: string; srcset: string };
  price_minor: number;
  /** What can be bought of what was asked for. */
  quantity: number;
  left: number;
  total_minor: number;
  /** What has changed since it was put in, in the shopper's language. */
  notes: string[];
}

export interface Part {
  kind: string;
  name: string;
  minor: number;
}

/** What the server makes of the cart: rows, codes and why they give nothing, card and points. */
export interface Totals {
  parts: Part[];
  total_minor: number;
  to_pay_minor: number;
  codes: { code: string; note: string }[];
  /** The card's last letters; empty without one. */
  gift_card: string;
  gift_card_note: string;
  points: { balance_minor: number; spendable_minor: number; is_on: boolean } | null;
  /** What an automatic promotion still asks for. */
  hint: string;
}

export interface Cart {
  lines: CartLine[];
  units: number;
  subtotal_minor: number;
  /** Why it cannot be ordered as it is, in the shopper's language; empty if it can. */
  problem: string;
  totals: Totals;
  /** What is kept for another time. */
  aside: CartLine[];
  /** False where there is no cart: there never was one, or the server has lost it. */
  known: boolean;
  /** Some of it needs a delivery. */
  is_sent: boolean;
}

/** A line as this device remembers it. */
export interface Remembered {
  variant: string;
  quantity: number;
  price_minor: number;
  aside: boolean;
}

/** A change that the server has not confirmed yet; of none units: out. */
export interface Wish {
  quantity: number;
  price_minor: number;
  /** For another time, not in the cart. */
  aside: boolean;
  /** Milliseconds by the phone's clock; the server is told how long ago that was. */
  made_at: number;
}
