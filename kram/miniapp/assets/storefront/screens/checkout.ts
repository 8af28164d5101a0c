/** Where to, how, and for how much; then the order. */
import type { App, Screen } from "../app/app";
import type { Totals } from "../cart/types";
import { type FieldError, Problem } from "../net/problem";
import { all, find } from "../page/dom";
import { facts, to } from "../page/facts";
import { amount } from "../page/money";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { drawBought } from "./bought";
import { type Contact, keepContact, recallContact } from "./contact";
import { clearErrors, showErrors } from "./field-errors";
import { Pickup } from "./pickup";
import { type Placed, submit } from "./submit";
import { listSums, rowsOf } from "./sums";

export const checkout: Screen = (main, app, signal) => {
  void new CheckoutScreen(main, app, signal).begin();
};

class CheckoutScreen {
  private readonly form: HTMLFormElement;
  private readonly pickup: Pickup;
  /** The delivery that the sums are for, and whether the server has said so. */
  private priced = "";
  private certain = false;

  constructor(
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.form = find<HTMLFormElement>(main, "form");
    this.pickup = new Pickup(this.form, app, signal);
  }

  async begin(): Promise<void> {
    const { signal } = this;
    this.app.cart.onChange(() => this.draw(), signal);
    this.form.addEventListener("input", () => this.edited(), { signal });
    this.form.addEventListener("submit", (event) => this.entered(event), { signal });
    this.draw();
    // A browser asks only whoever has typed something.
    if (this.app.host.name === "telegram") this.app.host.guardClosing(true);
    await Promise.all([this.prefill(), this.pickup.load()]).catch(() => undefined);
    await this.price();
    if (!signal.aborted) await this.app.cart.settle().catch(() => undefined);
  }

  private async prefill(): Promise<void> {
    const known = recallContact(this.app.host.person) ?? (await this.lastContact());
    if (!known || this.signal.aborted) return;
    for (const field of ["recipient", "phone", "address"] as const) {
      const input = this.field(field);
      input.value ||= known[field];
    }
    for (const group of ["delivery", "payment"] as const) this.choose(group, known[group]);
    this.draw();
  }

  private async lastContact(): Promise<Contact | null> {
    if (!this.app.api.isKnown) return null;
    return this.app.api.call<Contact>("/contact", { signal: this.signal }).catch(() => null);
  }

  private edited(): void {
    this.app.host.guardClosing(true);
    keepContact(this.app.host.person, this.typed());
    this.draw();
  }

  /** Enter in a field goes on to the next one; in the last it only closes the keyboard. */
  private entered(event: SubmitEvent): void {
    event.preventDefault();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  private draw(): void {
    if (!this.app.cart.loaded) return;
    const { lines, units, totals } = this.app.cart.now;
    find(this.main, "[data-bones]").hidden = true;
    find(this.main, "[data-empty]").hidden = units > 0;
    find(this.main, "[data-full]").hidden = units === 0;
    this.drawWays();
    drawBought(find(this.main, "[data-lines]"), lines);
    listSums(find(this.main, "[data-sums]"), rowsOf(totals));
    find(this.main, "[data-total]").textContent = amount(totals.to_pay_minor);
    this.offer(units, totals);
    void this.price();
  }

  /** Where nothing is sent there is no address, and nobody who could take cash at the door. */
  private drawWays(): void {
    const { is_sent } = this.app.cart.now;
    find(this.main, "[data-delivery]").hidden = !is_sent;
    find(this.main, "[data-address]").hidden = this.delivery() !== "courier";
    this.pickup.draw(this.delivery());
    const ways = all<HTMLInputElement>(this.form, "[name=payment]");
    const online = ways.filter((way) => way.value !== "cod");
    for (const way of ways) {
      const hidden = !is_sent && way.value === "cod" && online.length > 0;
      const label = way.closest("label");
      if (label) label.hidden = hidden;
      if (hidden && way.checked && online[0]) online[0].checked = true;
    }
  }

  private delivery(): string {
    return this.app.cart.now.is_sent ? this.value("delivery") : "digital";
  }

  /** Asks anew when another delivery was chosen: it may be dearer, taxed, or free by a promotion. */
  private async price(): Promise<void> {
    const delivery = this.delivery();
    if (this.priced === delivery && this.hasDelivery()) return;
    this.priced = delivery;
    this.certain = false;
    try {
      await this.app.cart.load(delivery);
    } catch {
      this.priced = "";
      toast(say("no_connection"));
      return;
    }
    if (this.priced !== delivery || this.signal.aborted) return;
    this.certain = true;
    this.draw();
  }

  /** A line changed meanwhile is answered without one. */
  private hasDelivery(): boolean {
    const { totals, is_sent } = this.app.cart.now;
    const { parts } = totals;
    return !is_sent || !parts.length || parts.some((part) => part.kind === "delivery");
  }

  private offer(units: number, totals: Totals): void {
    const text = say(this.value("payment") === "cod" || !totals.to_pay_minor ? "place_order" : "pay");
    const enabled = this.certain && totals.parts.length > 0 && this.hasDelivery();
    const run = () => this.place(totals);
    const action = { text, amount: amount(totals.to_pay_minor), enabled, run };
    this.app.action.show(units ? action : null, this.signal);
  }

  private async place(totals: Totals): Promise<void> {
    clearErrors(this.form);
    if (showErrors(this.form, this.empty())) return this.app.host.feel("error");
    this.app.host.guardClosing(true);
    try {
      const placed = await submit(this.app.api, {
        ...this.typed(),
        ...this.pickup.chosen(this.delivery()),
        comment: this.value("comment"),
        expected_total_minor: totals.total_minor,
        expected_to_pay_minor: totals.to_pay_minor,
        language: facts.language,
      });
      await this.placed(placed);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.refused(error);
    }
  }

  /** What the server would refuse anyway, without the way there and back. */
  private empty(): FieldError[] {
    const needed = ["recipient", "phone", ...(this.delivery() === "courier" ? ["address"] : [])];
    return needed
      .filter((name) => !this.field(name).value.trim())
      .map((name) => ({ pointer: `/${name}`, code: "required", detail: say("fill_in") }));
  }

  private async placed(placed: Placed): Promise<void> {
    this.app.host.guardClosing(false);
    this.app.host.feel("success");
    await this.app.navigation.go(to(`/orders/${placed.order_code}`), { replace: true, fresh: true });
    this.app.cart.forget(); // not before: this page would say that the cart is empty
    if (placed.redirect_url) this.app.host.openPayment(placed.redirect_url);
  }

  private async refused(problem: Problem): Promise<void> {
    this.app.host.feel("error");
    const shown = showErrors(this.form, problem.body.errors ?? []);
    if (!shown) toast(problem.message);
    if (problem.body.status === 409) await this.app.cart.load(this.delivery());
  }

  private typed(): Contact {
    return {
      recipient: this.field("recipient").value,
      phone: this.field("phone").value,
      address: this.delivery() === "courier" ? this.field("address").value : "",
      delivery: this.delivery(),
      payment: this.value("payment"),
    };
  }

  private choose(group: string, value: string): void {
    const radios = all<HTMLInputElement>(this.form, `[name=${group}]`);
    const wanted = radios.find((radio) => radio.value === value);
    if (wanted) wanted.checked = true;
  }

  private field(name: string): HTMLInputElement {
    return find<HTMLInputElement>(this.form, `[name=${name}]`);
  }

  private value(name: string): string {
    return String(new FormData(this.form).get(name) ?? "");
  }
}
