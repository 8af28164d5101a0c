/** What was chosen so far. */
import type { App, Screen } from "../app/app";
import type { CartLine } from "../cart/types";
import { all, copyOf, fill, find } from "../page/dom";
import { to } from "../page/facts";
import { amount } from "../page/money";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { Aside } from "./aside";
import { Extras } from "./extras";
import { listSums, rowsOf } from "./sums";

export const cart: Screen = (main, app, signal) => {
  const screen = new CartScreen(main, app, signal);
  app.cart.onChange(() => screen.draw(), signal);
  void screen.begin();
};

class CartScreen {
  /** What had changed when this screen was opened: still told after the cart was settled. */
  private notes = new Map<string, string[]>();
  private readonly extras: Extras;
  private readonly aside: Aside;

  constructor(
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.extras = new Extras(find(main, "[data-extras]"), app, signal);
    this.aside = new Aside(find(main, "[data-aside]"), app, signal);
    const recover = (name: string, isWanted: boolean) =>
      find(main, `[data-${name}]`).addEventListener("click", () => app.cart.recover(isWanted), { signal });
    recover("recover", true);
    recover("give-up", false);
  }

  async begin(): Promise<void> {
    this.draw();
    try {
      await this.app.cart.load();
      if (!this.signal.aborted) await this.app.cart.settle();
    } catch {
      // told by the word "offline"; what is known is shown
    }
  }

  draw(): void {
    if (!this.app.cart.loaded) return;
    const { lines, units, problem, totals, aside } = this.app.cart.now;
    const isLost = this.app.cart.lost.length > 0;
    find(this.main, "[data-bones]").hidden = true;
    find(this.main, "[data-lost]").hidden = !isLost;
    find(this.main, "[data-empty]").hidden = lines.length > 0 || isLost;
    find(this.main, "[data-full]").hidden = lines.length === 0;
    this.drawLines(lines);
    find(this.main, "[data-units]").textContent = say("goods", { count: units });
    const rows = rowsOf(totals, ["goods"]);
    listSums(find(this.main, "[data-sums]"), rows.length ? rowsOf(totals) : []);
    find(this.main, "[data-total]").textContent = amount(totals.to_pay_minor);
    this.extras.draw(totals);
    this.aside.draw(aside);
    this.tell(problem);
    this.offer(units, totals.to_pay_minor, !problem);
  }

  private tell(problem: string): void {
    const note = find(this.main, "[data-problem]");
    note.hidden = !problem;
    if (note.textContent !== problem) note.textContent = problem; // read aloud once
  }

  private offer(units: number, minor: number, enabled: boolean): void {
    const run = () => this.app.navigation.go(to("/checkout"));
    const text = say("to_checkout");
    this.app.action.show(units ? { text, amount: amount(minor), enabled, run } : null, this.signal);
  }

  /** Keeps the elements of lines that stay, so that a pressed button keeps its focus. */
  private drawLines(lines: CartLine[]): void {
    const list = find(this.main, "[data-lines]");
    const shown = new Set(lines.map((line) => line.key));
    const known = new Map(all(list, ":scope > li").map((item) => [item.dataset["variant"], item]));
    for (const [variant, item] of known) if (!shown.has(variant ?? "")) item.remove();
    for (const [index, line] of lines.entries()) {
      const item = known.get(line.key) ?? this.made(line);
      this.fillLine(item, line);
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    }
  }

  private made(line: CartLine): HTMLElement {
    const item = copyOf("cart-line");
    item.dataset["variant"] = line.key;
    const picture = find<HTMLImageElement>(item, "img");
    picture.srcset = line.picture.srcset;
    picture.src = line.picture.src;
    const { signal } = this;
    const press = (name: string, run: () => void) =>
      find(item, `[data-step=${name}]`).addEventListener("click", run, { signal });
    press("less", () => this.step(line.key, -1));
    press("more", () => this.step(line.key, 1));
    press("none", () => this.remove(line.key));
    press("aside", () => this.putAside(line.key));
    return item;
  }

  private fillLine(item: HTMLElement, line: CartLine): void {
    if (line.notes.length) this.notes.set(line.key, line.notes);
    const notes = this.notes.get(line.key) ?? [];
    fill(item, {
      title: line.title,
      variant: line.variant_title,
      note: notes.join(". "),
      total: line.quantity ? amount(line.total_minor) : "",
      quantity: line.quantity,
      countable: line.quantity > 0,
    });
    const link = find<HTMLAnchorElement>(item, ".line-title");
    if (line.slug) link.href = to(`/p/${line.slug}${line.design && `?design=${line.design}`}`);
    const name = [line.title, line.variant_title].filter(Boolean).join(", ");
    for (const button of all(item, "button[data-step]")) {
      button.setAttribute("aria-label", say(`line_${button.dataset["step"]}`, { name }));
    }
    find(item, "[data-step=more]").toggleAttribute("disabled", line.quantity >= line.left);
  }

  private find(variant: string): CartLine | undefined {
    return this.app.cart.now.lines.find((line) => line.key === variant);
  }

  private step(variant: string, by: number): void {
    const line = this.find(variant);
    if (!line) return;
    if (line.quantity + by <= 0) return this.remove(variant);
    this.app.host.feel("tap");
    this.app.cart.set(variant, line.quantity + by, line.price_minor);
  }

  private putAside(variant: string): void {
    const line = this.find(variant);
    if (!line) return;
    this.app.host.feel("tap");
    this.app.cart.set(variant, Math.max(1, line.quantity), line.price_minor, true);
    toast(say("put_aside", { name: line.title }));
  }

  private remove(variant: string): void {
    const line = this.find(variant);
    if (!line) return;
    this.app.host.feel("tap");
    this.app.cart.set(variant, 0, line.price_minor);
    const undo = () => this.app.cart.set(variant, line.quantity, line.price_minor);
    toast(say("removed", { name: line.title }), line.quantity ? { text: say("undo"), run: undo } : undefined);
  }
}
