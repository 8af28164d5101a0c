import type { App } from "../app/app";
import { to } from "../page/facts";
import { amount } from "../page/money";
import { say } from "../page/words";

/** The main button of screens that offer nothing of their own: on to a cart that is not empty. */
export function offerCart(app: App, signal: AbortSignal): void {
  const { units, subtotal_minor } = app.cart.now;
  const run = () => app.navigation.go(to("/cart"));
  const text = say("open_cart");
  app.action.show(
    units ? { text, amount: amount(subtotal_minor), enabled: true, run } : null,
    signal,
  );
}
