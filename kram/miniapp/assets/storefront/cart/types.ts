/** The cart as the server sees it now. Amounts are minor units of the shop's currency. */
export interface CartLine {
  variant_id: string;
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

export interface Cart {
  lines: CartLine[];
  units: number;
  subtotal_minor: number;
  /** Why it cannot be ordered as it is, in the shopper's language; empty if it can. */
  problem: string;
}

/** A change that the server has not confirmed yet. */
export interface Wish {
  quantity: number;
  price_minor: number;
}
