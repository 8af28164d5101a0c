/** The cart: shown at once as the shopper wants it, sent to the server one change after another. */
import type { Api, Call } from "../net/api";
import { Problem, Unanswered } from "../net/problem";
import { facts } from "../page/facts";
import { CartMemory } from "./memory";
import type { Cart, Remembered, Totals, Wish } from "./types";
import { Wishes } from "./wishes";

const NOTHING: Totals = {
  parts: [],
  total_minor: 0,
  to_pay_minor: 0,
  codes: [],
  gift_card: "",
  gift_card_note: "",
  points: null,
  hint: "",
};
const EMPTY: Cart = {
  lines: [],
  units: 0,
  subtotal_minor: 0,
  problem: "",
  totals: NOTHING,
  aside: [],
  known: true,
  is_sent: true,
};
/** As long as the server keeps a cart. */
const OLDEST_WISH_MS = 30 * 86_400_000;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export class CartStore {
  private confirmed: Cart = EMPTY;
  private readonly wishes: Wishes;
  private readonly memory: CartMemory;
  private readonly listeners = new Set<() => void>();
  private sending = false;
  private failures = 0;
  private timer = 0;
  private last: Promise<unknown> = Promise.resolve();
  loaded = false;

  constructor(
    private readonly api: Api,
    private readonly refused: (problem: Problem) => void,
    person: string,
  ) {
    this.wishes = new Wishes(`kram.wishes.${facts.base}.${person}`);
    this.memory = new CartMemory(`kram.cart.${facts.base}.${person}`);
    window.addEventListener("online", () => void this.send());
  }

  get now(): Cart {
    return this.wishes.applied(this.confirmed);
  }

  get offline(): boolean {
    return this.failures > 0;
  }

  /** All that was wished has been confirmed. */
  get certain(): boolean {
    return this.wishes.first() === undefined;
  }

  quantityOf(variant: string): number {
    const wish = this.wishes.get(variant);
    if (wish) return wish.aside ? 0 : wish.quantity;
    return this.confirmed.lines.find((each) => each.key === variant)?.quantity ?? 0;
  }

  /** What this device remembers of a cart that the server has lost. */
  get lost(): Remembered[] {
    return this.memory.lost;
  }

  /** Fills the cart that was lost again, or gives it up. */
  recover(isWanted: boolean): void {
    const lines = this.memory.lost;
    this.memory.forget();
    for (const line of isWanted ? lines : []) {
      this.set(line.variant, line.quantity, line.price_minor, line.aside);
    }
    this.tell();
  }

  onChange(listener: () => void, signal?: AbortSignal): void {
    this.listeners.add(listener);
    signal?.addEventListener("abort", () => this.listeners.delete(listener));
  }

  /** So many units in the cart, or aside for another time; none takes the line out. */
  set(variant: string, quantity: number, priceMinor: number, aside = false): void {
    this.wishes.put(variant, { quantity, price_minor: priceMinor, aside, made_at: Date.now() });
    this.tell();
    void this.send();
  }

  /** With the price of that delivery, once one is chosen. */
  async load(delivery = ""): Promise<void> {
    if (!this.api.isKnown && this.certain) {
      this.confirm(EMPTY);
      return;
    }
    this.confirm(await this.inTurn<Cart>(delivery ? `/cart?delivery=${delivery}` : "/cart"));
    void this.send();
  }

  /** A change of codes, card or points, answered by the cart. Raises as `Api.call`. */
  async ask(path: string, call: Call): Promise<void> {
    this.confirm(await this.inTurn<Cart>(path, call));
  }

  /** The shopper has seen what changed: from now on the cart is what can be bought. */
  async settle(): Promise<void> {
    const { lines, aside } = this.confirmed;
    if ([...lines, ...aside].some((line) => line.notes.length)) {
      await this.inTurn<Cart>("/cart/settle", { method: "POST" });
    }
  }

  /** Ordered: the server has emptied it already. */
  forget(): void {
    this.wishes.clear();
    this.confirm({ ...EMPTY, aside: this.confirmed.aside });
  }

  /** One after another: an answer of before a change must not come after the change's own. */
  private inTurn<T>(path: string, call: Call = {}): Promise<T> {
    const answer = this.last.then(() => this.api.call<T>(path, call));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private confirm(cart: Cart): void {
    this.confirmed = cart;
    this.memory.see(cart);
    this.loaded = true;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (let next = this.wishes.first(); next; next = this.wishes.first()) await this.put(...next);
      this.failures = 0;
    } catch (error) {
      this.later(error);
    } finally {
      this.sending = false;
      this.tell();
    }
  }

  private async put(variant: string, wish: Wish) {
    try {
      const path = `/cart/lines/${variant}`;
      const { quantity, aside } = wish;
      const body = { quantity, aside, age_ms: ageOf(wish) };
      const cart = await this.inTurn<Cart>(path, { method: "PUT", body });
      this.wishes.settle(variant, wish);
      this.failures = 0;
      this.confirm(cart);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Refused for good: back to what the server has.
      this.wishes.settle(variant, wish);
      this.refused(error);
      this.tell();
    }
  }

  private later(error: unknown): void {
    if (!(error instanceof Unanswered)) throw error;
    const wait = Math.min(SHORTEST_WAIT_MS * 2 ** this.failures, LONGEST_WAIT_MS);
    this.failures += 1;
    this.timer = window.setTimeout(() => void this.send(), Math.max(wait, error.retryAfterMs));
  }
}

/** A wish kept by the script of another release has no date: it counts as made just now. */
function ageOf(wish: Wish): number {
  const age = Date.now() - (wish.made_at ?? Date.now());
  return Math.min(Math.max(age, 0), OLDEST_WISH_MS);
}
