/** What an invoice may ask for: name, phone, e-mail, address, delivery, tip. */

import { money, reasonOf } from "../api/client";
import type { Invoice, LabeledPrice, ShippingOption } from "../api/types";
import type { Phone } from "../device/phone";
import { fill, make } from "../dom/make";
import { sum } from "../words/words";
import { field } from "./form";

type Field = ReturnType<typeof field>;

const COUNTRIES = ["UA", "KZ", "UZ", "RU", "PL", "DE", "US"];

export const totalOf = (prices: LabeledPrice[]): number =>
  prices.reduce((total, price) => total + price.amount, 0);

export class InvoiceForm {
  readonly root: HTMLElement;
  option: ShippingOption | null = null;
  tip = 0;
  private readonly fields = new Map<string, Field>();
  private readonly address = new Map<string, Field>();
  private readonly options = make("div.options", { role: "radiogroup" });
  private readonly problem = make("p.form-problem", { role: "alert" });

  constructor(
    private readonly phone: Phone,
    private readonly invoice: Invoice,
    private readonly onChange: () => void,
  ) {
    this.addPersonal();
    if (invoice.need_shipping_address || invoice.is_flexible) this.addAddress();
    const rows = [...this.fields.values(), ...this.address.values()].map((each) => each.row);
    this.root = make("div.form", {}, ...rows, this.askButton(), this.options, this.tips(), this.problem);
  }

  /** What goes with the payment. */
  values(): { order_info?: Record<string, unknown>; shipping_option?: ShippingOption; tip_amount: number } {
    const info: Record<string, unknown> = {};
    for (const [name, { input }] of this.fields) info[name] = input.value.trim();
    if (this.address.size) info["shipping_address"] = this.addressValues();
    return {
      ...(Object.keys(info).length ? { order_info: info } : {}),
      ...(this.option ? { shipping_option: this.option } : {}),
      tip_amount: this.tip,
    };
  }

  complain(text: string): void {
    this.problem.textContent = text;
  }

  private addPersonal(): void {
    const { phone, invoice } = this;
    const { person } = phone;
    if (invoice.need_name) {
      this.fields.set("name", field(phone.word("your_name"), { value: person.first_name, autocomplete: "name" }));
    }
    if (invoice.need_phone_number) {
      const value = person.phone_number ?? "";
      this.fields.set("phone_number", field(phone.word("your_phone"), { value, type: "tel" }));
    }
    if (invoice.need_email) {
      this.fields.set("email", field(phone.word("your_email"), { type: "email", autocomplete: "email" }));
    }
  }

  private addAddress(): void {
    const { phone } = this;
    const names = new Intl.DisplayNames([phone.language], { type: "region" });
    const countries = COUNTRIES.map((code): [string, string] => [code, names.of(code) ?? code]);
    this.address.set("country_code", field(phone.word("country"), { options: countries }));
    this.address.set("city", field(phone.word("city")));
    this.address.set("street_line1", field(phone.word("street")));
    this.address.set("post_code", field(phone.word("post_code")));
  }

  private addressValues(): Record<string, string> {
    const values: Record<string, string> = { state: "", street_line2: "" };
    for (const [name, { input }] of this.address) values[name] = input.value.trim();
    return values;
  }

  private askButton(): HTMLElement | null {
    if (!this.invoice.is_flexible) return null;
    const look = { onclick: () => void this.askShipping() };
    return make("button.quiet-button", look, this.phone.word("ask_shipping"));
  }

  private async askShipping(): Promise<void> {
    this.complain("");
    try {
      const answer = await money.shipping(this.invoice.slug, this.phone.person.id, this.addressValues());
      if (answer.error) this.complain(answer.error);
      this.choose(answer.options[0] ?? null);
      fill(this.options, ...answer.options.map((option, at) => this.optionRow(option, at === 0)));
    } catch (error) {
      this.complain(reasonOf(error));
    }
  }

  private optionRow(option: ShippingOption, checked: boolean): HTMLElement {
    const radio = make("input", { type: "radio", name: `option-${this.phone.person.id}` });
    radio.checked = checked;
    radio.addEventListener("change", () => this.choose(option));
    const text = `${option.title} · ${sum(this.phone.language, totalOf(option.prices), this.invoice.currency)}`;
    return make("label.check-row", {}, radio, make("span", {}, text));
  }

  private choose(option: ShippingOption | null): void {
    this.option = option;
    this.onChange();
  }

  private tips(): HTMLElement | null {
    const amounts = this.invoice.suggested_tip_amounts ?? [];
    if (!this.invoice.max_tip_amount || !amounts.length) return null;
    const { phone, invoice } = this;
    const options = [0, ...amounts].map((amount): [string, string] => [
      String(amount),
      amount ? sum(phone.language, amount, invoice.currency) : phone.word("no_tip"),
    ]);
    const tip = field(phone.word("tip"), { options });
    tip.input.addEventListener("change", () => {
      this.tip = Number(tip.input.value);
      this.onChange();
    });
    return tip.row;
  }
}
