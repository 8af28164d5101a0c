/** Where to, how, and for how much; then the order. */
import type { App, Screen } from "../app/app";
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

export const checkout: Screen = (main, app, signal) => {
  void new CheckoutScreen(main, app, signal).begin();
};

class CheckoutScreen {
  private readonly form: HTMLFormElement;
  private readonly pickup: Pickup;

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
    await Promise.all([this.app.cart.load(), this.prefill(), this.pickup.load()]).catch(() => toast(say("no_connection")));
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
    const { lines, units, subtotal_minor } = this.app.cart.now;
    find(this.main, "[data-bones]").hidden = true;
    find(this.main, "[data-empty]").hidden = units > 0;
    find(this.main, "[data-full]").hidden = units === 0;
    find(this.main, "[data-address]").hidden = this.value("delivery") === "pickup";
    this.pickup.draw(this.value("delivery"));
    drawBought(find(this.main, "[data-lines]"), lines);
    find(this.main, "[data-goods]").textContent = amount(subtotal_minor);
    const delivery = this.deliveryMinor();
    find(this.main, "[data-delivery]").textContent = delivery ? amount(delivery) : say("free");
    find(this.main, "[data-total]").textContent = amount(subtotal_minor + delivery);
    this.offer(units, subtotal_minor + delivery);
  }

  private offer(units: number, minor: number): void {
    const text = say(this.value("payment") === "cod" ? "place_order" : "pay");
    const action = { text, amount: amount(minor), enabled: true, run: () => this.place(minor) };
    this.app.action.show(units ? action : null, this.signal);
  }

  private async place(totalMinor: number): Promise<void> {
    clearErrors(this.form);
    if (showErrors(this.form, this.empty())) return this.app.host.feel("error");
    this.app.host.guardClosing(true);
    try {
      const placed = await submit(this.app.api, {
        ...this.typed(),
        ...this.pickup.chosen(this.value("delivery")),
        comment: this.value("comment"),
        expected_total_minor: totalMinor,
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
    const needed = ["recipient", "phone", ...(this.value("delivery") === "pickup" ? [] : ["address"])];
    return needed
      .filter((name) => !this.field(name).value.trim())
      .map((name) => ({ pointer: `/${name}`, code: "required", detail: say("fill_in") }));
  }

  private async placed(placed: Placed): Promise<void> {
    this.app.host.guardClosing(false);
    this.app.host.feel("success");
    await this.app.navigation.go(to(`/orders/${placed.order_code}`), { replace: true });
    this.app.cart.forget(); // not before: this page would say that the cart is empty
    if (placed.redirect_url) this.app.host.openPayment(placed.redirect_url);
  }

  private async refused(problem: Problem): Promise<void> {
    this.app.host.feel("error");
    const shown = showErrors(this.form, problem.body.errors ?? []);
    if (!shown) toast(problem.message);
    if (problem.body.status === 409) await this.app.cart.load();
  }

  private typed(): Contact {
    return {
      recipient: this.field("recipient").value,
      phone: this.field("phone").value,
      address: this.value("delivery") === "pickup" ? "" : this.field("address").value,
      delivery: this.value("delivery"),
      payment: this.value("payment"),
    };
  }

  private deliveryMinor(): number {
    return Number(this.form.querySelector<HTMLElement>("[name=delivery]:checked")?.dataset["minor"]);
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
