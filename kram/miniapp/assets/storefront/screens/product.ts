/** One product: choose, count, put into the cart. */
import type { App, Screen } from "../app/app";
import { all, find } from "../page/dom";
import { amount } from "../page/money";
import { say } from "../page/words";
import { gallery } from "./gallery";
import { Awaited } from "./awaited";
import { heart } from "./like";
import { reviews } from "./reviews";
import { offerCart } from "./to-cart";

interface Choice {
  variant: string;
  priceMinor: number;
  inStock: boolean;
  stock: string;
  state: string;
}

const MOST_UNITS = 999;

export const product: Screen = (main, app, signal) => {
  const strip = main.querySelector<HTMLElement>(".gallery-strip");
  if (strip) gallery(strip, signal);
  const form = main.querySelector<HTMLFormElement>("[data-buy]");
  if (form) new Buying(form, main, app, signal).begin();
  const like = main.querySelector<HTMLElement>("[data-like]");
  if (like) heart(like, app, signal);
  const said = main.querySelector<HTMLElement>("[data-reviews]");
  if (said) reviews(said, app, signal);
};

class Buying {
  private wanted = 1;
  private readonly awaited: Awaited;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.awaited = new Awaited(app, signal, () => this.draw());
  }

  begin(): void {
    const { signal } = this;
    this.form.addEventListener("change", () => this.chose(), { signal });
    this.form.addEventListener("submit", (event) => event.preventDefault(), { signal });
    for (const [name, step] of [["less", -1], ["more", 1]] as const) {
      this.button(name).addEventListener("click", () => this.step(step), { signal });
    }
    this.app.cart.onChange(() => this.draw(), signal);
    this.draw();
  }

  private chose(): void {
    this.wanted = 1;
    this.app.host.feel("select");
    this.draw();
  }

  /** Before it is in the cart the number is a wish; afterwards it is the cart's. */
  private step(by: number): void {
    const choice = this.choice();
    const inCart = this.app.cart.quantityOf(choice.variant);
    this.app.host.feel("tap");
    if (inCart > 0) this.app.cart.set(choice.variant, inCart + by, choice.priceMinor);
    else this.wanted = Math.min(Math.max(this.wanted + by, 1), MOST_UNITS);
    this.draw();
  }

  private draw(): void {
    const choice = this.choice();
    const inCart = this.app.cart.quantityOf(choice.variant);
    find(this.main, "[data-price]").textContent = amount(choice.priceMinor);
    this.drawStock(choice);
    const shown = inCart || this.wanted;
    find(this.form, "output").textContent = String(shown);
    find(this.form, ".stepper").hidden = !choice.inStock && !inCart;
    this.button("less").toggleAttribute("disabled", !inCart && this.wanted <= 1);
    this.button("more").toggleAttribute("disabled", shown >= MOST_UNITS || !choice.inStock);
    find(this.form, "[data-in-cart]").hidden = inCart === 0;
    if (inCart) offerCart(this.app, this.signal);
    else this.offerToAdd(choice);
  }

  private drawStock(choice: Choice): void {
    const stock = find(this.main, "p[data-stock]");
    stock.textContent = choice.stock;
    stock.dataset["state"] = choice.state;
  }

  private offerToAdd(choice: Choice): void {
    if (!choice.inStock) {
      this.awaited.offer(choice.variant);
      return;
    }
    const cost = amount(choice.priceMinor * this.wanted);
    const run = () => this.add(choice);
    const text = say("add_to_cart");
    this.app.action.show({ text, amount: cost, enabled: true, run }, this.signal);
  }

  private add(choice: Choice): void {
    this.app.cart.set(choice.variant, this.wanted, choice.priceMinor);
    this.app.host.feel("success");
    find(document, "#said").textContent = say("added");
  }

  private choice(): Choice {
    const inputs = all<HTMLInputElement>(this.form, "[name=variant]");
    const chosen = inputs.find((input) => input.checked || input.type === "hidden") ?? inputs[0];
    return {
      variant: chosen?.value ?? "",
      priceMinor: Number(chosen?.dataset["minor"]),
      inStock: chosen?.dataset["here"] === "1",
      stock: chosen?.dataset["stock"] ?? "",
      state: chosen?.dataset["state"] ?? "gone",
    };
  }

  private button(name: string): HTMLElement {
    return find(this.form, `[data-step=${name}]`);
  }
}
