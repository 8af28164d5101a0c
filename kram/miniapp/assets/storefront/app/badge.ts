/** The number on the cart, and the word that we are offline. */
import { find } from "../page/dom";
import { say } from "../page/words";
import type { App } from "./app";

export function showCart(app: App): void {
  const count = find(document, "#cart-count");
  const offline = find(document, "#offline");
  let shown = 0;
  const draw = () => {
    const { units } = app.cart.now;
    count.textContent = units > 99 ? "99+" : String(units);
    count.hidden = units === 0;
    find(document, "#cart-link").setAttribute("aria-label", say("cart_of", { count: units }));
    if (units > shown && app.cart.loaded) bump(count);
    shown = units;
    offline.hidden = !app.cart.offline;
  };
  app.cart.onChange(draw);
}

function bump(element: HTMLElement): void {
  element.classList.remove("bump");
  void element.offsetWidth; // starts the animation over
  element.classList.add("bump");
}
