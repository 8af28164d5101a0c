/** How far an order has come. Asks again while there is something to wait for. */
import type { App, Screen } from "../app/app";
import { Problem, Unanswered } from "../net/problem";
import { copyOf, fill, find } from "../page/dom";
import { to } from "../page/facts";
import { toast } from "../page/toast";
import { say } from "../page/words";
import { type Bought, listBought } from "./bought";
import { Countdown } from "./countdown";
import { drawParcels, drawReturn, type Parcel, type Returnable, returnWish } from "./after-sale";
import { drawGiven, type Given } from "./given";
import { listSums, type Row } from "./sums";
import { Photos } from "./photos";
import { offerCart } from "./to-cart";

interface Order {
  code: string;
  name: string;
  mood: "waiting" | "good" | "bad" | "quiet";
  headline: string;
  explanation: string;
  waiting: boolean;
  final: boolean;
  steps: { name: string; at: string; amount: string; note: string; ahead: boolean }[];
  lines: Bought[];
  parts: Row[];
  total: string;
  recipient: string;
  phone: string;
  address: string;
  comment: string;
  payment: string;
  tracking: string;
  to_pay: string;
  can_pay: boolean;
  can_cancel: boolean;
  can_repeat: boolean;
  parcels: Parcel[];
  returnable: Returnable[];
  left_seconds: number | null;
  kept_until: string;
  given: Given[];
}

const WAITING_MS = 1_500;
const FOLLOWING_MS = 8_000;

export const order: Screen = (main, app, signal) => {
  const code = location.pathname.split("/").filter(Boolean).pop() ?? "";
  new OrderScreen(main, app, signal, code).begin();
};

class OrderScreen {
  private timer = 0;
  private asking = false;
  private drawn = "";
  private mood = "";
  private readonly countdown: Countdown;
  private readonly photos: Photos;

  constructor(
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
    private readonly code: string,
  ) {
    this.countdown = new Countdown(find(main, "[data-countdown]"), () => void this.ask(), signal);
    this.photos = new Photos(find(main, "[data-return-form]"), "/return-photos", app, signal);
  }

  begin(): void {
    const { signal } = this;
    signal.addEventListener("abort", () => clearTimeout(this.timer));
    document.addEventListener("visibilitychange", () => void this.ask(), { signal });
    find(this.main, "[data-cancel]").addEventListener("submit", (event) => void this.cancel(event), { signal });
    find(this.main, "[data-repeat]").addEventListener("click", () => void this.repeat(), { signal });
    find(this.main, "[data-return-form]").addEventListener(
      "submit",
      (event) => void this.giveBack(event),
      { signal },
    );
    void this.ask();
  }

  private async ask(): Promise<void> {
    if (document.hidden || this.asking || this.signal.aborted) return;
    this.asking = true;
    clearTimeout(this.timer);
    try {
      this.draw(await this.app.api.call<Order>(this.path(), { signal: this.signal }));
    } catch (error) {
      this.failed(error);
    } finally {
      this.asking = false;
    }
  }

  private path(): string {
    return `/orders/${encodeURIComponent(this.code)}`;
  }

  private failed(error: unknown): void {
    if (this.signal.aborted) return;
    if (error instanceof Unanswered) return this.again(FOLLOWING_MS);
    if (!(error instanceof Problem)) throw error;
    // Another browser than the one that ordered: the payment page opens outside of Telegram.
    this.reveal("[data-lost]");
    const link = this.main.querySelector<HTMLAnchorElement>("[data-bot-link]");
    if (link) link.href = `${link.dataset["botLink"]}?startapp=o_${this.code}`;
  }

  private again(wait: number): void {
    if (!this.signal.aborted) this.timer = window.setTimeout(() => void this.ask(), wait);
  }

  private draw(order: Order): void {
    if (this.signal.aborted) return;
    if (!order.final) this.again(order.waiting ? WAITING_MS : FOLLOWING_MS);
    this.offer(order);
    this.countdown.show(order.left_seconds);
    const { left_seconds, ...lasting } = order;
    const text = JSON.stringify(lasting);
    if (text === this.drawn) return;
    this.drawn = text;
    this.feel(order);
    this.reveal("[data-order]");
    const shown = find(this.main, "[data-order]");
    find(shown, ".banner").dataset["mood"] = order.mood;
    const { steps, lines, parts, parcels, returnable, given, ...words } = lasting;
    fill(shown, words);
    listSums(find(shown, "[data-sums]"), parts);
    drawParcels(shown, parcels);
    drawReturn(shown, returnable);
    drawGiven(shown, given, this.app, this.path());
    this.drawSteps(steps);
    listBought(find(shown, "[data-lines]"), lines);
  }

  private reveal(part: string): void {
    for (const each of ["[data-bones]", "[data-lost]", "[data-order]"]) {
      find(this.main, each).hidden = each !== part;
    }
  }

  private feel(order: Order): void {
    if (this.mood === "waiting" && order.mood !== "waiting") {
      this.app.host.feel(order.mood === "bad" ? "error" : "success");
    }
    this.mood = order.mood;
  }

  private drawSteps(steps: Order["steps"]): void {
    const items = steps.map((step) => {
      const item = fill(copyOf("order-step"), { ...step });
      item.toggleAttribute("data-ahead", step.ahead);
      return item;
    });
    find(this.main, "[data-steps]").replaceChildren(...items);
  }

  private offer(order: Order): void {
    if (!order.can_pay) return offerCart(this.app, this.signal);
    const run = () => this.pay();
    this.app.action.show({ text: say("pay"), amount: order.to_pay, enabled: true, run }, this.signal);
  }

  private async pay(): Promise<void> {
    const answer = await this.app.api.call<{ redirect_url: string | null }>(`${this.path()}/pay`, {
      method: "POST",
    });
    if (answer.redirect_url) this.app.host.openPayment(answer.redirect_url);
    await this.ask();
  }

  private async cancel(event: Event): Promise<void> {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(find<HTMLFormElement>(this.main, "[data-cancel]")));
    try {
      this.draw(await this.app.api.call<Order>(`${this.path()}/cancel`, { method: "POST", body }));
    } catch (error) {
      this.app.report(error);
    }
  }

  private async repeat(): Promise<void> {
    try {
      await this.app.api.call(`${this.path()}/repeat`, { method: "POST" });
      await this.app.cart.load();
      await this.app.navigation.go(to("/cart"));
    } catch (error) {
      this.app.report(error);
    }
  }

  private async giveBack(event: Event): Promise<void> {
    event.preventDefault();
    const body = returnWish(find<HTMLFormElement>(this.main, "[data-return-form]"));
    if (body.lines.length === 0) return toast(say("how_many_back"));
    body.photos = this.photos.tokens;
    try {
      this.draw(await this.app.api.call<Order>(`${this.path()}/returns`, { method: "POST", body }));
      this.photos.show([]);
      toast(say("return_sent"));
    } catch (error) {
      this.app.report(error);
    }
  }
}
