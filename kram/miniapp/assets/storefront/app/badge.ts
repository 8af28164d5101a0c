/** The number on the cart, and the word that we are offline. */
import { find } from "../page/dom";
import { toast } from "../page/toast";
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
    tellOfLoss(app);
  };
  app.cart.onChange(draw);
}

let told = false;

/** The page of the cart says it itself. */
function tellOfLoss(app: App): void {
  if (told || !app.cart.lost.length || find(document, "#main").dataset["screen"] === "cart") return;
  told = true;
  toast(say("cart_lost"), { text: say("fill_again"), run: () => app.cart.recover(true) });
}

function bump(element: HTMLElement): void {
  element.classList.remove("bump");
  void element.offsetWidth; // starts the animation over
  element.classList.add("bump");
}
