/** What this shopper has ordered here. */
import type { App, Screen } from "../app/app";
import { copyOf, fill, find } from "../page/dom";
import { to } from "../page/facts";
import { offerCart } from "./to-cart";

interface OrderCard {
  code: string;
  name: string;
  status: string;
  at: string;
  total: string;
  goods: string;
}

interface OrdersAnswer {
  items: OrderCard[];
  next_cursor: string | null;
}

export const orders: Screen = (main, app, signal) => {
  app.cart.onChange(() => offerCart(app, signal), signal);
  offerCart(app, signal);
  const more = find(main, "[data-more]");
  more.addEventListener("click", () => void load(main, app, signal, more.dataset["cursor"]), { signal });
  find(main, "[data-list]").replaceChildren();
  void load(main, app, signal);
};

async function load(main: HTMLElement, app: App, signal: AbortSignal, cursor = ""): Promise<void> {
  try {
    draw(main, await ask(app, signal, cursor));
  } catch (error) {
    if (!signal.aborted) app.report(error);
  }
}

async function ask(app: App, signal: AbortSignal, cursor: string): Promise<OrdersAnswer> {
  if (!app.api.isKnown) return { items: [], next_cursor: null };
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  return app.api.call<OrdersAnswer>(`/orders${query}`, { signal });
}

function draw(main: HTMLElement, answer: OrdersAnswer): void {
  const list = find(main, "[data-list]");
  list.append(...answer.items.map(card));
  find(main, "[data-bones]").hidden = true;
  find(main, "[data-empty]").hidden = list.childElementCount > 0;
  const more = find(main, "[data-more]");
  more.hidden = !answer.next_cursor;
  more.dataset["cursor"] = answer.next_cursor ?? "";
}

function card(order: OrderCard): HTMLElement {
  const item = fill(copyOf("order-card"), { ...order });
  find<HTMLAnchorElement>(item, "a").href = to(`/orders/${order.code}`);
  return item;
}
