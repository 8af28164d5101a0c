/** Promo codes, a gift card and points, below the goods of the cart. */
import type { App } from "../app/app";
import type { Totals } from "../cart/types";
import { Problem } from "../net/problem";
import { copyOf, fill, find } from "../page/dom";
import { amount } from "../page/money";
import { say } from "../page/words";

export class Extras {
  private readonly form: HTMLFormElement;
  private readonly input: HTMLInputElement;
  private drawn = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.form = find<HTMLFormElement>(root, "form");
    this.input = find<HTMLInputElement>(this.form, "input");
    this.form.addEventListener("submit", (event) => void this.add(event), { signal });
    const points = find<HTMLInputElement>(root, "[data-points] input");
    const turn = () => this.change("/cart/points", "PUT", { is_on: points.checked });
    points.addEventListener("change", () => void turn(), { signal });
  }

  draw(totals: Totals): void {
    const text = JSON.stringify([totals.codes, totals.gift_card, totals.gift_card_note, totals.points, totals.hint]);
    if (text === this.drawn) return; // a pressed button keeps its focus
    this.drawn = text;
    const codes = totals.codes.map((code) => this.item(code.code, code.note, () => this.drop(code.code)));
    if (totals.gift_card) codes.push(this.card(totals));
    find(this.root, "[data-codes]").replaceChildren(...codes);
    this.drawPoints(totals);
    const hint = find(this.root, "[data-hint]");
    hint.hidden = !totals.hint;
    hint.textContent = totals.hint;
  }

  private drawPoints({ points }: Totals): void {
    const row = find(this.root, "[data-points]");
    row.hidden = !points;
    if (!points) return;
    find<HTMLInputElement>(row, "input").checked = points.is_on;
    find(row, "[data-points-note]").textContent = say("points_note", {
      spendable: amount(points.spendable_minor),
      balance: amount(points.balance_minor),
    });
  }

  private card({ gift_card: last4, gift_card_note: note }: Totals): HTMLElement {
    return this.item(say("gift_card", { last4 }), note, () => this.change("/cart/gift-card", "DELETE"));
  }

  private item(name: string, note: string, remove: () => Promise<void>): HTMLElement {
    const item = fill(copyOf("code-line"), { name, note });
    item.toggleAttribute("data-idle", Boolean(note));
    const button = find(item, "button");
    button.setAttribute("aria-label", say("line_none", { name }));
    button.addEventListener("click", () => void remove(), { signal: this.signal });
    return item;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const code = this.input.value.trim();
    if (!code) return this.input.focus();
    this.app.host.feel("tap");
    await this.change("/cart/codes", "POST", { code });
    this.input.value = "";
  }

  private drop(code: string): Promise<void> {
    return this.change("/cart/codes/remove", "POST", { code });
  }

  private async change(path: string, method: "POST" | "PUT" | "DELETE", body?: object): Promise<void> {
    try {
      await this.app.cart.ask(path, body === undefined ? { method } : { method, body });
    } catch (error) {
      if (error instanceof Problem) this.drawn = "";
      this.app.report(error);
    }
  }
}
