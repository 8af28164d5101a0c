/** One product: choose, count, put into the cart. */
import type { App, Screen } from "../app/app";
import { all, find } from "../page/dom";
import { amount } from "../page/money";
import { say } from "../page/words";
import { gallery } from "./gallery";
import { Awaited } from "./awaited";
import { Configurator } from "./configurator";
import { heart } from "./like";
import { reviews } from "./reviews";
import { offerCart } from "./to-cart";

/** A variant as the page tells it; prices are minor units. */
interface Variant {
  id: string;
  minor: number;
  here?: boolean;
  stock: string;
  state: string;
  values?: number[];
  picture?: number;
  regular?: number;
  lowest?: number;
  compare?: number;
  tiers?: [number, number][];
}

/** `variant` is empty where the chosen values are not sold together. */
interface Choice {
  variant: string;
  priceMinor: number;
  inStock: boolean;
  stock: string;
  state: string;
  facts: Variant | undefined;
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
  private readonly variants: Variant[];
  private readonly made: Configurator | null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly main: HTMLElement,
    private readonly app: App,
    private readonly signal: AbortSignal,
  ) {
    this.awaited = new Awaited(app, signal, () => this.draw());
    this.variants = JSON.parse(find(form, "[data-variants]").textContent ?? "[]") as Variant[];
    const steps = form.querySelector<HTMLElement>("[data-configurator]");
    this.made = steps && new Configurator(steps, main, app, signal, () => this.draw());
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
    void this.made?.begin();
  }

  /** Names the cart's line; empty for what was put together and is not saved yet. */
  private key(choice: Choice): string {
    if (!this.made) return choice.variant;
    return this.made.suffix && choice.variant + this.made.suffix;
  }

  private chose(): void {
    this.wanted = 1;
    this.app.host.feel("select");
    this.draw();
    this.showPicture(this.choice().facts?.picture);
  }

  private showPicture(place: number | undefined): void {
    const strip = this.main.querySelector<HTMLElement>(".gallery-strip");
    if (!strip || place === undefined) return;
    strip.scrollTo({ left: place * strip.clientWidth, behavior: "smooth" });
  }

  /** Before it is in the cart the number is a wish; afterwards it is the cart's. */
  private step(by: number): void {
    const choice = this.choice();
    const inCart = this.app.cart.quantityOf(this.key(choice));
    this.app.host.feel("tap");
    if (inCart > 0) this.app.cart.set(this.key(choice), inCart + by, this.unit(choice, inCart + by));
    else this.wanted = Math.min(Math.max(this.wanted + by, 1), MOST_UNITS);
    this.draw();
  }

  private draw(): void {
    const choice = this.choice();
    const inCart = this.app.cart.quantityOf(this.key(choice));
    const shown = inCart || this.wanted;
    this.made?.ask(choice.variant, shown);
    this.drawPrice(choice, shown);
    this.drawStock(choice);
    this.drawOptions();
    find(this.form, "output").textContent = String(shown);
    find(this.form, ".stepper").hidden = !choice.inStock && !inCart;
    this.button("less").toggleAttribute("disabled", !inCart && this.wanted <= 1);
    this.button("more").toggleAttribute("disabled", shown >= MOST_UNITS || !choice.inStock);
    find(this.form, "[data-in-cart]").hidden = inCart === 0;
    if (inCart) offerCart(this.app, this.signal);
    else this.offerToAdd(choice);
  }

  private drawPrice(choice: Choice, units: number): void {
    const { facts } = choice;
    find(this.main, "[data-price]").textContent = amount(this.unit(choice, units));
    this.drawAmount("[data-regular]", facts?.regular ?? facts?.compare);
    this.drawAmount("[data-lowest]", facts?.lowest);
    const tiers = facts?.tiers ?? [];
    const box = find(this.form, "[data-tiers]");
    box.hidden = !tiers.length;
    const lines = tiers.map(([quantity, minor]) => {
      const line = document.createElement("li");
      line.textContent = `${say("tier", { count: quantity })} `;
      const cost = document.createElement("span");
      cost.className = "amount";
      cost.textContent = amount(minor);
      line.append(cost);
      return line;
    });
    find(box, "ul").replaceChildren(...lines);
  }

  private drawAmount(name: string, minor: number | undefined): void {
    const place = find(this.main, name);
    place.hidden = minor === undefined;
    if (minor !== undefined) find(place, "[data-amount]").textContent = amount(minor);
  }

  /** A value is marked where, with the others as they are chosen, nothing can be bought. */
  private drawOptions(): void {
    const groups = all(this.form, "[data-option]");
    const chosen = groups.map((group) => valueOf(group));
    groups.forEach((group, at) => {
      for (const input of all<HTMLInputElement>(group, "input")) {
        const values = chosen.map((value, other) => (other === at ? Number(input.value) : value));
        const gone = !this.found(values)?.here;
        input.closest(".pick")?.toggleAttribute("data-gone", gone);
        const word = input.parentElement?.querySelector<HTMLElement>("[data-sold-out]");
        if (word) word.hidden = !gone;
      }
    });
  }

  private found(values: number[]): Variant | undefined {
    return this.variants.find((each) => values.every((value) => each.values?.includes(value)));
  }

  private drawStock(choice: Choice): void {
    const stock = find(this.main, "p[data-stock]");
    stock.textContent = choice.stock;
    stock.dataset["state"] = choice.state;
  }

  private offerToAdd(choice: Choice): void {
    if (!choice.variant) {
      const run = () => {};
      this.app.action.show({ text: say("sold_out"), enabled: false, run }, this.signal);
      return;
    }
    if (!choice.inStock) {
      this.awaited.offer(choice.variant);
      return;
    }
    const { made } = this;
    if (made?.trouble) {
      const point = () => made.point();
      this.app.action.show({ text: made.trouble, enabled: true, run: point }, this.signal);
      return;
    }
    const cost = amount(this.unit(choice, this.wanted) * this.wanted);
    const run = () => this.add(choice);
    const text = say("add_to_cart");
    this.app.action.show({ text, amount: cost, enabled: true, run }, this.signal);
  }

  private async add(choice: Choice): Promise<void> {
    try {
      await this.made?.save();
    } catch (error) {
      this.app.report(error);
      return;
    }
    const key = this.key(choice);
    if (!key) return; // changed meanwhile
    this.app.cart.set(key, this.wanted, this.unit(choice, this.wanted));
    this.app.host.feel("success");
    find(document, "#said").textContent = say("added");
  }

  /** What one costs when so many are bought, with what was put together. */
  private unit(choice: Choice, units: number): number {
    return this.made?.unitMinor ?? priceOf(choice, units);
  }

  private choice(): Choice {
    const groups = all(this.form, "[data-option]");
    const facts = groups.length ? this.found(groups.map(valueOf)) : this.picked();
    return {
      variant: facts?.id ?? "",
      priceMinor: facts?.minor ?? this.variants[0]?.minor ?? 0,
      inStock: facts?.here ?? false,
      stock: facts?.stock ?? say("sold_out"),
      state: facts?.state ?? "gone",
      facts,
    };
  }

  private picked(): Variant | undefined {
    const inputs = all<HTMLInputElement>(this.form, "[name=variant]");
    const chosen = inputs.find((input) => input.checked || input.type === "hidden") ?? inputs[0];
    return this.variants.find((each) => each.id === chosen?.value);
  }

  private button(name: string): HTMLElement {
    return find(this.form, `[data-step=${name}]`);
  }
}

function valueOf(group: HTMLElement): number {
  return Number(group.querySelector<HTMLInputElement>("input:checked")?.value);
}

/** Of one unit when so many are bought. */
function priceOf(choice: Choice, units: number): number {
  const reached = (choice.facts?.tiers ?? []).filter(([quantity]) => quantity <= units);
  return Math.min(choice.priceMinor, ...reached.map(([, minor]) => minor));
}
