/** The sheet on which a person pays. Resolves to what the Mini App is told. */

import { money, reasonOf, Refusal } from "../api/client";
import type { Invoice, PayResult } from "../api/types";
import type { Phone } from "../device/phone";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { sum } from "../words/words";
import { InvoiceForm, totalOf } from "./invoice_form";
import { Sheet } from "./sheet";

type InvoiceStatus = "paid" | "cancelled" | "failed";

export function payInvoice(phone: Phone, invoice: Invoice): Promise<InvoiceStatus> {
  return new Promise((resolve) => new InvoiceSheet(phone, invoice, resolve));
}

/** Opens the invoice behind a link, or says that there is none. */
export async function payLink(phone: Phone, slug: string): Promise<InvoiceStatus> {
  try {
    return await payInvoice(phone, await money.invoice(slug));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    phone.toast(phone.word("unknown_invoice"));
    return "failed";
  }
}

class InvoiceSheet {
  private readonly sheet: Sheet;
  private readonly form: InvoiceForm;
  private readonly body = make("div.invoice-body");
  private readonly total = make("div.price-row.total");
  private readonly payButton = make("button.big-button", { onclick: () => void this.pay() });
  private status: InvoiceStatus = "cancelled";

  constructor(
    private readonly phone: Phone,
    private readonly invoice: Invoice,
    private readonly finish: (status: InvoiceStatus) => void,
  ) {
    this.form = new InvoiceForm(phone, invoice, () => this.showTotal());
    this.sheet = new Sheet(
      phone,
      { label: phone.word("invoice_title"), look: "bottom", onDismiss: () => finish(this.status) },
      make(
        "header.sheet-head",
        {},
        make("h3", {}, phone.word("invoice_title")),
        this.closeButton(),
      ),
      this.body,
    );
    fill(this.body, this.goods(), this.prices(), this.form.root, ...this.actions());
    this.showTotal();
  }

  private get amount(): number {
    const { option, tip } = this.form;
    return totalOf([...this.invoice.prices, ...(option?.prices ?? [])]) + tip;
  }

  private money(amount: number): string {
    return sum(this.phone.language, amount, this.invoice.currency);
  }

  private closeButton(): HTMLElement {
    const label = this.phone.word("close");
    const look = { "aria-label": label, onclick: () => this.sheet.dismiss() };
    return make("button.icon-button", look, icon("close"));
  }

  private goods(): HTMLElement {
    const { photo_url: photo, title, description } = this.invoice;
    return make(
      "div.invoice-goods",
      {},
      photo ? make("img", { src: photo, alt: "" }) : make("span.invoice-sign", {}, icon("bag", 30)),
      make("div", {}, make("strong", {}, title), make("p", {}, description)),
    );
  }

  private prices(): HTMLElement {
    const rows = this.invoice.prices.map((price) =>
      make("div.price-row", {}, make("span", {}, price.label), make("span", {}, this.money(price.amount))),
    );
    return make("div.prices", {}, ...rows, this.total);
  }

  private actions(): HTMLElement[] {
    const decline = make(
      "button.quiet-button",
      { onclick: () => this.show({ status: "failed", error: "BANK" }) },
      this.phone.word("decline"),
    );
    return [this.payButton, decline, make("p.fine-print", {}, this.phone.word("test_money"))];
  }

  private showTotal(): void {
    const total = this.money(this.amount);
    const { subscription_period: period } = this.invoice;
    const text = period ? this.phone.word("per_month", { sum: total }) : total;
    fill(this.total, make("span", {}, this.phone.word("total")), make("span", {}, text));
    this.payButton.textContent = this.phone.word("pay", { sum: total });
  }

  private async pay(): Promise<void> {
    this.payButton.disabled = true;
    this.payButton.textContent = this.phone.word("paying");
    try {
      const { slug } = this.invoice;
      this.show(await money.pay({ slug, user_id: this.phone.person.id, ...this.form.values() }));
    } catch (error) {
      this.form.complain(reasonOf(error));
      this.payButton.disabled = false;
      this.showTotal();
    }
  }

  private show(result: PayResult): void {
    const paid = result.status === "paid";
    this.status = paid ? "paid" : "failed";
    const close = (): void => {
      this.sheet.close();
      this.finish(this.status);
    };
    const done = make("button.big-button", { autofocus: true, onclick: close }, this.phone.word("done"));
    fill(
      this.body,
      make(
        "div.pay-result",
        { role: "status", "data-paid": paid ? "yes" : "no" },
        make("span.pay-sign", {}, icon(paid ? "check" : "close", 34)),
        make("strong", {}, this.phone.word(paid ? "paid_title" : "failed_title")),
        make("p", {}, paid ? this.thanks() : this.reason(result.error)),
      ),
      done,
    );
    done.focus();
  }

  private thanks(): string {
    return this.phone.word("paid_text", { sum: this.money(this.amount), title: this.invoice.title });
  }

  private reason(error: string | null): string {
    if (error === "BANK") return this.phone.word("bank_refused");
    if (error === "BOT_PRECHECKOUT_TIMEOUT") return this.phone.word("bot_silent");
    return error ?? "";
  }
}
